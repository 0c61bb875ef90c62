package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where a node keeps its replicas: three ordered tables, changed by atomic batches. Metadata is
 * keyed by arc number; the log by arc number and index; records by id, then key. What a batch wrote
 * is read back at once, also before it is durable. Batches become durable in the order in which
 * they were committed, whole or not at all.
 *
 * <p>Reads are for memory-speed engines: a memtable and a block cache answer them within
 * microseconds.
 */
public interface ArcStorage {

  /** A batch to fill and commit. */
  Batch batch();

  /**
   * Commits. The batch is readable when this returns, unless it could not be written at all: then
   * {@code durable} has been told so, before anybody goes on as if it had been.
   *
   * @param durable told once, in a later step of the node, when the batch is as durable as the
   *     node's setting says, or why it is not; and at once if it was not written
   */
  void commit(Batch batch, Consumer<Result<Void>> durable);

  /** Every arc's metadata. */
  List<Meta> metas();

  /**
   * The log entries of an arc, by index, from {@code first} to {@code last} inclusive, but none
   * beyond {@code maxBytes} except the first.
   */
  List<LogEntry> log(long arc, long first, long last, int maxBytes);

  /** The record of a key. */
  Optional<Bytes> record(Id id, String key);

  /**
   * Records of an arc in clockwise order from its start, after {@code after} if that is given.
   *
   * @param maxBytes of ids, keys and records that may be gathered; but one record is given at least
   *     if there is one
   */
  List<StoredRecord> scan(Arc arc, Optional<RecordKey> after, int maxBytes);

  /** The records as they are now, to be read while they change; to be closed. */
  View view();

  /** About how many records there are on an arc. */
  long count(Arc arc);

  /** How much room there is. Asked twice a second. */
  Room room();

  /** Lets go of files and threads; waits for batches under way. */
  void close();

  /** Records of one moment. */
  interface View extends AutoCloseable {
    /** As {@link ArcStorage#scan}. */
    List<StoredRecord> scan(Arc arc, Optional<RecordKey> after, int maxBytes);

    @Override
    void close();
  }

  /** Changes that are made together. */
  interface Batch {
    /** Sets an arc's metadata. */
    void putMeta(long arc, Bytes meta);

    /** Forgets an arc's metadata. */
    void removeMeta(long arc);

    /** Sets a log entry. */
    void putLog(long arc, long index, Bytes entry);

    /** Drops log entries from {@code first} to {@code last} inclusive. */
    void removeLog(long arc, long first, long last);

    /** Sets a record. */
    void putRecord(Id id, String key, Bytes record);

    /** Drops a record. */
    void removeRecord(Id id, String key);

    /** Drops every record of an arc. */
    void removeRecords(Arc arc);
  }

  /** Metadata of one arc. */
  record Meta(long arc, Bytes meta) {}

  /** One entry of a log. */
  record LogEntry(long index, Bytes entry) {}

  /** Where a record stands. */
  record RecordKey(Id id, String key) {}

  /** A record with its place. */
  record StoredRecord(Id id, String key, Bytes record) {}
}
