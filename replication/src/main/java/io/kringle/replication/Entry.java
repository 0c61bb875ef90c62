package io.kringle.replication;

import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import java.util.List;
import java.util.Optional;

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

  /** Takes room on a disk for good. */
  default boolean hasValue() {
    return this instanceof AddItem || (this instanceof Put put && put.write().value().isPresent());
  }

  /** Where the one thing lies that it is about; empty if it is about the arc. */
  default Optional<Id> place() {
    if (this instanceof Put put) {
      return Optional.of(Id.ofKey(put.write().key()));
    }
    if (this instanceof Expire expire) {
      return Optional.of(Id.ofKey(expire.key()));
    }
    if (this instanceof AddItem item) {
      return Optional.of(item.ledger());
    }
    return this instanceof KeepItems keep ? Optional.of(keep.ledger()) : Optional.empty();
  }

  /** Of the arc's clock; 0 where it is of no account. */
  default long time() {
    return 0;
  }

  /**
   * Begins an epoch: once it is committed, so is everything before it (Ongaro, Ousterhout 2014,
   * section 8).
   */
  record Noop(long epoch) implements Entry {}

  /**
   * A write; whether its condition holds is seen when it is applied.
   *
   * @param time of the arc's clock
   */
  record Put(long epoch, OpId op, Write write, long time) implements Entry {}

  /**
   * A record's time is over, if it is: it becomes a tombstone.
   *
   * @param time of the arc's clock
   */
  record Expire(long epoch, String key, long time) implements Entry {}

  /**
   * Tombstones go. No entry between the last one that touched such a record and this one touches
   * it, so all replicas agree about what goes.
   */
  record Collect(long epoch, List<Gone> tombstones) implements Entry {
    public Collect {
      tombstones = List.copyOf(tombstones);
    }
  }

  /**
   * One tombstone.
   *
   * @param version that it had
   * @param index of the last entry that touched it
   */
  record Gone(String key, long version, long index) {}

  /**
   * Every replica tells the daddy by what digests its records are known, as of this entry.
   *
   * @param round names the audit
   */
  record Audit(long epoch, long round) implements Entry {}

  /**
   * A ledger's next item.
   *
   * @param at the number that it is to have, or {@link ClientMessage.Add#ANYWHERE}; if it would
   *     have another, nothing is done
   * @param time of the arc's clock
   * @param first items before this one go
   */
  record AddItem(long epoch, OpId op, Id ledger, long at, Bytes payload, long time, long first)
      implements Entry {}

  /**
   * Old items of a ledger go.
   *
   * @param retention that the ledger has from now on; empty: it stays
   * @param first items before this one go
   */
  record KeepItems(long epoch, Id ledger, Optional<Retention> retention, long first)
      implements Entry {}

  /**
   * Other members.
   *
   * @param by who proposed it
   */
  record ChangeMembers(long epoch, Peer by, List<Peer> voters, List<Peer> learners)
      implements Entry {
    public ChangeMembers {
      voters = List.copyOf(voters);
      learners = List.copyOf(learners);
    }
  }

  /** The ids from {@code at} on become an arc of their own, with the same members. */
  record Split(long epoch, Id at) implements Entry {}
}
