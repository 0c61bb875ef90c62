package io.kringle.node;

import java.time.Duration;
import java.util.Objects;

/**
 * Checks what applications hand over before it enters the node, where a mistake would look like a
 * broken invariant.
 */
final class Checks {
  private Checks() {}

  static String key(String key) {
    return Objects.requireNonNull(key, "the key is null");
  }

  static String topic(String topic) {
    return Objects.requireNonNull(topic, "the topic is null");
  }

  static byte[] bytes(byte[] bytes) {
    return Objects.requireNonNull(bytes, "the value is null");
  }

  static Duration timeout(Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("a timeout is positive, not " + timeout);
    }
    return timeout;
  }
}
