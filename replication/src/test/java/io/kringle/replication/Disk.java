package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import io.kringle.ring.World;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** A disk in memory: what is not flushed when its node dies may be lost, from some batch on. */
final class Disk {
  private static final Comparator<ArcStorage.RecordKey> ORDER =
      Comparator.comparing(ArcStorage.RecordKey::id).thenComparing(ArcStorage.RecordKey::key);

  private Tables flushed = new Tables();
  private Deque<Changes> unflushed = new ArrayDeque<>();
  private boolean failing;
  private Room room = Room.PLENTY;
  private Duration flushTime = Duration.ofMillis(1);
  private Optional<Tables> opened = Optional.empty();
  private long reads;

  /** How long a batch takes to become durable from now on. */
  void flushesIn(Duration time) {
    flushTime = time;
  }

  /** How much it takes from now on. */
  void room(Room left) {
    room = left;
  }

  /** Every commit from now on fails. */
  void fail() {
    failing = true;
  }

  /** Opens it for one life of a node. */
  ArcStorage open(World world) {
    Tables tables = flushed.copy();
    opened = Optional.of(tables);
    return new Engine(world, tables);
  }

  /** One bit of a record is not what it was. */
  void rot(String key) {
    ArcStorage.RecordKey place = Places.of(key);
    for (Tables tables : List.of(flushed, opened.orElseThrow())) {
      tables.records.computeIfPresent(place, (each, record) -> withABitFlipped(record));
    }
  }

  private static Bytes withABitFlipped(Bytes record) {
    byte[] bytes = record.array().clone();
    bytes[bytes.length / 2] ^= 4;
    return Bytes.of(bytes);
  }

  /** A record is lost, with nothing to show for it. */
  void forget(String key) {
    ArcStorage.RecordKey place = Places.of(key);
    for (Tables tables : List.of(flushed, opened.orElseThrow())) {
      tables.records.remove(place);
    }
  }

  /** How many records there are, ledgers and items included. */
  int records() {
    return opened.orElseThrow().records.size();
  }

  /** How often a record was looked up so far, ledgers and items included. */
  long reads() {
    return reads;
  }

  /** The node dies; the first few unflushed batches may have made it. */
  void crash(RandomGenerator random) {
    int kept = random.nextInt(unflushed.size() + 1);
    for (int i = 0; i < kept; i++) {
      unflushed.removeFirst().apply(flushed);
    }
    unflushed = new ArrayDeque<>();
  }

  private static final class Tables {
    final TreeMap<Long, Bytes> metas = new TreeMap<>();
    final TreeMap<Long, TreeMap<Long, Bytes>> logs = new TreeMap<>();
    final TreeMap<ArcStorage.RecordKey, Bytes> records = new TreeMap<>(ORDER);

    Tables copy() {
      Tables copy = new Tables();
      copy.metas.putAll(metas);
      logs.forEach((arc, log) -> copy.logs.put(arc, new TreeMap<>(log)));
      copy.records.putAll(records);
      return copy;
    }
  }

  private static final class Changes implements ArcStorage.Batch {
    private final List<Consumer<Tables>> changes = new ArrayList<>();

    void apply(Tables tables) {
      changes.forEach(change -> change.accept(tables));
    }

    @Override
    public void putMeta(long arc, Bytes meta) {
      changes.add(tables -> tables.metas.put(arc, meta));
    }

    @Override
    public void removeMeta(long arc) {
      changes.add(tables -> tables.metas.remove(arc));
    }

    @Override
    public void putLog(long arc, long index, Bytes entry) {
      changes.add(
          tables -> tables.logs.computeIfAbsent(arc, key -> new TreeMap<>()).put(index, entry));
    }

    @Override
    public void removeLog(long arc, long first, long last) {
      changes.add(
          tables ->
              tables
                  .logs
                  .computeIfAbsent(arc, key -> new TreeMap<>())
                  .subMap(first, true, last, true)
                  .clear());
    }

