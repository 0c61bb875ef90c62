package io.kringle.pubsub;

import io.kringle.pubsub.RingWideMessage.Reached;
import io.kringle.pubsub.RingWideMessage.Spread;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.ring.RingView;
import io.kringle.ring.World;
import io.kringle.routing.AskOptions;
import io.kringle.routing.Routing;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * One node's part in one broadcast: it passes shares of its part of the circle on, and counts what
 * comes back.
 *
 * <p>A share is asked of its node. When that is dead or silent, it is asked of whoever owns the
 * node's id instead, which is a node next to it, and sees to the share as well as it can.
 *
 * <p>A node is counted in the answer to the first who told it, and only there. So the sum is never
 * too high. It is exact if all shares have answered, and nobody was told twice: whoever was told
 * before reports that its count is not the whole one. Each share has three quarters of the time
 * that is left, so that an answer that is a lower bound still comes in time.
 */
final class Spreading {
  private static final Duration LEAST = Duration.ofMillis(20);

  private final World world;
  private final RingView ring;
  private final Routing routing;
  private final Spread spread;
  private final long deadline;
  private final Consumer<Reached> done;
  private int nodes;
  private boolean exact;
  private int depth;
  private int waiting;

  /**
   * A part.
   *
   * @param isNew whether this node hears the message for the first time
   * @param done called once
   */
  Spreading(
      World world,
      RingView ring,
      Routing routing,
      Spread spread,
      boolean isNew,
      Consumer<Reached> done) {
    this.world = world;
    this.ring = ring;
    this.routing = routing;
    this.spread = spread;
    this.deadline = world.now() + Duration.ofMillis(spread.withinMillis()).toNanos();
    this.done = done;
    this.nodes = isNew ? 1 : 0;
    this.exact = isNew;
  }

  /** How many messages it takes. */
  int begin(List<Peer> known) {
    List<Shares.Share> shares = Shares.of(ring.self(), known, spread.from(), spread.to());
    if (spread.hops() >= Broadcasting.MAX_HOPS || isLate()) {
      exact &= shares.isEmpty();
      shares = List.of();
    }
    waiting = shares.size();
    shares.forEach(this::passOn);
    if (waiting == 0) {
      end();
    }
    return shares.size();
  }

  private void passOn(Shares.Share share) {
    Spread part = part(share);
    routing.ask(
        share.node(), part, patience(part), answer -> reported(answer, () -> passBy(share)));
  }

  /** To who is next to its node. */
  private void passBy(Shares.Share share) {
    exact = false;
    if (isLate()) {
      partEnded();
    } else {
      Spread part = part(share);
      routing.ask(
          share.node().id(), part, patience(part), answer -> reported(answer, this::partEnded));
    }
  }

  private Spread part(Shares.Share share) {
    return new Spread(
        spread.id(),
        spread.origin(),
        share.from(),
        share.to(),
        spread.hops() + 1,
        threeQuarters().toMillis(),
        spread.payload());
  }

  private static AskOptions patience(Spread part) {
    return AskOptions.within(Duration.ofMillis(part.withinMillis()));
  }

  private Duration threeQuarters() {
    return Duration.ofNanos(deadline - world.now()).multipliedBy(3).dividedBy(4);
  }

  private boolean isLate() {
    return threeQuarters().compareTo(LEAST) < 0;
  }

  private void reported(Result<Message> answer, Runnable otherwise) {
    if (answer instanceof Result.Ok<Message> ok && ok.value() instanceof Reached part) {
      nodes += part.nodes();
      exact &= part.exact();
      depth = Math.max(depth, part.depth() + 1);
      partEnded();
    } else {
      otherwise.run();
    }
  }

  private void partEnded() {
    waiting--;
    if (waiting == 0) {
      end();
    }
  }

  private void end() {
    done.accept(new Reached(nodes, exact, depth));
  }
}
