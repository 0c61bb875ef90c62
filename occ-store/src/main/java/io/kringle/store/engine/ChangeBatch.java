package io.kringle.store.engine;

import io.kringle.replication.ArcStorage.Batch;
import io.kringle.ring.Arc;
import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes in the order in which they were asked for. They hold no native memory, so a batch may be
 * dropped unused.
 */
final class ChangeBatch implements Batch {
  /**
   * From how many log entries on one range is removed rather than so many keys. Each range that a
   * memtable holds makes every later read of it slower, while removed keys only cost space; so a
   * range has to be worth it.
   */
  private static final long RANGE_WORTHWHILE = 1_000;

  private final List<Change> changes = new ArrayList<>();
  private boolean taken;

  /** The changes, for them to be made; once. */
  List<Change> take() {
    if (taken) {
      throw new IllegalStateException("a batch is committed once");
    }
    taken = true;
    return changes;
  }

  private void add(Change change) {
    if (taken) {
      throw new IllegalStateException("a batch is not changed after it was committed");
    }
    changes.add(change);
  }

  @Override
  public void putMeta(long arc, Bytes meta) {
    add(new Change.Put(Table.META, Keys.meta(arc), meta));
  }

  @Override
  public void removeMeta(long arc) {
    add(new Change.Remove(Table.META, Keys.meta(arc)));
  }

  @Override
  public void putLog(long arc, long index, Bytes entry) {
    add(new Change.Put(Table.LOG, Keys.log(arc, index), entry));
  }

  @Override
  public void removeLog(long arc, long first, long last) {
    if (last - first >= RANGE_WORTHWHILE) {
      add(new Change.RemoveSpan(Table.LOG, Keys.logs(arc, first, last)));
      return;
    }
    for (long index = first; index <= last; index++) {
      add(new Change.Remove(Table.LOG, Keys.log(arc, index)));
    }
  }

  @Override
  public void putRecord(Id id, String key, Bytes record) {
    add(new Change.Put(Table.RECORDS, Keys.record(id, key), record));
  }

  @Override
  public void removeRecord(Id id, String key) {
    add(new Change.Remove(Table.RECORDS, Keys.record(id, key)));
  }

  @Override
  public void removeRecords(Arc arc) {
    for (Span span : Keys.records(arc)) {
      if (!span.isEmpty()) {
        add(new Change.RemoveSpan(Table.RECORDS, span));
      }
    }
  }
}
