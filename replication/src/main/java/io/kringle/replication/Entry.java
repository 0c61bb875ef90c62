package io.kringle.replication;

import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import java.util.List;

/**
 * What a log consists of. Encoded once, by the daddy that proposes it; storage and network share
 * the bytes.
 */
sealed interface Entry extends Message {

  /** The epoch in which it was proposed. */
  long epoch();

  /** Changes configurations, so that only one may be under way (Ongaro 2014, section 4.1). */
  default boolean isChange() {
    return this instanceof ChangeMembers || this instanceof Split;
  }

  /**
   * Begins an epoch: once it is committed, so is everything before it (Ongaro, Ousterhout 2014,
   * section 8).
   */
  record Noop(long epoch) implements Entry {}

  /** A write; whether its condition holds is seen when it is applied. */
  record Put(long epoch, OpId op, Write write) implements Entry {}

  /** Other members. */
  record ChangeMembers(long epoch, List<Peer> voters, List<Peer> learners) implements Entry {
    public ChangeMembers {
      voters = List.copyOf(voters);
      learners = List.copyOf(learners);
    }
  }

  /** The ids from {@code at} on become an arc of their own, with the same members. */
  record Split(long epoch, Id at) implements Entry {}
}
