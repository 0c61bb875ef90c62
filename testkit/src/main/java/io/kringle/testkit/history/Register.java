package io.kringle.testkit.history;

import io.kringle.testkit.history.Linearizability.Counting;
import io.kringle.testkit.history.Operation.Always;
import io.kringle.testkit.history.Operation.Call;
import io.kringle.testkit.history.Operation.Condition;
import io.kringle.testkit.history.Operation.Conflict;
import io.kringle.testkit.history.Operation.Expire;
import io.kringle.testkit.history.Operation.IfVersion;
import io.kringle.testkit.history.Operation.Nothing;
import io.kringle.testkit.history.Operation.Outcome;
import io.kringle.testkit.history.Operation.Read;
import io.kringle.testkit.history.Operation.Unknown;
import io.kringle.testkit.history.Operation.Write;
import io.kringle.testkit.history.Operation.Written;
import java.util.Optional;

/**
 * A versioned register between two operations.
 *
 * @param counting how it gives versions
 * @param version of the value; where nobody was told it, a lower bound that it is above; once
 *     forgotten, what the next one is above
 * @param isExact whether the version is known
 * @param isForgotten whether it has a past and shows none
 * @param value empty if there is none
 */
record Register(
    Counting counting, long version, boolean isExact, boolean isForgotten, Optional<String> value) {

  /** One that was never written. */
  static Register ofNothing(Counting counting) {
    return new Register(counting, 0, true, false, Optional.empty());
  }

  /** The register after an operation; empty if it could not have had this outcome here. */
  Optional<Register> after(Call call, Outcome outcome) {
    if (outcome instanceof Read read) {
      return value.equals(read.value()) ? at(read.version()) : Optional.empty();
    }
    if (outcome instanceof Nothing) {
      return value.isEmpty() ? Optional.of(this) : Optional.empty();
    }
    if (call instanceof Expire expire) {
      return value.equals(Optional.of(expire.value()))
          ? Optional.of(next(Optional.empty()))
          : Optional.empty();
    }
    return call instanceof Write write ? after(write, outcome) : Optional.of(this);
  }

  private Optional<Register> after(Write write, Outcome outcome) {
    if (outcome instanceof Conflict) {
      return unlike(write.condition());
    }
    Optional<Register> met = where(write.condition());
    if (outcome instanceof Written written) {
      return met.filter(register -> register.mayGive(written.version()))
          .map(register -> register.with(written.version(), write.value()));
    }
    return outcome instanceof Unknown
        ? met.map(register -> register.next(write.value()))
        : Optional.empty();
  }

  private Register with(long known, Optional<String> written) {
    return new Register(counting, known, true, false, written);
  }

  // ---- versions

  /** The version is this or a higher one. */
  long leastVersion() {
    return isExact ? version : version + 1;
  }

  private boolean isStepByStep() {
    return counting == Counting.STEP_BY_STEP;
  }

  /** Whether the next version is one higher than this one; it is not if this may be forgotten. */
  private boolean stepsOn() {
    return isStepByStep() && isExact && value.isPresent();
  }

  private boolean mayGive(long next) {
    return stepsOn() ? next == version + 1 : next > leastNext() - 1;
  }

  private long leastNext() {
    return isStepByStep() && !isExact ? version + 2 : version + 1;
  }

  /** After a change whose version nobody was told. */
  private Register next(Optional<String> written) {
    return new Register(
        counting, stepsOn() ? version + 1 : leastNext() - 1, stepsOn(), false, written);
  }

  /** This register if its version may be that one, which is known from then on. */
  private Optional<Register> at(long wanted) {
    if (isForgotten) {
      return wanted == 0 ? Optional.of(this) : Optional.empty();
    }
    if (wanted == 0 && mayForget()) {
      return Optional.of(forgotten());
    }
    boolean mayBe = isExact ? wanted == version : wanted > version;
    return mayBe ? Optional.of(with(wanted, value)) : Optional.empty();
  }

  private boolean mayForget() {
    return isStepByStep() && value.isEmpty() && !isForgotten && (version > 0 || !isExact);
  }

  private Register forgotten() {
    return new Register(counting, version, isExact, true, value);
  }

  // ---- conditions

  /** This register if a condition may hold. */
  private Optional<Register> where(Condition condition) {
    if (condition instanceof IfVersion wanted) {
      return at(wanted.version());
    }
    return condition instanceof Always || value.isEmpty() ? Optional.of(this) : Optional.empty();
  }

  /** This register if a condition may not hold. */
  private Optional<Register> unlike(Condition condition) {
    if (!(condition instanceof IfVersion wanted)) {
      return where(condition).isPresent() ? Optional.empty() : Optional.of(this);
    }
    boolean isMet = (isForgotten ? 0 : version) == wanted.version() && (isExact || isForgotten);
    if (!isMet) {
      return Optional.of(this);
    }
    return mayForget() ? Optional.of(forgotten()) : Optional.empty();
  }
}
