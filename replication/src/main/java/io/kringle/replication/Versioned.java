package io.kringle.replication;

import io.kringle.ring.Bytes;
import java.util.Optional;

/**
 * A record as it was read.
 *
 * @param version 1, 2, 3, …; 0 if it was never written
 * @param value empty if it was never written, or deleted last
 */
public record Versioned(long version, Optional<Bytes> value) {
  /** Never written. */
  public static final Versioned NEVER = new Versioned(0, Optional.empty());
}
