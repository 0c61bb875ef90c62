package io.kringle.node;

import java.nio.charset.StandardCharsets;

/**
 * A message that came to all nodes of the ring.
 *
 * @param origin id of the node that sent it
 * @param payload what was sent; not to be changed
 */
// Justification: the bytes are handed over once; such records are not compared.
@SuppressWarnings("ArrayRecordComponent")
public record BroadcastMessage(String origin, byte[] payload) {

  /** The payload read as UTF-8; what is not well formed becomes U+FFFD. */
  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }
}
