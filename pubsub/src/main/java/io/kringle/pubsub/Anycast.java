package io.kringle.pubsub;

import io.kringle.pubsub.TopicMessage.Look;
import io.kringle.pubsub.TopicMessage.Looked;
import io.kringle.pubsub.TopicMessage.Offer;
import io.kringle.pubsub.TopicMessage.Refused;
import io.kringle.pubsub.TopicMessage.RootAt;
import io.kringle.pubsub.TopicMessage.Taken;
import io.kringle.ring.BackOff;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.routing.AskOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One anycast or manycast, at the node that it comes from, which asks node by node. It first
 * <em>looks</em> at a node, which has no effects, so a node that is dead is passed by; then it
 * <em>offers</em> to the node's subscribers. Who is next, a {@link Walk} says.
 *
 * <p>Invariant: those that accepted, those that may have, and those that are being asked are
 * together at most as many as are wanted. An offer whose answer fails to come counts for ever as
 * one that may have been accepted: so no more than are wanted ever handle a message. Only when it
 * was declared idempotent somebody else is asked instead.
 *
 * <p>Invariant: that nobody is left is said only once a root has been looked at that has been the
 * root for a while. One that has only just taken over does not know yet who hangs below it, and
 * between two roots nobody knows; so the tree is entered again and again, as looks have no effects,
 * until then or until the deadline.
 *
 * <p>{@code done} is called once: each look and each offer ends by the deadline, and the last one
 * ends the whole.
 */
final class Anycast {
  private static final Duration FIRST_REST = Duration.ofMillis(50);

  /** By how many retries of a join whoever hung below the last root has come below the new one. */
  private static final int JOINS_TO_A_NEW_ROOT = 3;

  private final Surroundings around;
  private final Asking asking;
  private final Errand errand;
  private final AnycastOptions options;
  private final Walk walk;
  private final long deadline;
  private final AnycastOutcome outcome;
  private final Consumer<AnycastOutcome> done;
  private final BackOff rests;
  private boolean rootDue = true;

  /** Whether everybody who is in the tree can be found from what was looked at. */
  private boolean isWhole;

  private int looking;
  private int offering;
  private int number;

  /**
   * What is offered.
   *
   * @param wanted how many are to take it
   */
  record Errand(String topic, MessageId id, Bytes payload, int wanted) {}

  /**
   * One that is about to begin.
   *
   * @param done called once
   */
  Anycast(
      Surroundings around,
      Asking asking,
      Errand errand,
      AnycastOptions options,
      Consumer<AnycastOutcome> done) {
    this.around = around;
    this.asking = asking;
    this.errand = errand;
    this.options = options;
    this.walk = walk(around, options.order());
    this.deadline = around.world().now() + options.timeout().toNanos();
    this.outcome = new AnycastOutcome(errand.topic(), errand.wanted());
    this.done = done;
    this.rests = new BackOff(FIRST_REST, around.config().joinRetry(), around.world().random());
  }

  private static Walk walk(Surroundings around, AnycastOptions.Order order) {
    return switch (order) {
      case NEAR_AND_IDLE -> new NearFirst(around.self().id(), around.routing()::roundTripNanos);
      case RANDOM -> DepthFirst.atRandom(around.world().random());
      case ALL_IN_TURN -> DepthFirst.inTurn();
    };
  }

  void start() {
    if (options.order() == AnycastOptions.Order.NEAR_AND_IDLE) {
      look(around.self());
    } else {
      next();
    }
  }

  private Duration left() {
    return Duration.ofNanos(Math.max(1, deadline - around.world().now()));
  }

  private boolean isLate() {
    return deadline - around.world().now() <= 0;
  }

  /** How many more may be offered it now. */
  private int open() {
    int taken = outcome.accepted() + offering;
    return errand.wanted() - taken - (options.idempotent() ? 0 : outcome.unknown());
  }

  private void next() {
    boolean goesOn = true;
    while (goesOn && looking == 0 && open() > 0 && !isLate()) {
      goesOn = step();
    }
    if (looking > 0 || offering > 0) {
      return;
    }
    if (open() > 0 && !isLate() && !isWhole) {
      rest();
    } else {
      outcome.ended(isLate(), open() > 0);
      done.accept(outcome);
    }
  }

