package io.kringle.routing;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.RingListener;
import io.kringle.ring.RingView;
import io.kringle.ring.World;
import io.kringle.routing.RoutingMessage.Ping;
import io.kringle.routing.RoutingMessage.RowReply;
import io.kringle.routing.RoutingMessage.RowRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Fills the routing table and keeps it good. Peers that talk to this node are offered to it at
 * once; those that others mention, once they have answered a ping. After joining, the neighbours on
 * the ring are asked for the rows that they have in common with this node, and from time to time
 * each row is compared with that of one of its entries.
 */
final class TableCare implements RingListener {
  /** Pings that may be unanswered at a time; what is mentioned beyond is left out. */
  static final int MAX_PINGS = 64;

  private static final long PING_TIMEOUT = Duration.ofSeconds(1).toNanos();

  private final World world;
  private final RingView ring;
  private final RoutingTable table;
  private final RoundTrips trips;
  private final Deadlines deadlines;
  private final Sequence sequences;
  private final long period;
  private final Map<Long, Pinged> pings = new LinkedHashMap<>();
  private final Set<Id> pinged = new LinkedHashSet<>();

  TableCare(
      World world,
      RingView ring,
      RoutingTable table,
      RoundTrips trips,
      Deadlines deadlines,
      Sequence sequences,
      Duration period) {
    this.world = world;
    this.ring = ring;
    this.table = table;
    this.trips = trips;
    this.deadlines = deadlines;
    this.sequences = sequences;
    this.period = period.toNanos();
  }

  @Override
  public void joined() {
    ring.leafSet().peers().forEach(table::offer);
    askForRows(ring.leafSet().successor());
    if (!ring.leafSet().predecessor().equals(ring.leafSet().successor())) {
      askForRows(ring.leafSet().predecessor());
    }
    maintainLater();
  }

  @Override
  public void arrived(Peer peer) {
    table.offer(peer);
  }

  @Override
  public void departed(Peer peer, boolean inherited) {
    drop(peer);
  }

  /** A peer has talked to this node. */
  void heard(Peer peer) {
    table.offer(peer);
  }

  /** A peer has been talking to somebody; it is looked at only where nobody better is known. */
  void heardOf(Peer peer) {
    if (table.hasRoomFor(peer.id())) {
      ping(peer);
    }
  }

  /** A peer is gone. */
  void drop(Peer peer) {
    table.remove(peer.id());
    trips.forget(peer.id());
  }

  /** A peer has not answered in time: it is out of the table until it does. */
  void doubt(Peer peer) {
    table.remove(peer.id());
    ping(peer);
  }

  void rowRequested(Peer from, int row) {
    if (row >= 0 && row < Id.DIGITS) {
      world.send(from, new RowReply(table.row(row)));
    }
  }

  void mentioned(List<Peer> peers) {
    for (Peer peer : peers) {
      if (table.hasRoomFor(peer.id()) || !trips.isMeasured(peer.id())) {
        ping(peer);
      }
    }
  }

  /** Ends a ping, if this was one. */
  void acknowledged(Peer from, long sequence) {
    Pinged ping = pings.get(sequence);
    if (ping != null && ping.peer.id().equals(from.id())) {
      ping.end();
      deadlines.cancel(ping);
      trips.sample(from.id(), world.now() - ping.at);
      table.offer(from);
    }
  }

  private void ping(Peer peer) {
    boolean wanted =
        !peer.id().equals(ring.self().id())
            && !ring.isFailed(peer.id())
            && !pinged.contains(peer.id())
            && pings.size() < MAX_PINGS;
    if (wanted) {
      Pinged ping = new Pinged(sequences.next(), peer, world.now());
      if (world.send(peer, new Ping(ping.sequence))) {
        pings.put(ping.sequence, ping);
        pinged.add(peer.id());
        deadlines.set(ping, PING_TIMEOUT);
      }
    }
  }

  private void askForRows(Peer neighbour) {
    int shared = ring.self().id().sharedPrefix(neighbour.id());
    for (int row = 0; row <= shared && row < Id.DIGITS && !isSelf(neighbour); row++) {
      world.send(neighbour, new RowRequest(row));
    }
  }

  private boolean isSelf(Peer peer) {
    return peer.id().equals(ring.self().id());
  }

  /**
   * Somewhere between half and one and a half periods from now, so that nodes do not do it all at
   * once.
   */
  private void maintainLater() {
    long delay = period / 2 + world.random().nextLong(period);
    world.after(Duration.ofNanos(delay), this::maintain);
  }

  private void maintain() {
    for (int row = 0; row < Id.DIGITS; row++) {
      List<Peer> entries = table.row(row);
      if (!entries.isEmpty()) {
        Peer chosen = entries.get(world.random().nextInt(entries.size()));
        world.send(chosen, new RowRequest(row));
      }
    }
    maintainLater();
  }

  void checkInvariants() {
    Invariant.holds(pings.size() <= MAX_PINGS, "pings are bounded");
    Invariant.holds(pings.size() == pinged.size(), "a peer is pinged once at a time");
  }

  private final class Pinged extends Deadline {
    private final long sequence;
    private final Peer peer;
    private final long at;

    Pinged(long sequence, Peer peer, long at) {
      this.sequence = sequence;
      this.peer = peer;
      this.at = at;
    }

    void end() {
      pings.remove(sequence);
      pinged.remove(peer.id());
    }

    @Override
    void expire() {
      end();
    }
  }
}
