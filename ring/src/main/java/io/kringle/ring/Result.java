package io.kringle.ring;

import java.util.function.Function;

/**
 * How an operation ended: with a value, or with a named failure. Callbacks that take one are called
 * exactly once.
 *
 * @param <T> the value's type
 */
public sealed interface Result<T> {

  /**
   * It succeeded.
   *
   * @param value what came of it
   */
  record Ok<T>(T value) implements Result<T> {}

  /**
   * It did not.
   *
   * @param failure why
   */
  record Failed<T>(Failure failure) implements Result<T> {}

  /** Success. */
  static <T> Result<T> ok(T value) {
    return new Ok<>(value);
  }

  /** Failure. */
  static <T> Result<T> failed(Failure failure) {
    return new Failed<>(failure);
  }

  /** Failure. */
  static <T> Result<T> failed(Failure.Kind kind, String message) {
    return new Failed<>(new Failure(kind, message));
  }

  /** One of two outcomes, as one value. */
  default <R> R fold(
      Function<? super T, ? extends R> ifOk, Function<? super Failure, ? extends R> ifFailed) {
    return this instanceof Ok<T> ok
        ? ifOk.apply(ok.value())
        : ifFailed.apply(((Failed<T>) this).failure());
  }

  /** The result with its value replaced; a failure stays as it is. */
  default <R> Result<R> map(Function<? super T, ? extends R> change) {
    return fold(value -> ok(change.apply(value)), Result::failed);
  }

  /** The result of a second operation on the value; a failure stays as it is. */
  default <R> Result<R> then(Function<? super T, Result<R>> next) {
    return fold(next, Result::failed);
  }

  /** Whether it succeeded. */
  default boolean isOk() {
    return this instanceof Ok<T>;
  }
}
