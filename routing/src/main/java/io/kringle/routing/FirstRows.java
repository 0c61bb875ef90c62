package io.kringle.routing;

import io.kringle.ring.Peer;
import io.kringle.ring.RingView;
import io.kringle.ring.World;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a node that has just joined gets its table: it asks its neighbours on the ring, who can have
 * all the rows that it needs, and then for the first row the nearest node that it has come to know,
 * and again as long as that finds a nearer one: the entries of near nodes are near.
 */
final class FirstRows {
  /** How often a nearest node is asked, at most. */
  private static final int MOST_SEARCHES = 6;

  /** Enough for a row and the answers to the pings that follow. */
  private static final Duration BETWEEN_SEARCHES = Duration.ofSeconds(2);

  private final World world;
  private final RingView ring;
  private final RoutingTable table;
  private final RoundTrips trips;
  private final Pings pings;
  private final Runnable whenDone;
  private int searches;
  private boolean done;

  FirstRows(
      World world,
      RingView ring,
      RoutingTable table,
      RoundTrips trips,
      Pings pings,
      Runnable whenDone) {
    this.world = world;
    this.ring = ring;
    this.table = table;
    this.trips = trips;
    this.pings = pings;
    this.whenDone = whenDone;
  }

  /** Begins. */
  void start() {
    Peer successor = ring.leafSet().successor();
    Peer predecessor = ring.leafSet().predecessor();
    askForCommonRows(successor, 0);
    if (!predecessor.equals(successor)) {
      askForCommonRows(predecessor, 1);
    }
    world.after(BETWEEN_SEARCHES, () -> search(Optional.empty()));
  }

  /** One row of each peer at a time, the deepest first: others follow from the entries of that. */
  private void askForCommonRows(Peer neighbour, int from) {
    int shared = Digits.shared(ring.self().id(), neighbour.id());
    for (int row = Math.min(shared, Digits.COUNT - 1); row >= from; row--) {
      pings.askForRow(neighbour, row);
    }
  }

  /** Whether the near nodes have been found, as well as that goes. */
  boolean isDone() {
    return done;
  }

  private void search(Optional<Peer> before) {
    Optional<Peer> nearest = nearest();
    if (nearest.isEmpty() || nearest.equals(before) || searches == MOST_SEARCHES) {
      done = true;
      whenDone.run();
      return;
    }
    searches++;
    pings.askForRow(nearest.get(), 0);
    world.after(BETWEEN_SEARCHES, () -> search(nearest));
  }

  private Optional<Peer> nearest() {
    Nearest nearest = new Nearest();
    table.forEachFrom(0, entry -> nearest.consider(entry.peer()));
    return Optional.ofNullable(nearest.found);
  }

  /** The nearest of those that were measured. */
  private final class Nearest {
    private @Nullable Peer found;

    void consider(Peer peer) {
      boolean isNearer = found == null || trips.isNearer(peer.id(), found.id());
      if (trips.isMeasured(peer.id()) && isNearer) {
        found = peer;
      }
    }
  }
}