  /** Nobody is left who is known: soon more may be. */
  private void rest() {
    around
        .world()
        .after(
            shorter(rests.next(), left()),
            () -> {
              rootDue = true;
              walk.again();
              outcome.again();
              next();
            });
  }

  /** Asks somebody something; false if there is nobody left. */
  private boolean step() {
    Iterable<Peer> looks = walk.toLook();
    looks.forEach(this::look);
    if (looking > 0) {
      return true;
    }
    if (rootDue && walk.needsRoot()) {
      lookAtRoot();
      return true;
    }
    Optional<Walk.Candidate> candidate = walk.poll();
    candidate.ifPresent(this::offer);
    return candidate.isPresent();
  }

  // ---- looking

  private void lookAtRoot() {
    rootDue = false;
    looking++;
    long begun = around.world().now();
    around
        .routing()
        .ask(
            Id.ofKey(errand.topic()),
            new Look(errand.topic()),
            patience(),
            answer -> {
              if (answer instanceof Result.Ok<Message> ok && ok.value() instanceof RootAt named) {
                looking--;
                lookAtRoot(named.root());
              } else {
                lookedAtRoot(answer, begun);
              }
            });
  }

  /** It is not where its key leads. */
  private void lookAtRoot(Peer root) {
    looking++;
    long begun = around.world().now();
    asking.ask(root, new Look(errand.topic()), patience(), answer -> lookedAtRoot(answer, begun));
  }

  private void lookedAtRoot(Result<Message> answer, long begun) {
    if (answer instanceof Result.Failed<Message> failed) {
      outcome.rootFailed(failed.failure());
    } else {
      outcome.rootFound();
    }
    looked(answer, begun);
  }

  /** Whoever does not answer must not use up the time that the others need. */
  private AskOptions patience() {
    return AskOptions.within(shorter(around.config().offerTimeout(), left()));
  }

  private void look(Peer peer) {
    looking++;
    long begun = around.world().now();
    asking.ask(
        peer,
        new Look(errand.topic()),
        patience(),
        answer -> {
          if (!answer.isOk()) {
            outcome.unreached();
          }
          looked(answer, begun);
        });
  }

  private static Duration shorter(Duration some, Duration other) {
    return some.compareTo(other) < 0 ? some : other;
  }

  private void looked(Result<Message> answer, long begun) {
    looking--;
    if (answer instanceof Result.Ok<Message> ok && ok.value() instanceof Looked below) {
      long settled = around.config().joinRetry().toMillis() * JOINS_TO_A_NEW_ROOT;
      isWhole |= below.rootMillis() >= settled;
      walk.looked(below, around.world().now() - begun);
    }
    next();
  }

  // ---- offering

  private void offer(Walk.Candidate candidate) {
    offering++;
    Duration patience =
        options.idempotent() ? shorter(around.config().offerTimeout(), left()) : left();
    Offer offer =
        new Offer(
            errand.topic(),
            errand.id(),
            number++,
            candidate.life(),
            patience.toMillis(),
            errand.payload());
    asking.ask(
        candidate.node(),
        offer,
        AskOptions.within(patience),
        answer -> offered(candidate.node(), answer));
  }

  private void offered(Peer node, Result<Message> answer) {
    offering--;
    if (answer instanceof Result.Failed<Message> failed) {
      failed(failed.failure());
    } else if (((Result.Ok<Message>) answer).value() instanceof Taken taken) {
      outcome.accepted(taken.reply());
      outcome.refused(taken.refused());
    } else if (((Result.Ok<Message>) answer).value() instanceof Refused some) {
      outcome.refused(some.count());
      walk.exhausted(node);
    } else {
      failed(Failure.of(Failure.Kind.INVALID, node + " answered something else"));
    }
    next();
  }

  /** Too many requests of this node are under way: then this one has not been sent. */
  private void failed(Failure failure) {
    if (failure.kind() == Failure.Kind.OVERLOADED) {
      outcome.notSent(failure);
    } else {
      outcome.unknown(failure);
    }
  }

  /** Asks a node, this one included. */
  @FunctionalInterface
  interface Asking {
    void ask(Peer peer, Message request, AskOptions options, Consumer<Result<Message>> done);
  }
}
