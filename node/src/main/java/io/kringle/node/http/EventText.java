package io.kringle.node.http;

import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import akka.http.javadsl.model.headers.CacheControl;
import akka.http.javadsl.model.headers.CacheDirectives;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kringle.node.StoreChange;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/** Server-sent events as text, after the HTML standard, section 9.2. */
final class EventText {
  /** A comment, which keeps everybody on the way awake and is ignored by the receiver. */
  static final ByteString HEARTBEAT = ByteString.fromString(": still here\n\n");

  private EventText() {}

  /** A message; what is not UTF-8 travels as Base64, in an event of type {@code binary}. */
  static ByteString message(long sequence, byte[] payload) {
    return payload(id(sequence), "message", payload);
  }

  /** An anycast that this subscriber has accepted. */
  static ByteString anycast(byte[] payload) {
    return payload("", "anycast", payload);
  }

  /**
   * The stream begins after this number.
   *
   * @param acknowledge where its messages are acknowledged, if they are
   */
  static ByteString subscribed(long after, Optional<String> acknowledge) {
    ObjectNode json = Json.object().put("after", after);
    acknowledge.ifPresent(path -> json.put("acknowledge", path));
    return json(id(after), "subscribed", json);
  }

  /** The stream brings what comes to a member of this group; as above. */
  static ByteString joined(String group, Optional<String> acknowledge) {
    ObjectNode json = Json.object().put("group", group);
    acknowledge.ifPresent(path -> json.put("acknowledge", path));
    return json("", "subscribed", json);
  }

  /** Tells a subscriber what it does not get. */
  static ByteString missed(long from, long count) {
    ObjectNode json = Json.object().put("missed", count).put("from", from);
    return json(id(from + count - 1), "missed", json);
  }

  /** The subscription has ended by itself; nothing follows. */
  static ByteString ended(String why) {
    return json("", "ended", Json.object().put("reason", why));
  }

  private static String id(long sequence) {
    return "id: " + sequence + "\n";
  }

  /** A change of the store; its id is the version. */
  static ByteString change(StoreChange change) {
    if (change instanceof StoreChange.Entry entry) {
      ObjectNode json = Json.object().put("key", entry.key()).put("version", entry.version());
      entry.value().ifPresent(value -> Json.putValue(json, value));
      return json(
          "id: " + entry.version() + "\n", entry.value().isPresent() ? "put" : "deleted", json);
    }
    return json("", change instanceof StoreChange.Reset ? "reset" : "current", Json.object());
  }

  private static ByteString json(String head, String type, ObjectNode json) {
    return ByteString.fromString(head + "event: " + type + "\ndata: ")
        .concat(ByteString.fromArray(Json.bytes(json)))
        .concat(ByteString.fromString("\n\n"));
  }

  /** A stream of events, kept awake. */
  static HttpResponse response(Source<ByteString, ?> events, Duration heartbeat) {
    Source<ByteString, ?> lively = events.keepAlive(heartbeat, () -> HEARTBEAT);
    return HttpResponse.create()
        .addHeader(CacheControl.create(CacheDirectives.NO_STORE))
        .withEntity(
            HttpEntities.create(
                MediaTypes.TEXT_EVENT_STREAM.toContentType(),
                Source.single(HEARTBEAT).concat(lively)));
  }

  private static ByteString payload(String head, String type, byte[] payload) {
    Optional<String> text = Opaque.text(payload);
    StringBuilder event = new StringBuilder(head);
    event.append("event: ").append(text.isPresent() ? type : "binary").append('\n');
    for (String line :
        text.orElseGet(() -> Base64.getEncoder().encodeToString(payload)).split("\r\n|\r|\n", -1)) {
      event.append("data: ").append(line).append('\n');
    }
    return ByteString.fromString(event.append('\n').toString());
  }
}
