package io.kringle.node;

import java.nio.charset.StandardCharsets;

/**
 * A message of a topic.
 *
 * @param topic the topic's name
 * @param sequence its number in the topic, increasing; 0 for an anycast
 * @param payload what was sent; not to be changed
 */
// Justification: the bytes are handed over once; such records are not compared.
@SuppressWarnings("ArrayRecordComponent")
public record TopicMessage(String topic, long sequence, byte[] payload) implements TopicEvent {

  /** The payload read as UTF-8; what is not well formed becomes U+FFFD. */
  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }
}
