package io.kringle.testkit.history;

import io.kringle.testkit.history.Operation.Always;
import io.kringle.testkit.history.Operation.Call;
import io.kringle.testkit.history.Operation.Condition;
import io.kringle.testkit.history.Operation.Conflict;
import io.kringle.testkit.history.Operation.IfVersion;
import io.kringle.testkit.history.Operation.Outcome;
import io.kringle.testkit.history.Operation.Read;
import io.kringle.testkit.history.Operation.Unknown;
import io.kringle.testkit.history.Operation.Write;
import io.kringle.testkit.history.Operation.Written;
import java.util.Optional;

/**
 * A versioned register between two operations: each write that takes effect has a higher version
 * than the one before.
 *
 * @param version of the value; where nobody was told it, a lower bound that it is above
 * @param isExact whether the version is known
 * @param value empty if there is none
 */
record Register(long version, boolean isExact, Optional<String> value) {
  static final Register NEW = new Register(0, true, Optional.empty());

  /** The register after an operation; empty if it could not have had this outcome here. */
  Optional<Register> after(Call call, Outcome outcome) {
    if (outcome instanceof Read read) {
      return value.equals(read.value()) ? at(read.version()) : Optional.empty();
    }
    if (!(call instanceof Write write)) {
      return Optional.of(this);
    }
    if (outcome instanceof Conflict) {
      return isCertain(write.condition()) ? Optional.empty() : Optional.of(this);
    }
    Optional<Register> met = where(write.condition());
    if (outcome instanceof Written written) {
      return met.filter(register -> written.version() > register.version)
          .map(register -> new Register(written.version(), true, write.value()));
    }
    return outcome instanceof Unknown
        ? met.map(register -> new Register(register.version, false, write.value()))
        : Optional.empty();
  }

  /** This register if its version may be that one, which is known from then on. */
  private Optional<Register> at(long wanted) {
    boolean mayBe = isExact ? wanted == version : wanted > version;
    return mayBe ? Optional.of(new Register(wanted, true, value)) : Optional.empty();
  }

  /** This register if a condition may hold. */
  private Optional<Register> where(Condition condition) {
    if (condition instanceof IfVersion wanted) {
      return at(wanted.version());
    }
    return condition instanceof Always || value.isEmpty() ? Optional.of(this) : Optional.empty();
  }

  /** Whether a condition holds whatever the version is. */
  private boolean isCertain(Condition condition) {
    return where(condition).isPresent() && (isExact || !(condition instanceof IfVersion));
  }
}
