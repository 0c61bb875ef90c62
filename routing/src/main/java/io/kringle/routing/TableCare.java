package io.kringle.routing;

import io.kringle.ring.Peer;
import io.kringle.ring.RingListener;
import io.kringle.ring.RingView;
import io.kringle.ring.World;
import io.kringle.routing.RoutingMessage.Gone;
import io.kringle.routing.RoutingMessage.Holders;
import io.kringle.routing.RoutingMessage.RowReply;
import io.kringle.routing.RoutingMessage.RowRequest;
import io.kringle.routing.RoutingMessage.Taken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Fills the routing table and keeps it good, at little cost.
 *
 * <p>Peers that talk to this node are offered to the table at once. Those that are in it are told
 * so, and see to it that this node hears when they are gone ({@link Backpointers}); whoever tells
 * takes the place at first, being near them on the ring, and from time to time a near peer is asked
 * for a row in which that happened ({@link Hearsay}), for somebody nearer.
 *
 * <p>For deaths that nobody told of, an entry that was silent for long is asked for the row that it
 * has in common with this node, which shows that it lives and tells of others. How long it may be
 * silent follows from how many of those there are ({@link Mortality}). Pinging peers of whom one
 * does not know whether they are nearer costs more than it brings, except while a node that has
 * just joined looks for the nodes near it ({@link FirstRows}).
 */
final class TableCare implements RingListener {
  /** How many peers of a row that may be near are pinged. */
  private static final int MOST_PROMISING = 60;

  /** The share of entries that may be dead without anybody having noticed. */
  private static final double UNNOTICED = 0.025;

  /** How often silent entries are looked for, and how many are asked then. */
  private static final Duration TICK = Duration.ofSeconds(30);

  private static final int ASKED_IN_A_TICK = 4;

  /** Who has been an entry for so long will probably stay, and is worth being told. */
  private static final Duration STEADY = Duration.ofMinutes(1);

  private static final Duration SHORTEST_SILENCE = Duration.ofMinutes(2);

  /** How many ticks to wait before a row in which entries died is asked for. */
  private static final int TICKS_UNTIL_REFILLED = 3;

  /** One of so many nearest peers is asked then. */
  private static final int NEAR = 8;

  private final World world;
  private final RingView ring;
  private final RoutingTable table;
  private final RoundTrips trips;
  private final Pings pings;
  private final FirstRows firstRows;
  private final Hearsay hearsay;
  private final Backpointers backpointers;
  private final Mortality mortality;
  private final Duration longestSilence;

  /** Rows in which entries died since they were last asked for. */
  private final Set<Integer> thinned = new TreeSet<>();

  private int ticks;

  TableCare(
      World world,
      RingView ring,
      RoutingTable table,
      RoundTrips trips,
      Deadlines deadlines,
      Sequence sequences,
      Duration longestSilence) {
    this.world = world;
    this.ring = ring;
    this.table = table;
    this.trips = trips;
    this.longestSilence = longestSilence;
    mortality = new Mortality(world);
    hearsay = new Hearsay(world, ring, table, trips);
    backpointers = new Backpointers(world, ring);
    pings = new Pings(world, ring, deadlines, sequences, new Verdict());
    firstRows = new FirstRows(world, ring, table, trips, pings, () -> tellEntries(Duration.ZERO));
  }

  // What the ring tells.

  @Override
  public void joined() {
    ring.leafSet().peers().forEach(this::heard);
    firstRows.start();
    backpointers.joined();
    watchLater();
  }

  @Override
  public void arrived(Peer peer) {
    heard(peer);
  }

  @Override
  public void met(Peer peer) {
    heard(peer);
  }

  @Override
  public void departed(Peer peer, boolean inherited) {
    backpointers.departed(peer, inherited);
    lost(peer);
  }

  @Override
  public void lost(Peer peer) {
    hearsay.died(peer);
    backpointers.forget(peer);
    drop(peer);
  }

  // What messages tell.

  /** A peer has talked to this node. */
  void heard(Peer peer) {
    table.offer(peer, world.now(), world.now());
  }

  /** A peer has been talking to somebody; it is looked at only where nobody better is known. */
  void heardOf(Peer peer) {
    if (table.hasRoomFor(peer.id())) {
      pings.ask(peer);
    }
  }

  /** A peer is gone. */
  void drop(Peer peer) {
    if (isEntry(peer)) {
      thinned.add(Digits.shared(ring.self().id(), peer.id()));
    }
    backpointers.dropped(peer);
    table.remove(peer.id());
    trips.forget(peer.id());
  }

  /** A peer has not answered in time: it is out of the table until it does. */
  void doubt(Peer peer) {
    trips.late(peer.id());
    table.remove(peer.id());
    pings.ask(peer);
  }

