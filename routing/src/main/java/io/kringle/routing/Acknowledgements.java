package io.kringle.routing;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.World;
import io.kringle.routing.RoutingMessage.Acks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Hops that this node has taken over and not yet acknowledged. What came along with others is
 * acknowledged with them, in one message to each peer; a request that came straight from its origin
 * waits a little for the reply, which can carry it.
 */
final class Acknowledgements {
  /** So many to a peer are sent without waiting for more. */
  static final int BATCH = 64;

  private final World world;
  private final Duration delay;
  private final Map<Id, Owed> owed = new LinkedHashMap<>();
  private boolean flushing;
  private boolean waiting;

  Acknowledgements(World world, Duration delay) {
    this.world = world;
    this.delay = delay;
  }

  /** To be sent when the messages that wait to be handled have been. */
  void owe(Peer peer, long sequence) {
    Owed to = add(peer, sequence);
    to.urgent = true;
    if (!flushing) {
      flushing = true;
      world.after(Duration.ZERO, this::flushUrgent);
    }
  }

  /** To be sent within the delay, unless {@link #settle} comes first. */
  void oweUnlessAnswered(Peer peer, long sequence) {
    add(peer, sequence);
    if (!waiting) {
      waiting = true;
      world.after(delay, this::flushAll);
    }
  }

  /** Takes out a hop that is about to be acknowledged otherwise; false if it has been already. */
  boolean settle(Peer peer, long sequence) {
    Owed to = owed.get(peer.id());
    return to != null && to.remove(sequence);
  }

  private Owed add(Peer peer, long sequence) {
    Owed to = owed.get(peer.id());
    if (to == null || !to.peer.equals(peer)) {
      to = new Owed(peer);
      owed.put(peer.id(), to);
    }
    to.sequences.add(sequence);
    if (to.sequences.size() == BATCH) {
      to.send();
    }
    return to;
  }

  private void flushUrgent() {
    flushing = false;
    for (Owed to : owed.values()) {
      if (to.urgent) {
        to.send();
      }
    }
    if (!waiting) {
      owed.clear();
    }
  }

  private void flushAll() {
    waiting = false;
    for (Iterator<Owed> each = owed.values().iterator(); each.hasNext(); ) {
      each.next().send();
      each.remove();
    }
  }

  void checkInvariants() {
    for (Owed to : owed.values()) {
      Invariant.holds(to.sequences.size() < BATCH, "a full batch of acknowledgements is sent");
      Invariant.holds(to.sequences.isEmpty() || flushing || waiting, "acknowledgements are sent");
    }
  }

  private final class Owed {
    private final Peer peer;
    private final List<Long> sequences = new ArrayList<>();
    private boolean urgent;

    Owed(Peer peer) {
      this.peer = peer;
    }

    /** Searched from the end: the usual reply is to what came last. */
    boolean remove(long sequence) {
      for (int i = sequences.size() - 1; i >= 0; i--) {
        if (sequences.get(i) == sequence) {
          sequences.remove(i);
          return true;
        }
      }
      return false;
    }

    /**
     * A dropped acknowledgement costs a hop that is sent twice, so whether it could be sent does
     * not matter.
     */
    void send() {
      urgent = false;
      if (!sequences.isEmpty()) {
        world.send(peer, new Acks(sequences));
        sequences.clear();
      }
    }
  }
}
