package io.kringle.pubsub;

import io.kringle.pubsub.Messaging.Event;
import io.kringle.pubsub.TopicMessage.Offer;
import io.kringle.pubsub.TopicMessage.Refused;
import io.kringle.pubsub.TopicMessage.Taken;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Message;
import io.kringle.ring.Result;
import io.kringle.ring.Timer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers anycasts to the subscribers of this node, to one after the other until one accepts. An
 * anycast that was offered here is not offered here again while its id is remembered.
 */
final class Offers {
  private static final Logger LOG = LoggerFactory.getLogger(Offers.class);

  private final Surroundings around;
  private final Remembered offered;
  private int turn;

  Offers(Surroundings around) {
    this.around = around;
    this.offered = new Remembered(around.config().remembered(), 0, around.config().rememberedFor());
  }

  /** Offers to {@code candidates}, each time beginning with another one. */
  void offer(Offer offer, List<Subscribers.Local> candidates, Consumer<Result<Message>> answer) {
    if (!offered.add(offer.id(), 0, around.world().now())) {
      answer.accept(
          Result.failed(Failure.Kind.OUTCOME_UNKNOWN, "this anycast was offered here before"));
      return;
    }
    List<Subscribers.Local> order = new ArrayList<>(candidates);
    if (!order.isEmpty()) {
      Collections.rotate(order, Math.floorMod(turn++, order.size()));
    }
    new Round(offer, new ArrayDeque<>(order), answer).next();
  }

  /** One anycast on its way through the subscribers of this node. */
  private final class Round {
    private final Offer offer;
    private final Deque<Subscribers.Local> left;
    private final Consumer<Result<Message>> answer;
    private int refused;

    private Round(Offer offer, Deque<Subscribers.Local> left, Consumer<Result<Message>> answer) {
      this.offer = offer;
      this.left = left;
      this.answer = answer;
    }

    private void next() {
      Subscribers.Local candidate = left.poll();
      while (candidate != null && candidate.isCancelled()) {
        candidate = left.poll();
      }
      if (candidate == null) {
        answer.accept(Result.ok(new Refused(offer.topic(), refused)));
      } else {
        new Decision(this).ask(candidate);
      }
    }

    private void decided(Result<Bytes> decision) {
      if (decision instanceof Result.Ok<Bytes> accepted) {
        answer.accept(Result.ok(new Taken(offer.topic(), accepted.value())));
      } else {
        refused++;
        next();
      }
    }
  }

  /** What one subscriber makes of it; only its first word counts. */
  private final class Decision {
    private final Round round;
    private @Nullable Timer patience;
    private boolean made;

    private Decision(Round round) {
      this.round = round;
    }

    private void ask(Subscribers.Local candidate) {
      patience = around.world().after(around.config().offerTimeout(), this::silent);
      Offer offer = round.offer;
      try {
        candidate.subscriber().offered(new Event(offer.topic(), 0, offer.payload()), this::make);
      } catch (RuntimeException thrown) {
        LOG.warn("a subscriber of {} threw at an anycast, which refuses it", offer.topic(), thrown);
        around.counters().failing++;
        make(Result.failed(Failure.Kind.REFUSED, "the subscriber threw " + thrown));
      }
    }

    private void make(Result<Bytes> decision) {
      if (first()) {
        round.decided(decision);
      }
    }

    /** It may have done the work, or may do it yet: nobody else is asked. */
    private void silent() {
      if (first()) {
        round.answer.accept(
            Result.failed(
                Failure.Kind.OUTCOME_UNKNOWN,
                "a subscriber of " + round.offer.topic() + " did not decide in time"));
      }
    }

    private boolean first() {
      boolean first = !made;
      made = true;
      if (patience != null) {
        patience.cancel();
      }
      return first;
    }
  }
}
