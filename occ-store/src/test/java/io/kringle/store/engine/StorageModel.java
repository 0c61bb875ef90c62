package io.kringle.store.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.replication.ArcStorage;
import io.kringle.replication.ArcStorage.Batch;
import io.kringle.replication.ArcStorage.LogEntry;
import io.kringle.replication.ArcStorage.Meta;
import io.kringle.replication.ArcStorage.RecordKey;
import io.kringle.replication.ArcStorage.StoredRecord;
import io.kringle.ring.Arc;
import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Three sorted maps, changed along with a storage at random, and looked at in ways as plain as can
 * be.
 */
final class StorageModel {
  static final long ARCS = 3;
  private static final int INDEXES = 30;
  private static final int IDS = 24;

  private final long seed;
  private final SplittableRandom random;
  private final TreeMap<Long, Bytes> metas = new TreeMap<>();
  private final TreeMap<Long, TreeMap<Long, Bytes>> logs = new TreeMap<>();
  private final TreeMap<RecordKey, Bytes> records =
      new TreeMap<>(Comparator.comparing(RecordKey::id).thenComparing(RecordKey::key));

  StorageModel(long seed) {
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    for (long arc = 0; arc < ARCS; arc++) {
      logs.put(arc, new TreeMap<>());
    }
  }

  /** Makes so many batches on both, and compares what can be read after each. */
  void compareWith(ArcStorage storage, int batches) {
    for (int i = 0; i < batches; i++) {
      Batch batch = storage.batch();
      for (int changes = random.nextInt(12); changes > 0; changes--) {
        change().accept(batch);
      }
      storage.commit(batch, result -> assertThat(result.isOk()).isTrue());
      check(storage, "seed " + seed + ", batch " + i);
    }
  }

  /** Changes the model, and tells how to change a batch likewise. */
  private Consumer<Batch> change() {
    long arc = random.nextLong(ARCS);
    long index = random.nextInt(INDEXES);
    RecordKey place = place();
    Bytes value = value();
    switch (random.nextInt(10)) {
      case 0 -> {
        metas.put(arc, value);
        return batch -> batch.putMeta(arc, value);
      }
      case 1 -> {
        metas.remove(arc);
        return batch -> batch.removeMeta(arc);
      }
      case 2, 3, 4 -> {
        logs.get(arc).put(index, value);
        return batch -> batch.putLog(arc, index, value);
      }
      case 5 -> {
        long last = index + random.nextInt(5);
        logs.get(arc).subMap(index, true, last, true).clear();
        return batch -> batch.removeLog(arc, index, last);
      }
      case 6 -> {
        records.remove(place);
        return batch -> batch.removeRecord(place.id(), place.key());
      }
      case 7 -> {
        Arc range = arc();
        records.keySet().removeIf(key -> range.contains(key.id()));
        return batch -> batch.removeRecords(range);
      }
      default -> {
        records.put(place, value);
        return batch -> batch.putRecord(place.id(), place.key(), value);
      }
    }
  }

  private void check(ArcStorage storage, String when) {
    assertThat(storage.metas()).as(when).isEqualTo(expectedMetas());
    long arc = random.nextLong(ARCS);
    long first = random.nextInt(INDEXES);
    long last = first + random.nextInt(INDEXES);
    int maxBytes = random.nextInt(60);
    assertThat(storage.log(arc, first, last, maxBytes))
        .as(when)
        .isEqualTo(expectedLog(arc, first, last, maxBytes));
    RecordKey place = place();
    assertThat(storage.record(place.id(), place.key()))
        .as(when)
        .isEqualTo(Optional.ofNullable(records.get(place)));
    Arc range = arc();
    Optional<RecordKey> after = random.nextBoolean() ? Optional.of(place()) : Optional.empty();
    int scanBytes = random.nextInt(300);
    assertThat(storage.scan(range, after, scanBytes))
        .as(when)
        .isEqualTo(expectedScan(range, after, scanBytes));
    assertThat(storage.count(range)).as(when).isEqualTo(clockwise(range).size());
  }

  private List<Meta> expectedMetas() {
    return metas.entrySet().stream()
        .map(entry -> new Meta(entry.getKey(), entry.getValue()))
        .toList();
  }

  private List<LogEntry> expectedLog(long arc, long first, long last, int maxBytes) {
    List<LogEntry> expected = new ArrayList<>();
    int sum = 0;
    for (var entry : logs.get(arc).subMap(first, true, last, true).entrySet()) {
      sum += entry.getValue().size();
      if (sum > maxBytes && !expected.isEmpty()) {
        break;
      }
      expected.add(new LogEntry(entry.getKey(), entry.getValue()));
    }
    return expected;
  }

  private List<StoredRecord> expectedScan(Arc arc, Optional<RecordKey> after, int maxBytes) {
    List<StoredRecord> expected = new ArrayList<>();
    int sum = 0;
    for (RecordKey place : clockwise(arc)) {
      boolean behind = after.isEmpty() || clockwiseOrder(arc).compare(place, after.get()) > 0;
      if (behind) {
        Bytes record = records.get(place);
        sum += Id.BYTES + place.key().length() + record.size();
        if (sum > maxBytes && !expected.isEmpty()) {
          break;
        }
        expected.add(new StoredRecord(place.id(), place.key(), record));
      }
    }
    return expected;
  }

  private List<RecordKey> clockwise(Arc arc) {
    return records.keySet().stream()
        .filter(place -> arc.contains(place.id()))
        .sorted(clockwiseOrder(arc))
        .toList();
  }

  private static Comparator<RecordKey> clockwiseOrder(Arc arc) {
    return Comparator.<RecordKey, Id>comparing(place -> place.id().minus(arc.from()))
        .thenComparing(RecordKey::key);
  }

  private Arc arc() {
    return new Arc(id(), id());
  }

  private RecordKey place() {
    return new RecordKey(id(), random.nextBoolean() ? "a" : "ab");
  }

  /** One of few ids, the ends of the circle among them, so that places and borders meet. */
  private Id id() {
    int pick = random.nextInt(IDS);
    return switch (pick) {
      case 0 -> Id.ZERO;
      case 1 -> Id.MAX;
      default -> Id.hash(new byte[] {(byte) pick});
    };
  }

  private Bytes value() {
    byte[] value = new byte[random.nextInt(30)];
    random.nextBytes(value);
    return Bytes.of(value);
  }
}
