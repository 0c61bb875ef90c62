package io.kringle.store;

import io.kringle.replication.ArcHealth;
import io.kringle.replication.ArcStatus;
import io.kringle.replication.Records;
import io.kringle.replication.Scan;
import io.kringle.replication.Versioned;
import io.kringle.replication.Watch;
import io.kringle.replication.WatchListener;
import io.kringle.replication.Watched;
import io.kringle.replication.Write;
import io.kringle.replication.WriteOutcome;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Records in a map, each operation taking effect half-way between call and answer; and a script of
 * what goes wrong. Several nodes can share one map.
 */
final class FakeRecords implements Records {
  private static final Duration ONE_WAY = Duration.ofMillis(2);

  private final World world;
  private final Map<String, Versioned> records;
  private final Queue<Failure> failingReads = new ArrayDeque<>();
  private final Queue<Runnable> beforeWrites = new ArrayDeque<>();
  private Optional<Failure> failingWrite = Optional.empty();
  private boolean failingWriteTakesEffect;
  private Duration readDelay = ONE_WAY;

  /**
   * The watches of this node, which tell what its own writes do, and what the test has them tell.
   */
  final FakeWatches watches = new FakeWatches();

  /** Every operation that was called for, in order. */
  final List<String> calls = new ArrayList<>();

  FakeRecords(World world, Map<String, Versioned> records) {
    this.world = world;
    this.records = records;
  }

  static Map<String, Versioned> newMap() {
    return new TreeMap<>();
  }

  Versioned stored(String key) {
    return records.getOrDefault(key, Versioned.NEVER);
  }

  void store(String key, long version, Optional<Bytes> value) {
    records.put(key, new Versioned(version, value));
  }

  /** Another writer comes first, at each of the next so many writes. */
  void overtakeNextWrites(String key, int times) {
    for (int i = 0; i < times; i++) {
      beforeWrites.add(
          () -> store(key, stored(key).version() + 1, Optional.of(Bytes.utf8("other"))));
    }
  }

  void failNextRead(Failure failure) {
    failingReads.add(failure);
  }

  void failNextWrite(Failure failure, boolean takesEffect) {
    failingWrite = Optional.of(failure);
    failingWriteTakesEffect = takesEffect;
  }

  void readsTake(Duration oneWay) {
    readDelay = oneWay;
  }

  @Override
  public void read(String key, Duration timeout, Consumer<Result<Versioned>> done) {
    calls.add("read " + key + " within " + timeout.toMillis());
    Failure failure = failingReads.poll();
    Duration delay = readDelay;
    world.after(
        delay,
        () -> {
          Result<Versioned> result =
              failure == null ? Result.ok(stored(key)) : Result.failed(failure);
          world.after(delay, () -> done.accept(result));
        });
  }

  @Override
  public void readStale(String key, Duration timeout, Consumer<Result<Versioned>> done) {
    calls.add("read stale " + key + " within " + timeout.toMillis());
    world.after(ONE_WAY, () -> done.accept(Result.ok(stored(key))));
  }

  @Override
  public void scan(Scan scan, Duration timeout, Consumer<Result<Scan.Page>> done) {
    calls.add("scan from " + scan.from() + " within " + timeout.toMillis());
    List<Scan.Listed> found = new ArrayList<>();
    records.keySet().stream()
        .filter(key -> key.startsWith(scan.prefix()))
        .filter(key -> isAfter(key, scan.from()))
        .sorted(Comparator.comparing(Id::ofKey))
        .limit(scan.limit())
        .forEach(
            key ->
                stored(key)
                    .value()
                    .ifPresent(
                        value -> found.add(new Scan.Listed(key, stored(key).version(), value))));
    Optional<Scan.Position> next =
        found.stream()
            .reduce((one, other) -> other)
            .map(last -> new Scan.Position(Id.ofKey(last.key()), last.key()));
    world.after(ONE_WAY, () -> done.accept(Result.ok(new Scan.Page(found, next))));
  }

  private static boolean isAfter(String key, Scan.Position place) {
    int byId = Id.ofKey(key).compareTo(place.id());
    return byId > 0 || (byId == 0 && key.compareTo(place.key()) > 0);
  }

  @Override
  public void write(Write write, Duration timeout, Consumer<Result<WriteOutcome>> done) {
    calls.add("write " + write.key() + " " + write.condition() + " within " + timeout.toMillis());
    Optional<Failure> failure = failingWrite;
    failingWrite = Optional.empty();
    world.after(
        ONE_WAY,
        () -> {
          Runnable before = beforeWrites.poll();
          if (before != null) {
            before.run();
          }
          Result<WriteOutcome> result =
              failure.isEmpty() || failingWriteTakesEffect
                  ? Result.ok(apply(write))
                  : Result.failed(failure.get());
          Result<WriteOutcome> told =
              failure.<Result<WriteOutcome>>map(Result::failed).orElse(result);
          world.after(ONE_WAY, () -> done.accept(told));
        });
  }

  @Override
  public void readAll(
      List<String> keys, Duration timeout, Consumer<Result<List<Result<Versioned>>>> done) {
    calls.add("read all " + keys + " within " + timeout.toMillis());
    List<Result<Versioned>> found = new ArrayList<>();
    for (String key : keys) {
      Failure failure = failingReads.poll();
      found.add(failure == null ? Result.ok(stored(key)) : Result.failed(failure));
    }
    world.after(ONE_WAY, () -> done.accept(Result.ok(found)));
  }

  @Override
  public void writeAll(
      List<Write> writes, Duration timeout, Consumer<Result<List<Result<WriteOutcome>>>> done) {
    calls.add(
        "write all " + writes.stream().map(Write::key).toList() + " within " + timeout.toMillis());
    List<Result<WriteOutcome>> outcomes = new ArrayList<>();
    writes.forEach(write -> outcomes.add(Result.ok(apply(write))));
    world.after(ONE_WAY, () -> done.accept(Result.ok(outcomes)));
  }

  private WriteOutcome apply(Write write) {
    Versioned current = stored(write.key());
    if (!holds(write.condition(), current)) {
      return new WriteOutcome.Conflict(current.version(), current.value().isPresent());
    }
    Versioned written = new Versioned(current.version() + 1, write.value());
    records.put(write.key(), written);
    world.after(ONE_WAY, () -> watches.changed(write.key(), written));
    return new WriteOutcome.Written(current.version() + 1, current.value().isEmpty());
  }

  private static boolean holds(Write.Condition condition, Versioned current) {
    if (condition instanceof Write.Condition.AtVersion at) {
      return at.version() == current.version();
    }
    if (condition instanceof Write.Condition.Absent) {
      return current.value().isEmpty();
    }
    return condition instanceof Write.Condition.Always || current.value().isPresent();
  }

  @Override
  public Result<Watch> watch(Watched what, WatchListener listener) {
    calls.add("watch " + what);
    return watches.open(what, listener);
  }

  @Override
  public void locate(String key, Duration timeout, Consumer<Result<ArcStatus>> done) {
    calls.add("locate " + key + " within " + timeout.toMillis());
    ArcStatus status =
        new ArcStatus(
            1,
            Arc.CIRCLE,
            1,
            Optional.of(Id.ZERO),
            List.of(),
            List.of(),
            records.size(),
            0,
            List.of(),
            ArcHealth.OK);
    world.after(ONE_WAY, () -> done.accept(Result.ok(status)));
  }

  @Override
  public List<ArcStatus> arcs() {
    return List.of();
  }
}
