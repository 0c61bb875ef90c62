package io.kringle.testkit.history;

import java.util.Optional;

/**
 * What one client asked of one key, and what it was told. Times are of one clock; which one does
 * not matter.
 *
 * @param client who asked; a client asks one thing at a time
 * @param key which register
 * @param call what was asked
 * @param outcome what was told
 * @param invoked when it was asked
 * @param returned when it was told, not before it was asked; of no account if the outcome is {@link
 *     Unknown}
 */
public record Operation(
    int client, String key, Call call, Outcome outcome, long invoked, long returned) {

  /** Checks that the answer fits the question, and did not come before it. */
  public Operation {
    if (returned < invoked) {
      throw new IllegalArgumentException("returned at " + returned + ", before " + invoked);
    }
    boolean fits =
        switch (outcome.kind()) {
          case READ -> call instanceof Get || call instanceof GetStale;
          case NOTHING -> call instanceof Get;
          case WRITTEN, CONFLICT -> call instanceof Write;
          case FAILED -> !(call instanceof Expire);
          case UNKNOWN -> true;
        };
    if (!fits) {
      throw new IllegalArgumentException(outcome + " is no answer to " + call);
    }
  }

  /** What may be asked. */
  public sealed interface Call {}

  /** The version and value, please. */
  public record Get() implements Call {}

  /** The version and value of some time, please; see {@link Sightings}. */
  public record GetStale() implements Call {}

  /**
   * Nobody's question: the time to live of a value is over from {@link Operation#invoked} on, so
   * that it may be deleted. The outcome is always {@link Unknown}.
   *
   * @param value of which no other write of this key has the like
   */
  public record Expire(String value) implements Call {}

  /**
   * A new value under a condition.
   *
   * @param value to be written; empty deletes
   * @param condition when
   */
  public record Write(Optional<String> value, Condition condition) implements Call {}

  /** When a write is to take effect. */
  public sealed interface Condition {}

  /** In any case. */
  public record Always() implements Condition {}

  /** Where there is no value. */
  public record IfAbsent() implements Condition {}

  /**
   * Where the register has this version.
   *
   * @param version 0 for one that was never written
   */
  public record IfVersion(long version) implements Condition {}

  /** What may be told. */
  public sealed interface Outcome {
    /** Which of them it is. */
    Kind kind();
  }

  /** The kinds of outcomes. */
  public enum Kind {
    /** See {@link Read}. */
    READ,
    /** See {@link Nothing}. */
    NOTHING,
    /** See {@link Written}. */
    WRITTEN,
    /** See {@link Conflict}. */
    CONFLICT,
    /** See {@link Failed}. */
    FAILED,
    /** See {@link Unknown}. */
    UNKNOWN
  }

  /**
   * What is there.
   *
   * @param version 0 if it was never written
   * @param value empty if there is none
   */
  public record Read(long version, Optional<String> value) implements Outcome {
    @Override
    public Kind kind() {
      return Kind.READ;
    }
  }

  /** There is no value; nothing was said of the version. */
  public record Nothing() implements Outcome {
    @Override
    public Kind kind() {
      return Kind.NOTHING;
    }
  }

  /**
   * It took effect.
   *
   * @param version the new one
   */
  public record Written(long version) implements Outcome {
    @Override
    public Kind kind() {
      return Kind.WRITTEN;
    }
  }

  /** The condition did not hold, and nothing was written. */
  public record Conflict() implements Outcome {
    @Override
    public Kind kind() {
      return Kind.CONFLICT;
    }
  }

  /** It had no effect and never will. */
  public record Failed() implements Outcome {
    @Override
    public Kind kind() {
      return Kind.FAILED;
    }
  }

  /** It may have taken effect, or may still, at any time after it was asked, or never. */
  public record Unknown() implements Outcome {
    @Override
    public Kind kind() {
      return Kind.UNKNOWN;
    }
  }
}
