package io.kringle.testkit.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import io.kringle.testkit.history.Operation.Nothing;
import io.kringle.testkit.history.Operation.Outcome;
import io.kringle.testkit.history.Operation.Read;
import io.kringle.testkit.history.Operation.Unknown;
import io.kringle.testkit.history.Operation.Write;
import io.kringle.testkit.history.Operation.Written;
import java.util.Locale;
import java.util.Optional;

/** An operation as a line of JSON, as {@code docs/history-format.md} tells it to other checkers. */
final class HistoryJson {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private HistoryJson() {}

  // ---- writing

  static String write(HistoryLine line) {
    Operation operation = line.operation();
    ObjectNode json = JSON.createObjectNode();
    line.seed().ifPresent(seed -> json.put("seed", seed));
    json.put("client", operation.client());
    json.put("operation", name(operation.call()));
    json.put("key", operation.key());
    json.set("arguments", arguments(operation.call()));
    json.set("result", result(operation.outcome()));
    json.put("start_ns", operation.invoked());
    json.put("end_ns", operation.returned());
    try {
      return JSON.writeValueAsString(json);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a tree of JSON is JSON", impossible);
    }
  }

  private static String name(Call call) {
    if (call instanceof Write write) {
      return write.value().isPresent() ? "put" : "delete";
    }
    if (call instanceof Expire) {
      return "expire";
    }
    return call instanceof GetStale ? "get_stale" : "get";
  }

  private static ObjectNode arguments(Call call) {
    ObjectNode json = JSON.createObjectNode();
    if (call instanceof Write write) {
      write.value().ifPresent(value -> json.put("value", value));
      if (write.condition() instanceof IfVersion at) {
        json.put("if_version", at.version());
      } else if (write.condition() instanceof IfAbsent) {
        json.put("if_absent", true);
      }
    } else if (call instanceof Expire expire) {
      json.put("value", expire.value());
    }
    return json;
  }

  private static ObjectNode result(Outcome outcome) {
    ObjectNode json =
        JSON.createObjectNode().put("kind", outcome.kind().name().toLowerCase(Locale.ROOT));
    if (outcome instanceof Read read) {
      json.put("version", read.version()).put("value", read.value().orElse(null));
    } else if (outcome instanceof Written written) {
      json.put("version", written.version());
    }
    return json;
  }

  // ---- reading

  /**
   * The line that this text is.
   *
   * @throws IllegalArgumentException if it is none, with the reason on one line
   */
  static HistoryLine read(String text) {
    JsonFields line = JsonFields.of("the line", parse(text));
    Optional<Long> seed = line.has("seed") ? Optional.of(line.number("seed")) : Optional.empty();
    Operation operation =
        new Operation(
            client(line.number("client")),
            line.text("key"),
            call(line.text("operation"), line.object("arguments")),
            outcome(line.object("result")),
            line.number("start_ns"),
            line.number("end_ns"));
    line.end();
    return new HistoryLine(seed, operation);
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException broken) {
      throw new IllegalArgumentException(
          "is not JSON: " + broken.getOriginalMessage().lines().findFirst().orElse(""), broken);
    }
  }

  private static int client(long number) {
    if (number != (int) number) {
      throw new IllegalArgumentException("'client' is not a number of 32 bits");
    }
    return (int) number;
  }

  private static Call call(String operation, JsonFields arguments) {
    Call call =
        switch (operation) {
          case "get" -> new Get();
          case "get_stale" -> new GetStale();
          case "expire" -> new Expire(arguments.text("value"));
          case "put" -> new Write(Optional.of(arguments.text("value")), condition(arguments));
          case "delete" -> new Write(Optional.empty(), condition(arguments));
          default -> throw new IllegalArgumentException("no operation is '" + operation + "'");
        };
    arguments.end();
    return call;
  }

  private static Condition condition(JsonFields arguments) {
    if (arguments.has("if_version")) {
      return new IfVersion(arguments.number("if_version"));
    }
    if (arguments.has("if_absent")) {
      arguments.isTrue("if_absent");
      return new IfAbsent();
    }
    return new Always();
  }

  private static Outcome outcome(JsonFields result) {
    String kind = result.text("kind");
    Outcome outcome =
        switch (kind) {
          case "read" -> new Read(result.number("version"), result.textOrNull("value"));
          case "nothing" -> new Nothing();
          case "written" -> new Written(result.number("version"));
          case "conflict" -> new Conflict();
          case "failed" -> new Failed();
          case "unknown" -> new Unknown();
          default -> throw new IllegalArgumentException("no result is '" + kind + "'");
        };
    result.end();
    return outcome;
  }
}