    @Override
    public void putRecord(Id id, String key, Bytes record) {
      changes.add(tables -> tables.records.put(new ArcStorage.RecordKey(id, key), record));
    }

    @Override
    public void removeRecord(Id id, String key) {
      changes.add(tables -> tables.records.remove(new ArcStorage.RecordKey(id, key)));
    }

    @Override
    public void removeRecords(Arc arc) {
      changes.add(tables -> tables.records.keySet().removeIf(key -> arc.contains(key.id())));
    }
  }

  private final class Engine implements ArcStorage {
    private final World world;
    private final Tables tables;

    Engine(World world, Tables tables) {
      this.world = world;
      this.tables = tables;
    }

    @Override
    public Batch batch() {
      return new Changes();
    }

    @Override
    public void commit(Batch batch, Consumer<Result<Void>> durable) {
      if (failing) {
        durable.accept(Result.failed(Failure.Kind.UNAVAILABLE, "no space left"));
        return;
      }
      Changes ours = (Changes) batch;
      ours.apply(tables);
      unflushed.add(ours);
      world.after(
          flushTime,
          () -> {
            unflushed.removeFirst().apply(flushed);
            durable.accept(Result.ok(null));
          });
    }

    @Override
    public List<Meta> metas() {
      return tables.metas.entrySet().stream().map(e -> new Meta(e.getKey(), e.getValue())).toList();
    }

    @Override
    public List<LogEntry> log(long arc, long first, long last, int maxBytes) {
      List<LogEntry> found = new ArrayList<>();
      int bytes = 0;
      TreeMap<Long, Bytes> log = tables.logs.getOrDefault(arc, new TreeMap<>());
      for (Map.Entry<Long, Bytes> each : log.subMap(first, true, last, true).entrySet()) {
        if (!found.isEmpty() && bytes + each.getValue().size() > maxBytes) {
          break;
        }
        bytes += each.getValue().size();
        found.add(new LogEntry(each.getKey(), each.getValue()));
      }
      return found;
    }

    @Override
    public Optional<Bytes> record(Id id, String key) {
      reads++;
      return Optional.ofNullable(tables.records.get(new RecordKey(id, key)));
    }

    @Override
    public List<StoredRecord> scan(Arc arc, Optional<RecordKey> after, int maxBytes) {
      List<Map.Entry<RecordKey, Bytes>> all = new ArrayList<>();
      for (Map.Entry<RecordKey, Bytes> each : tables.records.entrySet()) {
        if (arc.contains(each.getKey().id())) {
          all.add(each);
        }
      }
      Comparator<RecordKey> clockwise =
          Comparator.<RecordKey, Id>comparing(key -> key.id().minus(arc.from()))
              .thenComparing(RecordKey::key);
      all.sort(Map.Entry.comparingByKey(clockwise));
      List<StoredRecord> found = new ArrayList<>();
      int bytes = 0;
      for (Map.Entry<RecordKey, Bytes> each : all) {
        if (after.isPresent() && clockwise.compare(each.getKey(), after.get()) <= 0) {
          continue;
        }
        if (!found.isEmpty() && bytes + each.getValue().size() > maxBytes) {
          break;
        }
        bytes += each.getValue().size();
        found.add(new StoredRecord(each.getKey().id(), each.getKey().key(), each.getValue()));
      }
      return found;
    }

    @Override
    public Room room() {
      return room;
    }

    @Override
    public View view() {
      Tables then = new Tables();
      then.records.putAll(tables.records);
      Engine past = new Engine(world, then);
      return new View() {
        @Override
        public List<StoredRecord> scan(Arc arc, Optional<RecordKey> after, int maxBytes) {
          return past.scan(arc, after, maxBytes);
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public long count(Arc arc) {
      return tables.records.keySet().stream().filter(key -> arc.contains(key.id())).count();
    }

    @Override
    public void close() {}
  }
}
