package io.kringle.node;

import io.kringle.replication.Watched;
import io.kringle.replication.Write;
import io.kringle.replication.WriteOutcome;
import io.kringle.ring.Bytes;
import io.kringle.ring.Result;
import io.kringle.store.KeyValues;
import io.kringle.store.NearCache;
import io.kringle.store.NearCacheOptions;
import io.kringle.store.UpdateOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The replicated key-value store, linearizable per key. A key is 1 to 1 024 bytes of UTF-8; a value
 * is up to {@code kringle.store.max-value} bytes, and is not to be changed once handed over.
 *
 * <p>May be used from any thread. Every stage completes exactly once, on the node's own loop unless
 * {@link KringleBuilder#callbackExecutor} says otherwise; there it must not block. Stages fail with
 * {@link KringleException}: {@code UNAVAILABLE} when there is no majority, {@code OUTCOME_UNKNOWN}
 * when a write may have taken effect, {@code INVALID} and {@code TOO_LARGE} for what can never
 * work, {@code OVERLOADED}, {@code CLOSED}.
 */
public final class KringleStore {
  /** Keys of a page when walking over all. */
  private static final int PAGE = 500;

  private final Calls calls;
  private final StoreWatches watches;

  /** The way that operations take. */
  private final Function<Stack, KeyValues> values;

  KringleStore(Calls calls, StoreWatches watches, Function<Stack, KeyValues> values) {
    this.calls = calls;
    this.watches = watches;
    this.values = values;
  }

  /** Reads. A key that was never written has version 0 and no value. */
  public CompletionStage<StoreEntry> get(String key) {
    Checks.key(key);
    return calls
        .<KeyValues.Entry>ask((stack, done) -> values.apply(stack).get(key, done))
        .thenApply(KringleStore::entry);
  }

  /**
   * Reads from any replica, a majority or not: some value that the key had, with its version, maybe
   * not the last one. {@code UNAVAILABLE} only if no replica answers.
   */
  public CompletionStage<StoreEntry> getStale(String key) {
    Checks.key(key);
    return calls
        .<KeyValues.Entry>ask((stack, done) -> values.apply(stack).getStale(key, done))
        .thenApply(KringleStore::entry);
  }

  /**
   * Reads some of the keys that have a value, in the order of their ids: see {@link StorePage}.
   *
   * @param after what the page before told to go on with; empty: from the beginning
   * @param prefix of the keys that are wanted; empty: all
   * @param limit how many at the most, 1 to 1 000
   */
  public CompletionStage<StorePage> scan(Optional<String> after, String prefix, int limit) {
    Checks.key(prefix);
    return calls
        .<KeyValues.Page>ask((stack, done) -> values.apply(stack).scan(after, prefix, limit, done))
        .thenApply(
            page ->
                new StorePage(
                    page.entries().stream().map(KringleStore::entry).toList(), page.next()));
  }

  /**
   * Walks over all keys with a prefix that have a value, page by page: the next is asked for once
   * {@code each} has returned for all of one. Ends with the first page that fails.
   *
   * @param prefix empty: all keys
   * @param each is told every entry, where stages complete; it must not block there
   * @return how many there were
   */
  public CompletionStage<Long> forEach(String prefix, Consumer<StoreEntry> each) {
    return walk(Optional.empty(), prefix, each, 0);
  }

  private CompletionStage<Long> walk(
      Optional<String> after, String prefix, Consumer<StoreEntry> each, long before) {
    return scan(after, prefix, PAGE)
        .thenCompose(
            page -> {
              page.entries().forEach(each);
              long met = before + page.entries().size();
              return page.next().isPresent()
                  ? walk(page.next(), prefix, each, met)
                  : CompletableFuture.completedFuture(met);
            });
  }

  /**
   * Reads many keys, each as {@link #get} does; together they are of no one moment. Far cheaper
   * than one by one: each node is asked once for all that it leads.
   *
   * @param keys at most 4 096; once 64 MiB of values are there, the keys that are left fail with
   *     {@code TOO_LARGE}
   * @return what became of each, in the order of the keys. Fails as a whole with {@code INVALID} if
   *     there are too many, and with {@code OVERLOADED}
   */
  public CompletionStage<List<KeyResult<StoreEntry>>> getAll(Collection<String> keys) {
    List<String> asked = List.copyOf(keys);
    return calls
        .<List<Result<KeyValues.Entry>>>ask((stack, done) -> stack.store().getAll(asked, done))
        .thenApply(found -> results(asked, found, KringleStore::entry));
  }

  /**
   * Writes many keys, whatever was there, each for itself: some may be written and others not.
   *
   * @param values at most 4 096, with 64 MiB together
   * @return what became of each, in the order of the map. Fails as a whole, and nothing is written,
   *     with {@code INVALID}, {@code TOO_LARGE} or {@code OVERLOADED}
   */
  public CompletionStage<List<KeyResult<WriteResult>>> putAll(Map<String, byte[]> values) {
    List<Write> writes = new ArrayList<>();
    values.forEach(
        (key, value) ->
            writes.add(
                new Write(
                    Checks.key(key),
                    Write.Condition.NONE,
                    Optional.of(Bytes.of(Checks.bytes(value))))));
    return calls
        .<List<Result<WriteOutcome>>>ask((stack, done) -> stack.store().writeAll(writes, done))
        .thenApply(
            outcomes ->
                results(
                    writes.stream().map(Write::key).toList(),
                    outcomes,
                    outcome -> result(outcome, true)));
  }

  /** Writes, whatever was there. */
  public CompletionStage<WriteResult> put(String key, byte[] value) {
    return put(key, value, Write.Condition.NONE);
  }

  /** Writes text as UTF-8, whatever was there. */
  public CompletionStage<WriteResult> put(String key, String value) {
    return put(key, utf8(value));
  }

  /**
   * Writes, whatever was there, for a time: then the value is deleted, by a version of its own.
   *
   * @param timeToLive a millisecond to 100 years
   */
  public CompletionStage<WriteResult> put(String key, byte[] value, Duration timeToLive) {
    return put(key, value, Write.Condition.NONE, Optional.of(timeToLive));
  }

  /** Writes text as UTF-8, whatever was there, for a time. */
  public CompletionStage<WriteResult> put(String key, String value, Duration timeToLive) {
    return put(key, utf8(value), timeToLive);
  }

  /** Writes if there is no value. */
  public CompletionStage<WriteResult> putIfAbsent(String key, byte[] value) {
    return put(key, value, Write.Condition.ABSENT);
  }

  /** Writes text if there is no value. */
  public CompletionStage<WriteResult> putIfAbsent(String key, String value) {
    return putIfAbsent(key, utf8(value));
  }

  /** Writes if there is a value. */
  public CompletionStage<WriteResult> putIfPresent(String key, byte[] value) {
    return put(key, value, Write.Condition.PRESENT);
  }

  /** Writes if the record is at {@code version}; 0 means never written. */
  public CompletionStage<WriteResult> putIfVersion(String key, byte[] value, long version) {
    return put(key, value, Write.Condition.version(version));
  }

  /** Writes text if the record is at {@code version}; 0 means never written. */
  public CompletionStage<WriteResult> putIfVersion(String key, String value, long version) {
    return putIfVersion(key, utf8(value), version);
  }

  /** Deletes; not written means that there was nothing to delete. */
  public CompletionStage<WriteResult> delete(String key) {
    return delete(key, Write.Condition.PRESENT);
  }

  /** Deletes if the record is at {@code version}. */
  public CompletionStage<WriteResult> deleteIfVersion(String key, long version) {
    return delete(key, Write.Condition.version(version));
  }

  /**
   * Reads, makes a new value, and writes it if nobody else wrote meanwhile; again on each conflict.
   * Fails with {@code RETRIES_EXHAUSTED} when conflicts do not end, and with {@code REFUSED} if
   * {@code change} throws.
   *
   * @param change takes the value, or nothing if there is none, and gives the new one; nothing:
   *     leaves it as it is. It may run several times, on the node's loop, and must not block.
   */
  public CompletionStage<StoreEntry> update(
      String key, Function<Optional<byte[]>, Optional<byte[]>> change) {
    Checks.key(key);
    KeyValues.Resolver resolver =
        entry -> change.apply(entry.value().map(Bytes::array)).map(Bytes::of);
    return calls
        .<KeyValues.Updated>ask(
            (stack, done) -> values.apply(stack).update(key, resolver, UpdateOptions.DEFAULT, done))
        .thenApply(updated -> entry(updated.entry()));
  }

  /** As {@link #update}, of text in UTF-8. */
  public CompletionStage<StoreEntry> updateText(
      String key, Function<Optional<String>, Optional<String>> change) {
    return update(
        key,
        bytes ->
            change
                .apply(bytes.map(value -> new String(value, StandardCharsets.UTF_8)))
                .map(KringleStore::utf8));
  }

  /**
   * A view of the store in which values are objects, kept as JSON.
   *
   * @param type what Jackson can write and read: a record, a bean, a number, a string
   */
  public <T> KringleObjects<T> of(Class<T> type) {
    return new KringleObjects<>(this, calls, values, type);
  }

  /**
   * Watches a key: tells what is there, and then what changes, also across the failure of nodes.
   * The last state is told always, those before it may be left out.
   *
   * @param listener told one change after the other, where stages complete; it must not block there
   * @return completes when the watch is open; {@code OVERLOADED} if 1 024 are open at this node
   */
  public CompletionStage<StoreWatch> watch(String key, Consumer<StoreChange> listener) {
    Checks.key(key);
    return watches.open(Watched.key(key), each(listener));
  }

  /**
   * Watches all keys with a prefix, as {@link #watch} does one; the empty prefix is that of all.
   * Keys come in no particular order. At most 64 such watches are open at a node.
   */
  public CompletionStage<StoreWatch> watchPrefix(String prefix, Consumer<StoreChange> listener) {
    Checks.key(prefix);
    return watches.open(Watched.prefix(prefix), each(listener));
  }

  /**
   * Watches for someone who may be slow. While a list is being taken nothing of what changes
   * gathers; afterwards the latest is told.
   *
   * @param what a key, or a prefix if {@code isPrefix}
   * @param listener takes a list of changes; the next comes when its stage has completed
   */
  public CompletionStage<StoreWatch> watch(
      String what, boolean isPrefix, Function<List<StoreChange>, CompletionStage<?>> listener) {
    Checks.key(what);
    return watches.open(isPrefix ? Watched.prefix(what) : Watched.key(what), listener);
  }

  private static Function<List<StoreChange>, CompletionStage<?>> each(
      Consumer<StoreChange> listener) {
    return changes -> {
      changes.forEach(listener);
      return CompletableFuture.completedFuture(null);
    };
  }

  /**
   * The same store behind a near cache: {@link #get}, and typed gets, are answered from this node's
   * memory where they can be. See {@link NearCache} for how stale an answer may be. Everything else
   * goes to the ring as before. The cache stays as long as the node, and counts as one watch of a
   * prefix.
   */
  public KringleStore nearCache(NearCacheOptions options) {
    return new KringleStore(calls, watches, new CachedValues(options));
  }

  private CompletionStage<WriteResult> put(String key, byte[] value, Write.Condition condition) {
    return put(key, value, condition, Optional.empty());
  }

  /**
   * Writes under a condition, for a time if one is given.
   *
   * @param condition what must be true of the record
   * @param timeToLive a millisecond to 100 years; empty: the value stays
   */
  public CompletionStage<WriteResult> put(
      String key, byte[] value, Write.Condition condition, Optional<Duration> timeToLive) {
    Checks.key(key);
    Bytes bytes = Bytes.of(Checks.bytes(value));
    return calls
        .<WriteOutcome>ask(
            (stack, done) -> values.apply(stack).put(key, bytes, condition, timeToLive, done))
        .thenApply(outcome -> result(outcome, true));
  }

  private CompletionStage<WriteResult> delete(String key, Write.Condition condition) {
    Checks.key(key);
    return calls
        .<WriteOutcome>ask((stack, done) -> values.apply(stack).delete(key, condition, done))
        .thenApply(outcome -> result(outcome, false));
  }

  private static <T, R> List<KeyResult<R>> results(
      List<String> keys, List<Result<T>> results, Function<T, R> meaning) {
    List<KeyResult<R>> named = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      String key = keys.get(i);
      named.add(
          results
              .get(i)
              .fold(
                  value ->
                      new KeyResult<>(key, Optional.of(meaning.apply(value)), Optional.empty()),
                  failure ->
                      new KeyResult<R>(
                          key, Optional.empty(), Optional.of(KringleException.of(failure)))));
    }
    return named;
  }

  private static StoreEntry entry(KeyValues.Entry entry) {
    return new StoreEntry(entry.key(), entry.version(), entry.value().map(Bytes::array));
  }

  private static WriteResult result(WriteOutcome outcome, boolean presentThen) {
    if (outcome instanceof WriteOutcome.Conflict conflict) {
      return new WriteResult(false, conflict.version(), conflict.present(), false);
    }
    WriteOutcome.Written written = (WriteOutcome.Written) outcome;
    return new WriteResult(true, written.version(), presentThen, presentThen && written.created());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
