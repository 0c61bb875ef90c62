package io.kringle.node;

import java.util.Optional;

/**
 * What became of one key of a call about many: there is either a value or a failure.
 *
 * @param key the key
 * @param value of the operation
 * @param failure why there is none
 */
public record KeyResult<T>(String key, Optional<T> value, Optional<KringleException> failure) {

  /** Checks that there is one of the two. */
  public KeyResult {
    if (value.isPresent() == failure.isPresent()) {
      throw new IllegalArgumentException(key + " has " + value + " and " + failure);
    }
  }

  /**
   * The value.
   *
   * @throws KringleException the failure, if there is none
   */
  public T get() {
    return value.orElseThrow(failure::orElseThrow);
  }
}
