package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A part of the circle that one daddy is asked about, and how far a watch has been told of it.
 *
 * <p>Invariants: everything on it that changed by entries up to {@code index} was told, and of what
 * lies before {@code done} everything up to {@code target}; without a target, {@code done} is where
 * it begins.
 */
final class Stretch {
  private final Id from;
  private Id to;
  private long index;
  private long target;
  private Id done;
  private boolean confirmed;
  private OptionalLong asOf = OptionalLong.empty();

  Stretch(Id from, Id to, long index) {
    this.from = from;
    this.to = to;
    this.index = index;
    this.done = from;
  }

  Id from() {
    return from;
  }

  Arc arc() {
    return new Arc(from, to);
  }

  /** What to ask next. */
  ClientMessage.WatchArc question(Watched what) {
    return new ClientMessage.WatchArc(
        done, to, what.text(), !what.isPrefix(), what.withValues(), index, target, confirmed);
  }

  /**
   * Takes in how far an answer goes.
   *
   * @return the rest of it that lies beyond the daddy's arc, which is for another to ask about
   */
  Optional<Stretch> took(ClientMessage.Told told) {
    Optional<Stretch> rest = told.arcEnd().equals(to) ? Optional.empty() : Optional.of(cut(told));
    if (told.reset()) {
      index = 0;
      target = 0;
      done = from;
      confirmed = false;
    } else if (told.end().equals(to)) {
      index = told.upTo();
      target = 0;
      done = from;
      confirmed |= told.all();
    } else {
      target = told.upTo();
      done = told.end();
    }
    return rest;
  }

  private Stretch cut(ClientMessage.Told told) {
    Stretch rest = new Stretch(told.arcEnd(), to, index);
    rest.target = target;
    rest.confirmed = confirmed;
    rest.asOf = asOf;
    to = told.arcEnd();
    return rest;
  }

  /** Whether everything was told at some moment, since it was reset. */
  boolean isConfirmed() {
    return confirmed;
  }

  void freshAsOf(OptionalLong moment) {
    asOf = moment;
  }

  /** As of when everything decided has been told, and taken. */
  OptionalLong asOf() {
    return asOf;
  }
}
