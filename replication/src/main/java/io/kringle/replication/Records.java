package io.kringle.replication;

import io.kringle.ring.Result;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Opaque versioned records, replicated and linearizable per key; from any node of the ring. Called
 * within a step of the node; callbacks come in a step of the node, exactly once.
 */
public interface Records {

  /**
   * Reads a record as of some moment between the call and the answer.
   *
   * @param done the record, present or not; or {@code UNAVAILABLE} when no answer came within
   *     {@code timeout}
   */
  void read(String key, Duration timeout, Consumer<Result<Versioned>> done);

  /**
   * Writes a record once, even if it has to be tried several times.
   *
   * @param done written or conflict; or {@code UNAVAILABLE} if it certainly was not and will not be
   *     written, {@code OUTCOME_UNKNOWN} if it may be, {@code TOO_LARGE}, {@code OVERLOADED}
   */
  void write(Write write, Duration timeout, Consumer<Result<WriteOutcome>> done);

  /** Who keeps the arc of a key: asked of its daddy. */
  void locate(String key, Duration timeout, Consumer<Result<ArcStatus>> done);

  /** The arcs that this node keeps a replica of. */
  List<ArcStatus> arcs();
}
