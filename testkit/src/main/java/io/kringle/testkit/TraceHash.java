package io.kringle.testkit;

import io.kringle.ring.Id;
import io.kringle.ring.Message;

/**
 * A running digest of deliveries; it depends on their order, and on nothing that differs from one
 * JVM to the next.
 */
final class TraceHash {
  private static final long PRIME = 0x100000001b3L;

  /** By the name of the type, as Java defines the hash of a string. */
  private static final ClassValue<Long> TYPES =
      new ClassValue<>() {
        @Override
        protected Long computeValue(Class<?> type) {
          return (long) type.getSimpleName().hashCode();
        }
      };

  private long value = 0xcbf29ce484222325L;

  void add(long at, Id from, Id to, Message message) {
    mix(at);
    mix(from.high());
    mix(to.high());
    mix(TYPES.get(message.getClass()));
  }

  private void mix(long word) {
    value = (value ^ word) * PRIME;
    value ^= value >>> 29;
  }

  long value() {
    return value;
  }
}
