package io.kringle.store;

import io.kringle.replication.ArcStatus;
import io.kringle.replication.Watch;
import io.kringle.replication.WatchEvent;
import io.kringle.replication.WatchListener;
import io.kringle.replication.Watched;
import io.kringle.replication.Write;
import io.kringle.replication.WriteOutcome;
import io.kringle.ring.Arc;
import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import io.kringle.ring.World;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * A store whose {@link #get} is answered from this node's memory where that is fresh enough. All
 * else goes on to the store behind it; what is read and written through here is held.
 *
 * <p>What a reader may see: an entry that was the key's at some moment within the last {@link
 * NearCacheOptions#maxStaleness}, and usually one that is as old as a message takes. Never an older
 * version than what was read, or written with success, through here before. A change that somebody
 * else was told of may be missed for so long; and a value whose time to live is over may be seen
 * until its end was decided and told. So it is not linearizable: use the store itself for that.
 *
 * <p>How it is kept: one watch tells what changes, and what is older goes. While the watch of a key
 * is not confirmed for longer than {@code maxStaleness} the key is read from the store. A read or
 * write is held only if the watch was there before it began, and told of nothing newer since. A
 * write that failed, or whose outcome is not known, leaves everything as it is.
 */
public final class NearCache implements KeyValues {
  private static final long WATCH_AGAIN = Duration.ofSeconds(1).toNanos();

  private final World world;
  private final KeyValues store;
  private final NearCacheOptions options;
  private final CachedEntries entries;

  /** Keys that are being read or written: as many as the store takes at a time. */
  private final Map<String, UnderWay> underWay = new HashMap<>();

  private Optional<Watch> watch = Optional.empty();
  private boolean isClosed;
  private long watchAgainAt;

  /** Reads and writes of one key, and what was heard of it meanwhile. */
  private static final class UnderWay {
    int count;
    long newest;
    boolean isVoid;
  }

  /** A cache over {@code store}; nothing is held before its watch is confirmed. */
  public NearCache(World world, KeyValues store, NearCacheOptions options) {
    this.world = world;
    this.store = store;
    this.options = options;
    this.entries = new CachedEntries(world, options);
    this.watchAgainAt = world.now();
    ensureWatch();
  }

  /** The watch may be refused for a while; until there is one, nothing is held. */
  private void ensureWatch() {
    if (watch.isEmpty() && !isClosed && world.now() >= watchAgainAt) {
      watchAgainAt = world.now() + WATCH_AGAIN;
      WatchListener listener =
          (events, taken) -> {
            told(events);
            taken.run();
          };
      watch =
          store
              .watch(Watched.prefix(options.prefix()).changesOnly().withoutValues(), listener)
              .fold(Optional::of, refused -> Optional.empty());
    }
  }

  private void told(List<WatchEvent> events) {
    for (WatchEvent event : events) {
      if (event instanceof WatchEvent.Changed changed) {
        heard(changed.key(), changed.version());
      } else if (event instanceof WatchEvent.Reset reset) {
        reset(reset.arc());
      }
    }
  }

  /** There is a version of a key. */
  private void heard(String key, long version) {
    entries.dropOlder(key, version);
    Optional.ofNullable(underWay.get(key))
        .ifPresent(some -> some.newest = Math.max(some.newest, version));
  }

  private void reset(Arc arc) {
    entries.dropAll(arc);
    underWay.forEach((key, some) -> some.isVoid |= arc.contains(Id.ofKey(key)));
  }

  private boolean isFresh(String key) {
    OptionalLong asOf = watch.map(open -> open.asOf(key)).orElse(OptionalLong.empty());
    return asOf.isPresent() && world.now() - asOf.getAsLong() <= options.maxStaleness().toNanos();
  }

  // Reads and writes.

  @Override
  public void get(String key, Consumer<Result<Entry>> done) {
    ensureWatch();
    Optional<Entry> held = held(key);
    if (held.isPresent()) {
      world.after(Duration.ZERO, () -> done.accept(Result.ok(held.get())));
    } else {
      Consumer<Optional<Entry>> end = begin(key);
      store.get(
          key,
          read -> {
            end.accept(read.fold(Optional::of, failure -> Optional.empty()));
            done.accept(read);
          });
    }
  }

  private Optional<Entry> held(String key) {
    return isFresh(key) ? entries.find(key) : Optional.empty();
  }

  @Override
  public void getAll(List<String> keys, Consumer<Result<List<Result<Entry>>>> done) {
    ensureWatch();
    new InPlace<String, Entry>(keys, key -> held(key).map(Result::ok))
        .ask(
            world,
            (missing, answered) -> {
              List<Consumer<Optional<Entry>>> ends = missing.stream().map(this::begin).toList();
              store.getAll(
                  missing,
                  read -> {
                    end(ends, read, i -> Optional::of);
                    answered.accept(read);
                  });
            },
            done);
  }

  @Override
  public void writeAll(List<Write> writes, Consumer<Result<List<Result<WriteOutcome>>>> done) {
    List<Consumer<Optional<Entry>>> ends =
        writes.stream().map(write -> begin(write.key())).toList();
    store.writeAll(
        writes,
        written -> {
          end(
              ends,
              written,
              i -> outcome -> written(writes.get(i).key(), outcome, writes.get(i).value()));
          done.accept(written);
        });
  }

  /** The reads or writes of a call about many keys are over; maybe it failed as a whole. */
  private static <T> void end(
      List<Consumer<Optional<Entry>>> ends,
      Result<List<Result<T>>> outcome,
      IntFunction<Function<T, Optional<Entry>>> meaning) {
    List<Result<T>> outcomes = outcome.fold(all -> all, failure -> List.of());
    for (int i = 0; i < ends.size(); i++) {
      ends.get(i)
          .accept(
              i < outcomes.size()
                  ? outcomes.get(i).fold(meaning.apply(i), failure -> Optional.empty())
                  : Optional.empty());
    }
  }

  @Override
  public void put(
      String key,
      Bytes value,
      Write.Condition condition,
      Optional<Duration> timeToLive,
      Consumer<Result<WriteOutcome>> done) {
    Consumer<Optional<Entry>> end = begin(key);
    store.put(
        key,
        value,
        condition,
        timeToLive,
        outcome -> {
          end.accept(
              outcome.fold(
                  decided -> written(key, decided, Optional.of(value)),
                  failed -> Optional.empty()));
          done.accept(outcome);
        });
  }

  @Override
  public void delete(String key, Write.Condition condition, Consumer<Result<WriteOutcome>> done) {
    Consumer<Optional<Entry>> end = begin(key);
    store.delete(
        key,
        condition,
        outcome -> {
          end.accept(
              outcome.fold(
                  decided -> written(key, decided, Optional.empty()), failed -> Optional.empty()));
          done.accept(outcome);
        });
  }

  @Override
  public void update(
      String key, Resolver resolver, UpdateOptions how, Consumer<Result<Updated>> done) {
    Consumer<Optional<Entry>> end = begin(key);
    store.update(
        key,
        resolver,
        how,
        updated -> {
          end.accept(updated.fold(each -> Optional.of(each.entry()), failure -> Optional.empty()));
          done.accept(updated);
        });
  }

  private static Optional<Entry> written(String key, WriteOutcome outcome, Optional<Bytes> value) {
    return outcome instanceof WriteOutcome.Written written
        ? Optional.of(new Entry(key, written.version(), value))
        : Optional.empty();
  }

  /**
   * A read or write of a key begins.
   *
   * @return takes what is under the key, if that became known, when it ends
   */
  private Consumer<Optional<Entry>> begin(String key) {
    boolean isWatched =
        key.startsWith(options.prefix())
            && watch.filter(open -> open.asOf(key).isPresent()).isPresent();
    UnderWay some = underWay.computeIfAbsent(key, each -> new UnderWay());
    some.count++;
    return outcome -> {
      some.count--;
      if (some.count == 0) {
        underWay.remove(key);
      }
      outcome.ifPresent(entry -> learn(entry, some, isWatched));
    };
  }

  private void learn(Entry entry, UnderWay some, boolean isWatched) {
    boolean isNewest = entry.version() >= some.newest;
    heard(entry.key(), entry.version());
    boolean isHeld = entries.hasAtLeast(entry.key(), entry.version());
    if (isWatched && isNewest && !some.isVoid && !isHeld) {
      entries.put(entry);
    }
  }

  // What goes by it.

  @Override
  public void getStale(String key, Consumer<Result<Entry>> done) {
    store.getStale(key, done);
  }

  @Override
  public void scan(Optional<String> after, String prefix, int limit, Consumer<Result<Page>> done) {
    store.scan(after, prefix, limit, done);
  }

  @Override
  public Result<Watch> watch(Watched what, WatchListener listener) {
    return store.watch(what, listener);
  }

  @Override
  public void locate(String key, Consumer<Result<ArcStatus>> done) {
    store.locate(key, done);
  }

  /** How many entries are held. */
  public long count() {
    return entries.count();
  }

  /** Ends its watch; from then on everything is asked of the store. */
  public void close() {
    isClosed = true;
    watch.ifPresent(Watch::close);
    watch = Optional.empty();
    entries.dropAll(Arc.CIRCLE);
  }
}
