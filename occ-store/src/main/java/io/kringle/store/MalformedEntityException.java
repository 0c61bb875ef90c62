package io.kringle.store;

/** What is stored is no JSON, or does not fit the type that it is read as. */
public final class MalformedEntityException extends RuntimeException {

  MalformedEntityException(String message, Throwable cause) {
    super(message, cause);
  }
}
