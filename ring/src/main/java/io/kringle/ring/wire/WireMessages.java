package io.kringle.ring.wire;

import io.kringle.ring.Schema;

/** The messages of the wire itself, which every schema holds that is used over TCP. */
public final class WireMessages {
  /** The number of {@link Farewell}. */
  public static final int FAREWELL = 48;

  /** The number of {@link UnknownType}. */
  public static final int UNKNOWN_TYPE = 49;

  private WireMessages() {}

  /** Adds them to {@code schema}. */
  public static void register(Schema schema) {
    schema.add(FAREWELL, Farewell.class);
    schema.add(UNKNOWN_TYPE, UnknownType.class);
  }
}