  /** Ends a ping, if this was one. */
  void acknowledged(Peer from, long sequence) {
    pings.acknowledged(from, sequence);
  }

  /** A peer has taken this node into its table, and says how far it is. */
  void taken(Peer from, Taken taken) {
    backpointers.heldBy(from);
    if (taken.roundTripMicros() > 0 && !trips.isMeasured(from.id())) {
      trips.suppose(from.id(), taken.roundTripMicros() * 1_000);
    }
    heard(from);
  }

  /** The successor's holders are entrusted to this node. */
  void entrusted(Peer from, Holders holders) {
    backpointers.entrusted(from, holders);
  }

  /** Somebody's neighbour says that it is gone. */
  void gone(Peer from, Gone gone) {
    if (!gone.peer().equals(ring.self())) {
      lost(gone.peer());
      heard(from);
    }
  }

  void rowRequested(Peer from, RowRequest request) {
    hearsay.told(from, request).ifPresent(reply -> world.send(from, reply));
  }

  /** The row of a peer that was asked for it. */
  void sighted(Peer from, RowReply row) {
    pings.acknowledged(from, row.sequence());
    List<Hearsay.Candidate> promising = hearsay.heard(from, row, silence());
    if (!firstRows.isDone()) {
      promising.stream().limit(MOST_PROMISING).forEach(candidate -> pings.ask(candidate.peer()));
    }
  }

  // What is done without being told.

  /** How long an entry may be silent before it is asked. */
  private Duration silence() {
    int known = table.size() + ring.leafSet().peers().size();
    long wanted = (long) (2 * UNNOTICED * mortality.meanLifeNanos(known));
    long most = Math.min(longestSilence.toNanos(), wanted);
    return Duration.ofNanos(Math.max(SHORTEST_SILENCE.toNanos(), most));
  }

  /**
   * Somewhere between half and one and a half ticks from now, so that nodes do not do it all at
   * once.
   */
  private void watchLater() {
    long nanos = TICK.toNanos();
    world.after(Duration.ofNanos(nanos / 2 + world.random().nextLong(nanos)), this::watch);
  }

  private void watch() {
    askSilent();
    if (firstRows.isDone()) {
      tellEntries(STEADY);
      if (++ticks % TICKS_UNTIL_REFILLED == 0) {
        refill();
      }
    }
    watchLater();
  }

  private void askSilent() {
    List<RoutingTable.Entry> silent = new ArrayList<>();
    long before = world.now() - silence().toNanos();
    table.forEachFrom(
        0,
        entry -> {
          if (entry.heardAt() - before < 0) {
            silent.add(entry);
          }
        });
    silent.sort(Comparator.comparingLong(RoutingTable.Entry::heardAt));
    silent.stream().limit(ASKED_IN_A_TICK).map(RoutingTable.Entry::peer).forEach(this::askForRow);
  }

  private void askForRow(Peer peer) {
    pings.askForRow(peer, Digits.shared(ring.self().id(), peer.id()));
  }

  /**
   * Those who have become entries hear of it, except leaves, of whose death this node hears anyway.
   * They may want this node as one of theirs: so older nodes come to know nearer ones that join
   * after them.
   */
  private void tellEntries(Duration steady) {
    long before = world.now() - steady.toNanos();
    table.forEachFrom(
        0,
        entry -> {
          if (entry.since() - before <= 0 && !ring.leafSet().contains(entry.peer().id())) {
            backpointers.tell(entry.peer(), trips.to(entry.peer().id()).orElse(0));
          }
        });
  }

  /** A row in which entries died, the first such: a near peer's entries are near, too. */
  private void refill() {
    if (!thinned.isEmpty()) {
      int row = thinned.iterator().next();
      thinned.remove(row);
      List<Peer> near = new ArrayList<>();
      table.forEachFrom(row, entry -> near.add(entry.peer()));
      near.removeIf(peer -> !trips.isMeasured(peer.id()));
      near.sort(Comparator.comparingLong(peer -> trips.to(peer.id()).orElse(Long.MAX_VALUE)));
      if (!near.isEmpty()) {
        int any = world.random().nextInt(Math.min(NEAR, near.size()));
        pings.askForRow(near.get(any), row);
      }
    }
  }

  private final class Verdict implements Pings.Outcome {
    @Override
    public void answered(Peer peer, long nanos) {
      trips.sample(peer.id(), nanos);
      table.offer(peer, world.now(), world.now());
    }

    @Override
    public void silent(Peer peer) {
      if (isEntry(peer)) {
        mortality.died();
        lost(peer);
      }
    }
  }

  private boolean isEntry(Peer peer) {
    return table.rival(peer.id()).filter(entry -> entry.peer().equals(peer)).isPresent();
  }

  void checkInvariants() {
    pings.checkInvariants();
    backpointers.checkInvariants();
  }
}
