package io.kringle.routing;

import io.kringle.ring.Peer;
import io.kringle.ring.World;
import io.kringle.routing.RoutingMessage.Kind;
import io.kringle.routing.RoutingMessage.Stuck;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Keeps a message from dying with the node that waits for its silent owner. That node has
 * acknowledged it, so nobody else has it; therefore it gives the origin a copy, which sends it once
 * more when the owner must have been found dead. Whoever gets it a second time knows it, and
 * handles it once ({@link Handled}). Requests need no such care: their origin asks again anyway.
 *
 * <p>Invariant: at most {@value #MOST} messages were given back lately, each sent again once.
 */
final class Custody {
  /** What is given back beyond is forgotten in the order in which it came. */
  static final int MOST = 1_024;

  /** Longer than it takes the ring to find an owner dead. */
  static final Duration UNTIL_AGAIN = Duration.ofSeconds(5);

  private final World world;
  private final Peer self;
  private final Consumer<Journey> again;
  private final Set<Long> givenBack = new LinkedHashSet<>();

  /**
   * Custody of nothing yet.
   *
   * @param again sends a message that began here once more
   */
  Custody(World world, Peer self, Consumer<Journey> again) {
    this.world = world;
    this.self = self;
    this.again = again;
  }

  /** A message begins to wait here. */
  void share(Journey journey) {
    if (journey.kind() == Kind.ROUTE && !journey.origin().equals(self)) {
      world.send(journey.origin(), new Stuck(journey.request(), journey.key(), journey.body()));
    }
  }

  /** A message that began here waits elsewhere. */
  void givenBack(Stuck stuck) {
    if (givenBack.add(stuck.request())) {
      if (givenBack.size() > MOST) {
        givenBack.remove(givenBack.iterator().next());
      }
      world.after(
          UNTIL_AGAIN,
          () -> again.accept(Journey.back(stuck.key(), self, stuck.request(), stuck.body())));
    }
  }
}
