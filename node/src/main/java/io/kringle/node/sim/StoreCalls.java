package io.kringle.node.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kringle.node.sim.StoreHistory.Answer;
import io.kringle.node.sim.StoreHistory.Question;
import io.kringle.node.sim.StoreHistory.Told;
import io.kringle.replication.WriteOutcome;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Result;
import io.kringle.store.KeyValues;
import io.kringle.store.UpdateOptions;
import io.kringle.testkit.history.Operation.Always;
import io.kringle.testkit.history.Operation.Call;
import io.kringle.testkit.history.Operation.Condition;
import io.kringle.testkit.history.Operation.Conflict;
import io.kringle.testkit.history.Operation.Expire;
import io.kringle.testkit.history.Operation.Failed;
import io.kringle.testkit.history.Operation.Get;
import io.kringle.testkit.history.Operation.GetStale;
import io.kringle.testkit.history.Operation.IfAbsent;
import io.kringle.testkit.history.Operation.IfVersion;
import io.kringle.testkit.history.Operation.Outcome;
import io.kringle.testkit.history.Operation.Read;
import io.kringle.testkit.history.Operation.Unknown;
import io.kringle.testkit.history.Operation.Write;
import io.kringle.testkit.history.Operation.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What one client may ask about a single key, and what is noted of it. Every value that it writes
 * is another, and tells if it has a limited time to live.
 */
final class StoreCalls {
  private static final UpdateOptions UPDATE = UpdateOptions.DEFAULT.withAttempts(5);

  /** So much slower than the world's may a clock be at the most. */
  private static final double SLOWEST_CLOCK = 0.9;

  private static final String LIMITED = " for ";

  private final int client;
  private final StoreHistory history;
  private final Map<String, Long> versions = new HashMap<>();
  private long values;

  StoreCalls(int client, StoreHistory history) {
    this.client = client;
    this.history = history;
  }

  /** The version that this client has seen last; 0 before it has seen any. */
  long lastVersion(String key) {
    return versions.getOrDefault(key, 0L);
  }

  /** Whether this value is to be gone some time. */
  static boolean isLimited(String value) {
    return value.contains(LIMITED);
  }

  private String newValue() {
    return "%d of client %d".formatted(values++, client);
  }

  private static KeyValues store(ExploreProcess<StackNode> at) {
    return at.node().orElseThrow().store();
  }

  // ---- reading

  /** Reads a key. */
  Question get(ExploreProcess<StackNode> at, String key) {
    Question question = question(at, key, new Get());
    store(at).get(key, result -> told(question, key, new Get(), result.map(this::read)));
    return question;
  }

  /** Reads a key from any replica. */
  Question getStale(ExploreProcess<StackNode> at, String key) {
    Question question = question(at, key, new GetStale());
    store(at)
        .getStale(key, result -> told(question, key, new GetStale(), result.map(StoreCalls::seen)));
    return question;
  }

  private Question question(ExploreProcess<StackNode> at, String key, Call call) {
    return history.ask(client, at, List.of(new Told(key, call, new Unknown())));
  }

  private static void told(Question question, String key, Call call, Result<Read> result) {
    question.told(
        result.isOk() ? Answer.OK : Answer.UNAVAILABLE,
        List.of(new Told(key, call, result.<Outcome>fold(read -> read, failure -> new Failed()))));
  }

  private Read read(KeyValues.Entry entry) {
    versions.put(entry.key(), entry.version());
    return seen(entry);
  }

  private static Read seen(KeyValues.Entry entry) {
    return new Read(entry.version(), entry.value().map(StoreCalls::text));
  }

  static String text(Bytes value) {
    return new String(value.array(), UTF_8);
  }

  // ---- writing

  /** Writes a value. */
  Question put(ExploreProcess<StackNode> at, String key, Condition condition) {
    return write(at, key, new Write(Optional.of(newValue()), condition), Optional.empty());
  }

  /** Writes a value that is to be gone after some time. */
  Question put(ExploreProcess<StackNode> at, String key, Duration timeToLive) {
    String value = newValue() + LIMITED + timeToLive.toMillis() + " ms";
    return write(at, key, new Write(Optional.of(value), new Always()), Optional.of(timeToLive));
  }

