package io.kringle.routing;

import io.kringle.ring.Peer;
import io.kringle.ring.RingListener;
import io.kringle.ring.RingView;
import io.kringle.ring.World;
import io.kringle.routing.RoutingMessage.RowReply;
import io.kringle.routing.RoutingMessage.RowRequest;
import io.kringle.routing.RoutingMessage.Sighting;
import io.kringle.routing.RoutingMessage.Taken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Fills the routing table and keeps it good, at little cost.
 *
 * <p>Peers that talk to this node are offered to the table at once. An entry that was silent for
 * long is asked for the row that it has in common with this node, which shows that it lives and
 * tells of others: with each how far it is from the teller, and how long ago it was heard from. An
 * entry of which a teller has heard lately need not be asked, so those who have the same entries,
 * being near each other, share the work. With how far the teller is from here, that says of most
 * others too whether they are nearer. Pinging those of which it does not costs more than it brings,
 * except while a node that has just joined looks for the nodes near it.
 *
 * <p>How long an entry may be silent follows from how often peers die here ({@link Mortality}).
 */
final class TableCare implements RingListener {
  /** How many peers of a row that may be near are pinged. */
  private static final int MOST_PROMISING = 20;

  /** The share of entries that may be dead without anybody having noticed. */
  private static final double UNNOTICED = 0.025;

  /** How often silent entries are looked for, and how many are asked then. */
  private static final Duration TICK = Duration.ofSeconds(30);

  private static final int ASKED_IN_A_TICK = 4;

  private static final Duration SHORTEST_SILENCE = Duration.ofMinutes(2);

  /** A leaf is known to have lived this long ago, by heartbeats. */
  private static final Duration LEAVES_ARE_WATCHED = Duration.ofSeconds(10);

  /** A row, and the largest leaf set. */
  private static final int LONGEST_ROW = Digits.BASE + 64;

