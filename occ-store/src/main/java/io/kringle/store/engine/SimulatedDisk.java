package io.kringle.store.engine;

import io.kringle.replication.ArcStorage;
import io.kringle.replication.Room;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Result;
import io.kringle.ring.World;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The disk of a simulated node, over all lives of the node. A batch is durable some virtual time
 * after its commit; what is not durable when the node dies may be lost, from some batch on. Not
 * thread-safe.
 */
public final class SimulatedDisk {
  /** What a batch takes on a disk that is well. */
  public static final Duration QUICK = Duration.ofMillis(1);

  private final Deque<List<Change>> underWay = new ArrayDeque<>();
  private Tables durable = new Tables();

  /** As the present life of the node sees it. */
  private Optional<Tables> opened = Optional.empty();

  private Duration delay = QUICK;
  private boolean full;
  private Room room = Room.PLENTY;

  /** Whether a commit of the present life has failed; so do all that follow. */
  private boolean faulty;

  /** Records with a flipped bit, by their places. */
  private final Map<Bytes, Bytes> rotten = new TreeMap<>(Keys.ORDER);

  /** How long a batch takes from now on; batches still become durable in their order. */
  public void delay(Duration time) {
    delay = time;
  }

  /**
   * Whether commits fail from now on, as on a disk without space; what is under way is not. Once
   * one has failed, all of this life do: the way back is to open the disk again.
   */
  public void full(boolean noSpace) {
    full = noSpace;
  }

  /** Whether a commit of the present life has failed. */
  public boolean isFaulty() {
    return faulty;
  }

  /** Whether it takes new values, and says so. */
  public boolean takesValues() {
    return room == Room.PLENTY && !full && !faulty;
  }

  /** How much room it tells of from now on; commits do not fail for that. */
  public void room(Room left) {
    room = left;
  }

  /**
   * One bit of one record is not what it was.
   *
   * @return where; empty if there is no record
   */
  public Optional<ArcStorage.RecordKey> rot(RandomGenerator random) {
    Tables seen = opened.orElse(durable);
    Optional<Bytes> place = seen.anyRecord(random);
    place.ifPresent(
        key -> {
          Bytes before = seen.get(Table.RECORDS, key).orElseThrow();
          Bytes after = withABitFlipped(before, random.nextInt(before.size() * Byte.SIZE));
          Change change = new Change.Put(Table.RECORDS, key, after);
          rotten.put(key, after);
          seen.apply(List.of(change));
          if (durable.get(Table.RECORDS, key).filter(before::equals).isPresent()) {
            durable.apply(List.of(change));
          }
        });
    return place.map(Keys::recordKey);
  }

  /** Whether any record still has a bit that {@link #rot} has flipped. */
  public boolean isRotten() {
    rotten
        .entrySet()
        .removeIf(
            each -> !holds(durable, each) && opened.filter(seen -> holds(seen, each)).isEmpty());
    return !rotten.isEmpty();
  }

  private static boolean holds(Tables tables, Map.Entry<Bytes, Bytes> record) {
    return tables.get(Table.RECORDS, record.getKey()).filter(record.getValue()::equals).isPresent();
  }

  private static Bytes withABitFlipped(Bytes record, int bit) {
    byte[] bytes = record.array().clone();
    bytes[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
    return Bytes.of(bytes);
  }

  /**
   * Opens it for one life of a node. That life ends in order by closing what this returns, and else
   * by {@link #crash}.
   */
  public ArcStorage open(World world) {
    Tables tables = durable.copy();
    faulty = false;
    opened = Optional.of(tables);
    return new Opened(world, tables);
  }

  /** The node has died; of the batches under way the first few may have made it. */
  public void crash(RandomGenerator random) {
    int made = random.nextInt(underWay.size() + 1);
    for (int i = 0; i < made; i++) {
      durable.apply(underWay.removeFirst());
    }
    underWay.clear();
    opened = Optional.empty();
  }

  /** Everything on it is gone. To be called between two lives. */
  public void lose() {
    underWay.clear();
    rotten.clear();
    durable = new Tables();
  }

  /** The disk as one life of the node sees it: with what is under way. */
  final class Opened extends TableStorage {
    private final World world;
    private final Tables tables;
    private long lastDue;

    private Opened(World world, Tables tables) {
      this.world = world;
      this.tables = tables;
      this.lastDue = world.now();
    }

    @Override
    public void commit(Batch batch, Consumer<Result<Void>> told) {
      List<Change> changes = ((ChangeBatch) batch).take();
      faulty |= full;
      if (faulty) {
        told.accept(Result.failed(Failure.Kind.UNAVAILABLE, "no space left on disk"));
        return;
      }
      tables.apply(changes);
      underWay.add(changes);
      lastDue = Math.max(lastDue, world.now() + delay.toNanos());
      world.after(
          Duration.ofNanos(lastDue - world.now()),
          () -> {
            durable.apply(underWay.removeFirst());
            told.accept(Done.RESULT);
          });
    }

    @Override
    public Room room() {
      return room;
    }

    @Override
    public View view() {
      return tables.viewOfRecords();
    }

    @Override
    Optional<Bytes> get(Table table, Bytes key) {
      return tables.get(table, key);
    }

    @Override
    void visit(Table table, Span span, Visitor visitor) {
      tables.visit(table, span, visitor);
    }

    /** What is under way becomes durable. The timers of this life do not run any more. */
    @Override
    public void close() {
      underWay.forEach(durable::apply);
      underWay.clear();
      opened = Optional.empty();
    }
  }
}
