package io.kringle.routing;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.RingView;
import io.kringle.ring.World;
import io.kringle.routing.RoutingMessage.RowReply;
import io.kringle.routing.RoutingMessage.RowRequest;
import io.kringle.routing.RoutingMessage.Sighting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What nodes tell each other of the peers in their rows: with each how far it is from the teller,
 * and how long ago it was heard from, by the teller or who has told it.
 *
 * <p>The way to a peer is not longer than over the teller, and not shorter than the difference of
 * the two ways, as far as the triangle inequality holds.
 *
 * <p>Invariant: at most {@value #MOST_DEAD} dead are remembered, those that died last.
 */
final class Hearsay {
  private static final int MOST_DEAD = 256;

  /** A leaf is known to have lived this long ago, by heartbeats. */
  private static final Duration LEAVES_ARE_WATCHED = Duration.ofSeconds(10);

  /** A row, and the largest leaf set. */
  private static final int LONGEST_ROW = Digits.BASE + 64;

  private final World world;
  private final RingView ring;
  private final RoutingTable table;
  private final RoundTrips trips;
  private final Map<Id, Long> dead = new LinkedHashMap<>();

  Hearsay(World world, RingView ring, RoutingTable table, RoundTrips trips) {
    this.world = world;
    this.ring = ring;
    this.table = table;
    this.trips = trips;
  }

  /** Somebody who may be nearer than the entry in its cell, and had better be measured first. */
  record Candidate(Peer peer, long atLeast) {}

  /** This node's row, with those of the leaves that would stand in it, for whoever asks for it. */
  Optional<RowReply> told(Peer asker, RowRequest request) {
    int row = request.row();
    if (row < 0 || row >= Digits.COUNT) {
      return Optional.empty();
    }
    Map<Peer, Sighting> sightings = new LinkedHashMap<>();
    for (RoutingTable.Entry entry : table.row(row)) {
      sightings.put(entry.peer(), sighting(entry.peer(), world.now() - entry.heardAt()));
    }
    for (Peer leaf : ring.leafSet().peers()) {
      if (row > 0 && Digits.shared(ring.self().id(), leaf.id()) >= row) {
        sightings.put(leaf, sighting(leaf, LEAVES_ARE_WATCHED.toNanos()));
      }
    }
    sightings.remove(asker);
    return Optional.of(new RowReply(request.sequence(), List.copyOf(sightings.values())));
  }

  private Sighting sighting(Peer peer, long age) {
    long roundTrip = trips.to(peer.id()).orElse(0);
    return new Sighting(peer, Math.max(0, age) / 1_000_000, roundTrip / 1_000);
  }

  /** A peer has died; who says that it was there before that says nothing new. */
  void died(Peer peer) {
    dead.remove(peer.id());
    dead.put(peer.id(), world.now());
    if (dead.size() > MOST_DEAD) {
      dead.remove(dead.keySet().iterator().next());
    }
  }

  /**
   * Takes over what a peer says of others, as far as it is good enough.
   *
   * @param silence who was not heard of for so long is not taken
   * @return others, those that may be the nearest first
   */
  List<Candidate> heard(Peer teller, RowReply row, Duration silence) {
    List<Candidate> promising = new ArrayList<>();
    int most = Math.min(LONGEST_ROW, row.sightings().size());
    for (Sighting sighting : row.sightings().subList(0, most)) {
      long heardAt = world.now() - Math.max(0, sighting.ageMillis()) * 1_000_000;
      if (isCredible(sighting.peer(), heardAt)) {
        consider(teller, sighting, heardAt, silence).ifPresent(promising::add);
      }
    }
    promising.sort(Comparator.comparingLong(Candidate::atLeast));
    return promising;
  }

  private boolean isCredible(Peer peer, long heardAt) {
    Long died = dead.get(peer.id());
    return (died == null || heardAt - died > 0)
        && !ring.isFailed(peer.id())
        && !peer.id().equals(ring.self().id());
  }

  private Optional<Candidate> consider(
      Peer teller, Sighting sighting, long heardAt, Duration silence) {
    Peer peer = sighting.peer();
    Optional<RoutingTable.Entry> rival = table.rival(peer.id());
    boolean known = rival.isPresent() && rival.get().peer().equals(peer);
    if (known || world.now() - heardAt > silence.toNanos()) {
      rival.filter(entry -> known).ifPresent(entry -> table.offer(peer, world.now(), heardAt));
      return Optional.empty();
    }
    if (trips.isMeasured(peer.id())) {
      table.offer(peer, world.now(), heardAt);
      return Optional.empty();
    }
    OptionalLong here = trips.to(teller.id());
    long there = Math.max(0, sighting.roundTripMicros()) * 1_000;
    if (here.isPresent() && there > 0) {
      trips.suppose(peer.id(), here.getAsLong() + there);
    }
    table.offer(peer, world.now(), heardAt);
    long atLeast = here.isPresent() && there > 0 ? Math.abs(here.getAsLong() - there) : 0;
    long held = rival.map(entry -> trips.to(entry.peer().id()).orElse(0)).orElse(Long.MAX_VALUE);
    return atLeast < held ? Optional.of(new Candidate(peer, atLeast)) : Optional.empty();
  }
}
