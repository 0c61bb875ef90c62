package io.kringle.store.engine;

import io.kringle.ring.Result;

/** The success of something that has no value. */
final class Done {
  static final Result<Void> RESULT = success();

  private Done() {}

  // Justification: Void has no instance, null is the only thing that a Result<Void> can hold.
  @SuppressWarnings("NullAway")
  private static Result<Void> success() {
    return Result.ok(null);
  }
}
