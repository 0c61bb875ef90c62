package io.kringle.node.http;

import akka.util.ByteString;
import java.util.Base64;
import java.util.Optional;

/** Server-sent events as text, after the HTML standard, section 9.2. */
final class EventText {
  /** A comment, which keeps everybody on the way awake and is ignored by the receiver. */
  static final ByteString HEARTBEAT = ByteString.fromString(": still here\n\n");

  private EventText() {}

  /** A message; what is not UTF-8 travels as Base64, in an event of type {@code binary}. */
  static ByteString message(long sequence, byte[] payload) {
    return payload("id: " + sequence + "\n", "message", payload);
  }

  /** An anycast that this subscriber has accepted. */
  static ByteString anycast(byte[] payload) {
    return payload("", "anycast", payload);
  }

  /** Tells a slow subscriber how many events it has missed here. */
  static ByteString missed(long count) {
    return ByteString.fromString("event: missed\ndata: {\"missed\":" + count + "}\n\n");
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