  private final World world;
  private final RingView ring;
  private final RoutingTable table;
  private final RoundTrips trips;
  private final Pings pings;
  private final FirstRows firstRows;
  private final Mortality mortality;
  private final Duration longestSilence;

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
    pings = new Pings(world, ring, deadlines, sequences, new Verdict());
    firstRows = new FirstRows(world, ring, table, trips, pings, this::found);
  }

  /**
   * The near ones are found: they hear of this node, which is as near to them, and nearer perhaps
   * than whom they knew before it joined.
   */
  private void found() {
    for (RoutingTable.Entry entry : table.row(0)) {
      long roundTrip = trips.to(entry.peer().id()).orElse(0);
      world.send(entry.peer(), new Taken(roundTrip / 1_000));
    }
  }

  // What the ring tells.

  @Override
  public void joined() {
    ring.leafSet().peers().forEach(this::heard);
    firstRows.start();
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
    drop(peer);
  }

  @Override
  public void lost(Peer peer) {
    mortality.died();
    drop(peer);
  }

  // What messages tell.

  /** A peer has talked to this node. */
  void heard(Peer peer) {
    table.offer(peer, world.now());
  }

  /** A peer has been talking to somebody; it is looked at only where nobody better is known. */
  void heardOf(Peer peer) {
    if (table.hasRoomFor(peer.id())) {
      pings.ask(peer);
    }
  }

  /** A peer is gone. */
  void drop(Peer peer) {
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
    if (taken.roundTripMicros() > 0 && !trips.isMeasured(from.id())) {
      trips.suppose(from.id(), taken.roundTripMicros() * 1_000);
    }
    heard(from);
  }

  void rowRequested(Peer from, RowRequest request) {
    int row = request.row();
    if (row >= 0 && row < Digits.COUNT) {
      Map<Peer, Sighting> sightings = new LinkedHashMap<>();
      for (RoutingTable.Entry entry : table.row(row)) {
        sightings.put(entry.peer(), sighting(entry.peer(), world.now() - entry.heardAt()));
      }
      for (Peer leaf : ring.leafSet().peers()) {
        if (row > 0 && Digits.shared(ring.self().id(), leaf.id()) >= row) {
          sightings.put(leaf, sighting(leaf, LEAVES_ARE_WATCHED.toNanos()));
        }
      }
      sightings.remove(from);
      world.send(from, new RowReply(request.sequence(), List.copyOf(sightings.values())));
    }
  }

  private Sighting sighting(Peer peer, long age) {
    long roundTrip = trips.to(peer.id()).orElse(0);
    return new Sighting(peer, Math.max(0, age) / 1_000_000, roundTrip / 1_000);
  }

  /** The row of a peer that was asked for it. */
  void sighted(Peer from, RowReply row) {
    pings.acknowledged(from, row.sequence());
    List<Candidate> promising = new ArrayList<>();
    for (Sighting sighting : row.sightings().subList(0, most(row))) {
      if (!ring.isFailed(sighting.peer().id()) && !isSelf(sighting.peer())) {
        consider(from, sighting).ifPresent(promising::add);
      }
    }
    promising.sort(Comparator.comparingLong(Candidate::atLeast));
    int many = firstRows.isDone() ? 0 : MOST_PROMISING;
    promising.stream().limit(many).forEach(candidate -> pings.ask(candidate.peer()));
  }

  private static int most(RowReply row) {
    return Math.min(LONGEST_ROW, row.sightings().size());
  }

  private boolean isSelf(Peer peer) {
    return peer.id().equals(ring.self().id());
  }

  /** Somebody who may be nearer than the entry in its cell. */
  private record Candidate(Peer peer, long atLeast) {}

  /**
   * Takes a peer by hearsay where that is good enough; one that had better be measured first is
   * returned. The way to it is not longer than over the teller, and not shorter than the difference
   * of the two ways, as far as the triangle inequality holds.
   */
  private Optional<Candidate> consider(Peer from, Sighting sighting) {
    Peer peer = sighting.peer();
    long heardAt = world.now() - Math.max(0, sighting.ageMillis()) * 1_000_000;
    Optional<RoutingTable.Entry> rival = table.rival(peer.id());
    boolean known = rival.isPresent() && rival.get().peer().equals(peer);
    if (known || world.now() - heardAt > silence().toNanos()) {
      rival.filter(entry -> known).ifPresent(entry -> table.offer(peer, heardAt));
      return Optional.empty();
    }
    if (trips.isMeasured(peer.id())) {
      table.offer(peer, heardAt);
      return Optional.empty();
    }
    OptionalLong here = trips.to(from.id());
    long there = Math.max(0, sighting.roundTripMicros()) * 1_000;
    if (here.isPresent() && there > 0) {
      trips.suppose(peer.id(), here.getAsLong() + there);
    }
    table.offer(peer, heardAt);
    long atLeast = here.isPresent() && there > 0 ? Math.abs(here.getAsLong() - there) : 0;
    long held = rival.map(entry -> trips.to(entry.peer().id()).orElse(0)).orElse(Long.MAX_VALUE);
    return atLeast < held ? Optional.of(new Candidate(peer, atLeast)) : Optional.empty();
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
    watchLater();
  }

  private void askForRow(Peer peer) {
    pings.askForRow(peer, Digits.shared(ring.self().id(), peer.id()));
  }

  private final class Verdict implements Pings.Outcome {
    @Override
    public void answered(Peer peer, long nanos) {
      trips.sample(peer.id(), nanos);
      table.offer(peer, world.now());
    }

    @Override
    public void silent(Peer peer) {
      if (isEntry(peer)) {
        mortality.died();
        drop(peer);
      }
    }
  }

  private boolean isEntry(Peer peer) {
    return table.rival(peer.id()).filter(entry -> entry.peer().equals(peer)).isPresent();
  }

  void checkInvariants() {
    pings.checkInvariants();
  }
}
