package io.kringle.routing;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.World;
import io.kringle.routing.RoutingMessage.Hop;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Hops on which a message was sent and that are not acknowledged yet. Each ends once: acknowledged,
 * refused, timed out, or with the connection.
 *
 * <p>Invariant: each waits for its timeout.
 */
final class UnacknowledgedHops {
  private final World world;
  private final RoundTrips trips;
  private final Deadlines deadlines;
  private final Sequence sequences;
  private final Silence silence;
  private final int max;
  private final Map<Long, Sent> hops = new LinkedHashMap<>();

  UnacknowledgedHops(
      World world,
      RoundTrips trips,
      Deadlines deadlines,
      Sequence sequences,
      int max,
      Silence silence) {
    this.world = world;
    this.trips = trips;
    this.deadlines = deadlines;
    this.sequences = sequences;
    this.max = max;
    this.silence = silence;
  }

  /** Hears of hops that were not acknowledged in time. */
  interface Silence {
    void silent(Peer peer, Journey journey);
  }

  boolean isFull() {
    return hops.size() >= max;
  }

  /** Sends a message to the next node; false if it could not be sent. */
  boolean send(Journey journey, Peer to) {
    long sequence = sequences.next();
    Hop hop =
        new Hop(
            sequence,
            journey.kind(),
            journey.key(),
            journey.origin(),
            journey.request(),
            journey.hops() + 1,
            journey.body());
    if (!world.send(to, hop)) {
      return false;
    }
    Sent sent = new Sent(sequence, to, journey, world.now());
    hops.put(sequence, sent);
    deadlines.set(sent, trips.timeout(to.id()));
    journey.await(to);
    return true;
  }

  /** Ends a hop that was acknowledged, and takes the time; false if there was no such hop. */
  boolean acknowledged(Peer from, long sequence) {
    Sent sent = end(from, sequence);
    if (sent == null) {
      return false;
    }
    trips.sample(from.id(), world.now() - sent.at);
    sent.journey.await(null);
    return true;
  }

  /** Ends a hop that was refused; gives the message back. */
  Optional<Journey> refused(Peer from, long sequence) {
    return Optional.ofNullable(end(from, sequence)).map(sent -> sent.journey);
  }

  /** Ends all hops to a peer; gives the messages back. */
  List<Journey> lost(Id peer) {
    List<Sent> lost = hops.values().stream().filter(sent -> sent.to.id().equals(peer)).toList();
    lost.forEach(sent -> end(sent.to, sent.sequence));
    return lost.stream().map(sent -> sent.journey).toList();
  }

  private @Nullable Sent end(Peer from, long sequence) {
    Sent sent = hops.get(sequence);
    if (sent == null || !sent.to.id().equals(from.id())) {
      return null;
    }
    hops.remove(sequence);
    deadlines.cancel(sent);
    return sent;
  }

  int size() {
    return hops.size();
  }

  void checkInvariants() {
    Invariant.holds(hops.size() <= max, "unacknowledged hops are bounded");
    for (Sent sent : hops.values()) {
      Invariant.holds(sent.isSet(), "an unacknowledged hop waits for its timeout");
    }
  }

  private final class Sent extends Deadline {
    private final long sequence;
    private final Peer to;
    private final Journey journey;
    private final long at;

    Sent(long sequence, Peer to, Journey journey, long at) {
      this.sequence = sequence;
      this.to = to;
      this.journey = journey;
      this.at = at;
    }

    @Override
    void expire() {
      hops.remove(sequence);
      silence.silent(to, journey);
    }
  }
}
