package io.kringle.node;

import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.routing.AskOptions;
import io.kringle.routing.Routing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One walk round the ring: each node names the next. Where a node does not answer, the one after it
 * is asked, as the last one that did answer knows it. Within the steps of one node.
 */
final class RingWalk {
  /** Where a walk ends at the latest. */
  static final int MAX_NODES = 1_000;

  private static final AskOptions PATIENCE =
      new AskOptions(Duration.ofSeconds(1), Duration.ofMillis(500));

  private final Routing routing;
  private final BooleanSupplier timeLeft;
  private final Consumer<RingNodes> done;
  private final List<NodeInfo> met = new ArrayList<>();
  private final Set<Id> seen = new LinkedHashSet<>();

  private RingWalk(Routing routing, BooleanSupplier timeLeft, Consumer<RingNodes> done) {
    this.routing = routing;
    this.timeLeft = timeLeft;
    this.done = done;
  }

  /**
   * Walks.
   *
   * @param start where the walk begins and ends
   * @param timeLeft whether it may go on
   */
  static void from(
      NodeDescription start, Routing routing, BooleanSupplier timeLeft, Consumer<RingNodes> done) {
    new RingWalk(routing, timeLeft, done).meet(start);
  }

  private void meet(NodeDescription node) {
    seen.add(node.self().id());
    met.add(NodeInfo.of(node));
    next(node.clockwise(), 0);
  }

  private void next(List<Peer> clockwise, int index) {
    if (clockwise.isEmpty()
        || (index < clockwise.size() && seen.contains(clockwise.get(index).id()))) {
      done.accept(new RingNodes(met, false));
    } else if (index == clockwise.size() || met.size() == MAX_NODES || !timeLeft.getAsBoolean()) {
      done.accept(new RingNodes(met, true));
    } else {
      routing.ask(
          clockwise.get(index),
          new DescribeNode(),
          PATIENCE,
          reply -> answered(reply, clockwise, index));
    }
  }

  private void answered(Result<Message> reply, List<Peer> clockwise, int index) {
    if (reply instanceof Result.Ok<Message> ok && ok.value() instanceof NodeDescription node) {
      meet(node);
    } else {
      next(clockwise, index + 1);
    }
  }
}
