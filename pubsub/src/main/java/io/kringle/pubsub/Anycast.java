package io.kringle.pubsub;

import io.kringle.pubsub.TopicMessage.Look;
import io.kringle.pubsub.TopicMessage.Looked;
import io.kringle.pubsub.TopicMessage.Offer;
import io.kringle.pubsub.TopicMessage.Refused;
import io.kringle.pubsub.TopicMessage.Taken;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.routing.AskOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One anycast, at the node that it comes from: a depth-first walk through the tree from the root
 * (Castro et al. 2002, section on anycast), which ends at the first subscriber that accepts.
 *
 * <p>Unlike there the walk is not carried along in the message: the caller keeps it, and asks node
 * by node. It first <em>looks</em> at a node, which has no effects, so a node that is dead is
 * passed by; then it <em>offers</em> to the node's subscribers. At most one offer is out at any
 * time. If its answer fails to come the anycast ends as {@code OUTCOME_UNKNOWN}, because the
 * subscriber may have accepted: so no anycast is ever handled by two that accepted. It costs a
 * round trip per node, as does handing the message from node to node and being told so.
 */
final class Anycast {
  private final Surroundings around;
  private final Asking asking;
  private final String topic;
  private final MessageId id;
  private final Bytes payload;
  private final long deadline;
  private final Consumer<Result<Bytes>> done;
  private final Deque<Visit> ahead = new ArrayDeque<>();
  private final Set<Id> seen = new LinkedHashSet<>();
  private int refused;

  /**
   * One that is about to begin.
   *
   * @param done called once
   */
  Anycast(
      Surroundings around,
      Asking asking,
      String topic,
      MessageId id,
      Bytes payload,
      Duration timeout,
      Consumer<Result<Bytes>> done) {
    this.around = around;
    this.asking = asking;
    this.topic = topic;
    this.id = id;
    this.payload = payload;
    this.deadline = around.world().now() + timeout.toNanos();
    this.done = done;
  }

  void start() {
    around.routing().ask(Id.ofKey(topic), new Look(topic), options(), this::lookedAtRoot);
  }

  private AskOptions options() {
    Duration left = Duration.ofNanos(Math.max(1, deadline - around.world().now()));
    return AskOptions.within(left);
  }

  private boolean isLate() {
    return deadline - around.world().now() <= 0;
  }

  private void lookedAtRoot(Result<Message> answer) {
    if (answer instanceof Result.Failed<Message> failed) {
      done.accept(Result.failed(failed.failure()));
    } else {
      looked(answer);
    }
  }

  /**
   * A node that cannot be looked at is passed by: whoever hangs below it will soon hang elsewhere.
   */
  private void looked(Result<Message> answer) {
    if (answer instanceof Result.Ok<Message> ok && ok.value() instanceof Looked below) {
      plan(below);
    }
    next();
  }

  private void plan(Looked below) {
    seen.add(below.node().id());
    Deque<Visit> order = new ArrayDeque<>();
    for (int i = 0; i <= below.children().size(); i++) {
      if (i == below.turn() && below.subscribers() > 0) {
        order.addFirst(new Visit(below.node(), true));
      }
      if (i < below.children().size() && seen.add(below.children().get(i).id())) {
        order.addFirst(new Visit(below.children().get(i), false));
      }
    }
    order.forEach(ahead::addFirst);
  }

  private void next() {
    Visit visit = ahead.pollFirst();
    if (isLate()) {
      done.accept(Result.failed(Failure.Kind.TIMEOUT, "no taker in time, " + refused + " refused"));
    } else if (visit == null) {
      String who = refused == 0 ? "0 subscribers" : refused + " refused";
      done.accept(Result.failed(Failure.Kind.NO_TAKER, "no taker: " + who));
    } else if (visit.offer()) {
      asking.ask(visit.node(), new Offer(topic, id, payload), options(), this::offered);
    } else {
      asking.ask(visit.node(), new Look(topic), lookOptions(), this::looked);
    }
  }

  /** A node that does not answer must not use up the time that the others need. */
  private AskOptions lookOptions() {
    AskOptions all = options();
    Duration most = around.config().offerTimeout();
    return all.timeout().compareTo(most) > 0 ? AskOptions.within(most) : all;
  }

  private void offered(Result<Message> answer) {
    if (answer instanceof Result.Failed<Message> failed) {
      Failure why = failed.failure();
      Failure.Kind kind =
          why.kind() == Failure.Kind.TIMEOUT ? Failure.Kind.TIMEOUT : Failure.Kind.OUTCOME_UNKNOWN;
      done.accept(
          Result.failed(kind, "a subscriber of " + topic + " may have taken it: " + why.message()));
      return;
    }
    Message value = ((Result.Ok<Message>) answer).value();
    if (value instanceof Taken taken) {
      done.accept(Result.ok(taken.reply()));
    } else {
      refused += value instanceof Refused some ? some.count() : 0;
      next();
    }
  }

  /** Asks a node, this one included. */
  @FunctionalInterface
  interface Asking {
    void ask(Peer peer, Message request, AskOptions options, Consumer<Result<Message>> done);
  }

  /**
   * A step of the walk.
   *
   * @param offer to offer to its subscribers, rather than to look what is below it
   */
  private record Visit(Peer node, boolean offer) {}
}