  /** Deletes a key. */
  Question delete(ExploreProcess<StackNode> at, String key, Condition condition) {
    return write(at, key, new Write(Optional.empty(), condition), Optional.empty());
  }

  private Question write(
      ExploreProcess<StackNode> at, String key, Write write, Optional<Duration> timeToLive) {
    Question question = history.ask(client, at, notes(key, write, new Unknown(), timeToLive));
    Consumer<Result<WriteOutcome>> done =
        result ->
            question.told(
                result.fold(StoreCalls::answer, StoreCalls::answer),
                notes(
                    key, write, result.fold(StoreCalls::outcome, StoreCalls::outcome), timeToLive));
    write
        .value()
        .map(StoreCalls::bytes)
        .ifPresentOrElse(
            value -> store(at).put(key, value, wire(write.condition()), timeToLive, done),
            () -> store(at).delete(key, wire(write.condition()), done));
    return question;
  }

  /** A write, and that its value may go by itself later on if it was written. */
  private static List<Told> notes(
      String key, Write write, Outcome outcome, Optional<Duration> timeToLive) {
    List<Told> notes = new ArrayList<>();
    notes.add(new Told(key, write, outcome));
    boolean isThere = outcome instanceof Written || outcome instanceof Unknown;
    if (isThere && timeToLive.isPresent()) {
      Duration least = Duration.ofNanos((long) (SLOWEST_CLOCK * timeToLive.get().toNanos()));
      notes.add(new Told(key, new Expire(write.value().orElseThrow()), new Unknown(), least));
    }
    return notes;
  }

  private static Bytes bytes(String value) {
    return Bytes.of(value.getBytes(UTF_8));
  }

  private static io.kringle.replication.Write.Condition wire(Condition condition) {
    if (condition instanceof IfVersion at) {
      return io.kringle.replication.Write.Condition.version(at.version());
    }
    return condition instanceof IfAbsent
        ? io.kringle.replication.Write.Condition.ABSENT
        : io.kringle.replication.Write.Condition.NONE;
  }

  private static Answer answer(WriteOutcome outcome) {
    return outcome instanceof WriteOutcome.Written ? Answer.OK : Answer.CONFLICT;
  }

  private static Outcome outcome(WriteOutcome outcome) {
    return outcome instanceof WriteOutcome.Written written
        ? new Written(written.version())
        : new Conflict();
  }

  private static Answer answer(Failure failure) {
    return switch (failure.kind()) {
      case OUTCOME_UNKNOWN -> Answer.UNKNOWN;
      case RETRIES_EXHAUSTED -> Answer.CONFLICT;
      default -> Answer.UNAVAILABLE;
    };
  }

  private static Outcome outcome(Failure failure) {
    return failure.kind() == Failure.Kind.OUTCOME_UNKNOWN ? new Unknown() : new Failed();
  }

  // ---- updating

  /** Reads a key and writes it anew. */
  Question update(ExploreProcess<StackNode> at, String key) {
    return new Updating(key).begin(at);
  }

  /**
   * An update: what its resolver was shown was read, and what it made of that is written if the
   * version is still the same. Of several attempts all but the last have met a conflict.
   */
  private final class Updating {
    private final String key;
    private final List<Told> noticed = new ArrayList<>();
    private Optional<Write> latest = Optional.empty();

    Updating(String key) {
      this.key = key;
    }

    Question begin(ExploreProcess<StackNode> at) {
      String value = newValue();
      Question question = question(at, key, new Write(Optional.of(value), new Always()));
      store(at)
          .update(key, entry -> resolve(entry, value), UPDATE, result -> told(question, result));
      return question;
    }

    private Optional<Bytes> resolve(KeyValues.Entry current, String value) {
      latest.ifPresent(write -> noticed.add(new Told(key, write, new Conflict())));
      noticed.add(new Told(key, new Get(), read(current)));
      latest = Optional.of(new Write(Optional.of(value), new IfVersion(current.version())));
      return Optional.of(bytes(value));
    }

    private void told(Question question, Result<KeyValues.Updated> result) {
      Outcome outcome =
          result.fold(updated -> new Written(updated.entry().version()), StoreCalls::outcome);
      latest.ifPresent(write -> noticed.add(new Told(key, write, outcome)));
      question.told(result.fold(updated -> Answer.OK, StoreCalls::answer), noticed);
    }
  }
}
