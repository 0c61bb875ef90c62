package io.kringle.store;

import io.kringle.replication.ArcStatus;
import io.kringle.replication.Records;
import io.kringle.replication.Scan;
import io.kringle.replication.Versioned;
import io.kringle.replication.Watch;
import io.kringle.replication.WatchListener;
import io.kringle.replication.Watched;
import io.kringle.replication.Write;
import io.kringle.replication.WriteOutcome;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Result;
import io.kringle.ring.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The key-value store of a node, over replicated records.
 *
 * <p>Each read and each write is given up after {@link StoreConfig#timeout}. An update is a
 * sequence of them, and as a whole it is given up after {@value #UPDATE_TIMEOUTS} times that: then
 * no further attempt begins, and it ends with {@code UNAVAILABLE}, nothing written. A write of an
 * update whose outcome is not known ends the update with {@code OUTCOME_UNKNOWN}; it is never tried
 * again as another write, which could make the change twice.
 *
 * <p>Arguments out of range fail with {@code INVALID} or {@code TOO_LARGE}, naming what is wrong.
 * No callback comes before the call that it belongs to has returned, as long as the records below
 * keep to that too.
 */
public final class Store implements KeyValues {
  /** How many timeouts an update may take as a whole. */
  public static final int UPDATE_TIMEOUTS = 10;

  /** How many updates may be under way on a node; beyond that they fail with {@code OVERLOADED}. */
  public static final int MAX_UPDATES = 10_000;

  final World world;
  final Records records;
  final Duration timeout;
  final Limits limits;

  /** From 0 to {@link #MAX_UPDATES}. */
  private int updatesUnderWay;

  /** A store in a node's world, over its records. */
  public Store(World world, Records records, StoreConfig config) {
    this.world = world;
    this.records = records;
    this.timeout = config.timeout();
    this.limits = new Limits(config);
  }

  @Override
  public void get(String key, Consumer<Result<Entry>> done) {
    if (passes(Limits.ofKey(key), done)) {
      records.read(key, timeout, read -> done.accept(read.map(found -> entry(key, found))));
    }
  }

  @Override
  public void getStale(String key, Consumer<Result<Entry>> done) {
    if (passes(Limits.ofKey(key), done)) {
      records.readStale(key, timeout, read -> done.accept(read.map(found -> entry(key, found))));
    }
  }

  @Override
  public void put(
      String key,
      Bytes value,
      Write.Condition condition,
      Optional<Duration> timeToLive,
      Consumer<Result<WriteOutcome>> done) {
    write(new Write(key, condition, Optional.of(value), timeToLive), done);
  }

  @Override
  public void delete(String key, Write.Condition condition, Consumer<Result<WriteOutcome>> done) {
    write(new Write(key, condition, Optional.empty()), done);
  }

  private void write(Write write, Consumer<Result<WriteOutcome>> done) {
    if (passes(limits.ofWrite(write), done)) {
      records.write(write, timeout, done);
    }
  }

  @Override
  public void getAll(List<String> keys, Consumer<Result<List<Result<Entry>>>> done) {
    if (passes(Limits.ofCount(keys.size()), done)) {
      new InPlace<String, Entry>(keys, key -> Limits.ofKey(key).map(Result::failed))
          .ask(
              world,
              (sound, answered) ->
                  records.readAll(
                      sound,
                      timeout,
                      read -> answered.accept(read.map(all -> entries(sound, all)))),
              done);
    }
  }

  private static List<Result<Entry>> entries(List<String> keys, List<Result<Versioned>> read) {
    List<Result<Entry>> entries = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      String key = keys.get(i);
      entries.add(read.get(i).map(found -> entry(key, found)));
    }
    return entries;
  }

  @Override
  public void writeAll(List<Write> writes, Consumer<Result<List<Result<WriteOutcome>>>> done) {
    if (passes(Limits.ofCount(writes.size()), done)) {
      new InPlace<Write, WriteOutcome>(writes, write -> limits.ofWrite(write).map(Result::failed))
          .ask(world, (sound, answered) -> records.writeAll(sound, timeout, answered), done);
    }
  }

  @Override
  public void scan(Optional<String> after, String prefix, int limit, Consumer<Result<Page>> done) {
    Optional<Scan.Position> from =
        after.isPresent() ? Cursor.parse(after.get()) : Optional.of(Scan.START);
    if (passes(Limits.ofScan(from, prefix, limit), done)) {
      records.scan(
          new Scan(from.orElseThrow(), prefix, limit),
          timeout,
          found -> done.accept(found.map(Store::page)));
    }
  }

  private static Page page(Scan.Page found) {
    List<Entry> entries =
        found.records().stream()
            .map(each -> new Entry(each.key(), each.version(), Optional.of(each.value())))
            .toList();
    return new Page(entries, found.next().map(Cursor::write));
  }

  @Override
  public Result<Watch> watch(Watched what, WatchListener listener) {
    return records.watch(what, listener);
  }

  @Override
  public void locate(String key, Consumer<Result<ArcStatus>> done) {
    if (passes(Limits.ofKey(key), done)) {
      records.locate(key, timeout, done);
    }
  }

  @Override
  public void update(
      String key, Resolver resolver, UpdateOptions options, Consumer<Result<Updated>> done) {
    if (!passes(Limits.ofKey(key), done) || !passes(tooManyUpdates(), done)) {
      return;
    }
    updatesUnderWay++;
    Consumer<Result<Updated>> finish =
        result -> {
          updatesUnderWay--;
          done.accept(result);
        };
    new Update(this, key, resolver, options, finish).begin();
  }

  private Optional<Failure> tooManyUpdates() {
    return updatesUnderWay < MAX_UPDATES
        ? Optional.empty()
        : Optional.of(
            Failure.of(Failure.Kind.OVERLOADED, MAX_UPDATES + " updates are under way already"));
  }

  /** Whether nothing is wrong; otherwise the caller is told in a step of its own. */
  private <T> boolean passes(Optional<Failure> wrong, Consumer<Result<T>> done) {
    wrong.ifPresent(
        failure -> world.after(Duration.ZERO, () -> done.accept(Result.failed(failure))));
    return wrong.isEmpty();
  }

  static Entry entry(String key, Versioned found) {
    return new Entry(key, found.version(), found.value());
  }
}
