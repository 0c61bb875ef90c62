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
import io.kringle.testkit.history.Operation.Condition;
import io.kringle.testkit.history.Operation.Conflict;
import io.kringle.testkit.history.Operation.Failed;
import io.kringle.testkit.history.Operation.Get;
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

/** Asks one thing after the other, each of whichever node is well, until it is told to stop. */
final class StoreClient {
  private static final Duration SHORTEST_REST = Duration.ofMillis(1);
  private static final Duration LONGEST_REST = Duration.ofSeconds(1);
  private static final UpdateOptions UPDATE = UpdateOptions.DEFAULT.withAttempts(5);

  private final int number;
  private final ExploreStage stage;
  private final ExploreRing<StoreNode> ring;
  private final List<String> keys;
  private final StoreHistory history;
  private final Map<String, Long> versions = new HashMap<>();
  private Optional<Question> asked = Optional.empty();
  private long values;
  private boolean stopped;

  StoreClient(
      int number,
      ExploreStage stage,
      ExploreRing<StoreNode> ring,
      List<String> keys,
      StoreHistory history) {
    this.number = number;
    this.stage = stage;
    this.ring = ring;
    this.keys = keys;
    this.history = history;
  }

  /** Begins, and goes on by itself. */
  void begin() {
    stage.simulation().at(stage.dice().between(SHORTEST_REST, LONGEST_REST), this::turn);
  }

  /** Asks nothing more; what it has asked may still be answered. */
  void stop() {
    stopped = true;
  }

  private void turn() {
    if (!stopped) {
      List<ExploreProcess<StoreNode>> awake = ring.awake();
      if (asked.filter(Question::isOpen).isEmpty() && !awake.isEmpty()) {
        ask(stage.dice().pick(awake), stage.dice().pick(keys));
      }
      begin();
    }
  }

  private void ask(ExploreProcess<StoreNode> at, String key) {
    switch (stage.dice().between(0, 9)) {
      case 0, 1, 2 -> get(at, key);
      case 3, 4 -> write(at, key, Optional.of(newValue()), new Always());
      case 5 -> write(at, key, Optional.of(newValue()), new IfAbsent());
      case 6 -> write(at, key, Optional.of(newValue()), new IfVersion(lastVersion(key)));
      case 7 -> write(at, key, Optional.empty(), new Always());
      case 8 -> write(at, key, Optional.empty(), new IfVersion(lastVersion(key)));
      default -> new Updating(at, key).begin();
    }
  }

  private String newValue() {
    return "%d of client %d".formatted(values++, number);
  }

  private long lastVersion(String key) {
    return versions.getOrDefault(key, 0L);
  }

  private Question question(ExploreProcess<StoreNode> at, String key, Told ifNeverTold) {
    Question question = history.ask(number, key, at, ifNeverTold);
    asked = Optional.of(question);
    return question;
  }

  private static KeyValues store(ExploreProcess<StoreNode> at) {
    return at.node().orElseThrow().store();
  }

  // ---- reading

  /** Reads a key; what was asked. */
  Question get(ExploreProcess<StoreNode> at, String key) {
    Question question = question(at, key, new Told(new Get(), new Unknown()));
    store(at)
        .get(
            key,
            result ->
                question.told(
                    result.isOk() ? Answer.OK : Answer.UNAVAILABLE,
                    List.of(
                        result.fold(this::read, failure -> new Told(new Get(), new Failed())))));
    return question;
  }

  private Told read(KeyValues.Entry entry) {
    versions.put(entry.key(), entry.version());
    return new Told(new Get(), new Read(entry.version(), entry.value().map(StoreClient::text)));
  }

  private static String text(Bytes value) {
    return new String(value.array(), UTF_8);
  }

  // ---- writing

  private void write(
      ExploreProcess<StoreNode> at, String key, Optional<String> value, Condition condition) {
    Write write = new Write(value, condition);
    Question question = question(at, key, new Told(write, new Unknown()));
    if (value.isPresent()) {
      store(at)
          .put(
              key, bytes(value.get()), wire(condition), result -> written(question, write, result));
    } else {
      store(at).delete(key, wire(condition), result -> written(question, write, result));
    }
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

  private void written(Question question, Write write, Result<WriteOutcome> result) {
    Answer answer = result.fold(StoreClient::answer, StoreClient::answer);
    Outcome outcome = result.fold(StoreClient::outcome, StoreClient::outcome);
    question.told(answer, List.of(new Told(write, outcome)));
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

  /**
   * An update: what its resolver was shown was read, and what it made of that is written if the
   * version is still the same. Of several attempts all but the last have met a conflict.
   */
  private final class Updating {
    private final ExploreProcess<StoreNode> at;
    private final String key;
    private final List<Told> noticed = new ArrayList<>();
    private Optional<Write> latest = Optional.empty();

    Updating(ExploreProcess<StoreNode> at, String key) {
      this.at = at;
      this.key = key;
    }

    void begin() {
      String value = newValue();
      Write unconditional = new Write(Optional.of(value), new Always());
      Question question = question(at, key, new Told(unconditional, new Unknown()));
      store(at)
          .update(key, entry -> resolve(entry, value), UPDATE, result -> told(question, result));
    }

    private Optional<Bytes> resolve(KeyValues.Entry current, String value) {
      latest.ifPresent(write -> noticed.add(new Told(write, new Conflict())));
      noticed.add(read(current));
      latest = Optional.of(new Write(Optional.of(value), new IfVersion(current.version())));
      return Optional.of(bytes(value));
    }

    private void told(Question question, Result<KeyValues.Updated> result) {
      Outcome outcome =
          result.fold(updated -> new Written(updated.entry().version()), StoreClient::outcome);
      latest.ifPresent(write -> noticed.add(new Told(write, outcome)));
      question.told(result.fold(updated -> Answer.OK, StoreClient::answer), noticed);
    }
  }
}
