package io.kringle.store;

import io.kringle.replication.Versioned;
import io.kringle.replication.Write;
import io.kringle.replication.WriteOutcome;
import io.kringle.ring.BackOff;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Result;
import io.kringle.store.KeyValues.Entry;
import io.kringle.store.KeyValues.Resolver;
import io.kringle.store.KeyValues.Updated;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One update under way: read, resolve, write if the version is still the same; on a conflict wait a
 * little and begin anew. A conflict tells the version that was in the way, not its value, so each
 * attempt reads.
 */
final class Update {
  private final Store store;
  private final String key;
  private final Resolver resolver;
  private final UpdateOptions options;
  private final Consumer<Result<Updated>> done;
  private final BackOff backOff;
  private final long startedAt;

  /** How often the resolver ran: never more often than the options allow. */
  private int attempts;

  Update(
      Store store,
      String key,
      Resolver resolver,
      UpdateOptions options,
      Consumer<Result<Updated>> done) {
    this.store = store;
    this.key = key;
    this.resolver = resolver;
    this.options = options;
    this.done = done;
    this.backOff = new BackOff(options.backOff(), options.maxBackOff(), store.world.random());
    this.startedAt = store.world.now();
  }

  void begin() {
    store.records.read(key, store.timeout, this::onRead);
  }

  private void onRead(Result<Versioned> read) {
    if (read instanceof Result.Ok<Versioned> ok) {
      resolve(Store.entry(key, ok.value()));
    } else if (read instanceof Result.Failed<Versioned> failed) {
      fail(failed.failure());
    }
  }

  private void resolve(Entry current) {
    attempts++;
    Optional<Bytes> resolved;
    try {
      resolved = resolver.resolve(current);
    } catch (RuntimeException e) {
      // This is the application's code: whatever it throws is its answer, and no broken invariant
      // of ours.
      fail(
          Failure.of(
              Failure.Kind.REFUSED, "the resolver for " + Limits.brief(key) + " threw " + e));
      return;
    }
    if (resolved.isPresent()) {
      write(current.version(), resolved.get());
    } else {
      done.accept(Result.ok(new Updated(current, false, attempts)));
    }
  }

  private void write(long version, Bytes value) {
    Optional<Failure> tooLarge = store.limits.ofValue(key, value);
    if (tooLarge.isPresent()) {
      fail(tooLarge.get());
      return;
    }
    Write write = new Write(key, Write.Condition.version(version), Optional.of(value));
    store.records.write(write, store.timeout, outcome -> onWrite(value, outcome));
  }

  private void onWrite(Bytes value, Result<WriteOutcome> result) {
    if (result instanceof Result.Failed<WriteOutcome> failed) {
      fail(failed.failure());
    } else if (result instanceof Result.Ok<WriteOutcome> ok
        && ok.value() instanceof WriteOutcome.Written written) {
      Entry entry = new Entry(key, written.version(), Optional.of(value));
      done.accept(Result.ok(new Updated(entry, true, attempts)));
    } else {
      onConflict();
    }
  }

  private void onConflict() {
    Duration wait = backOff.next();
    if (attempts == options.attempts()) {
      fail(
          Failure.of(
              Failure.Kind.RETRIES_EXHAUSTED,
              "retries exhausted: "
                  + attempts
                  + " attempts to update "
                  + Limits.brief(key)
                  + " met conflicts"));
    } else if (elapsed().plus(wait).compareTo(wholeTimeout()) >= 0) {
      fail(
          Failure.of(
              Failure.Kind.UNAVAILABLE,
              "the update of "
                  + Limits.brief(key)
                  + " met conflicts for "
                  + elapsed().toMillis()
                  + " ms"));
    } else {
      store.world.after(wait, this::begin);
    }
  }

  private Duration elapsed() {
    return Duration.ofNanos(store.world.now() - startedAt);
  }

  private Duration wholeTimeout() {
    return store.timeout.multipliedBy(Store.UPDATE_TIMEOUTS);
  }

  private void fail(Failure failure) {
    done.accept(Result.failed(failure));
  }
}
