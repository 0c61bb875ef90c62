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
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers anycasts to the subscribers of this node, to one after the other until one accepts; those
 * that have least in hand come first, and of those another one each time.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>No subscriber is offered one message twice: the offers of a message share one queue of
 *       those who have not been asked.
 *   <li>A repeated offer, of the same message and number, has no effect, and the same answer: it
 *       waits for it, or is told it. If the answer is too large to be kept ({@link AnswerRoom}), it
 *       is told that the outcome is unknown.
 *   <li>A message is remembered for as long as its asker repeats it, and {@link
 *       TopicsConfig#rememberedFor} longer. When {@link TopicsConfig#remembered} messages are, the
 *       next is refused as if all were busy, and its subscribers hear nothing of it.
 *   <li>An offer to an earlier life of this node has no effect, since it may have had one then.
 * </ul>
 */
final class Offers {
  private static final Logger LOG = LoggerFactory.getLogger(Offers.class);

  private final Surroundings around;
  private final long life;
  private final Remembered<Offered> messages;
  private final AnswerRoom room = new AnswerRoom();
  private int turn;

  Offers(Surroundings around) {
    this.around = around;
    this.life = around.world().random().nextLong();
    this.messages =
        new Remembered<>(around.config().remembered(), around.world().now(), Offered::forget);
  }

  long life() {
    return life;
  }

  /** Offers to {@code candidates}, if the message is new. */
  void offer(Offer offer, List<Subscribers.Local> candidates, Consumer<Result<Message>> answer) {
    long now = around.world().now();
    Optional<Offered> known = messages.find(offer.id(), now);
    if (offer.life() != life) {
      answer.accept(unknown("this node has started anew since"));
    } else if (known.isPresent()) {
      known.get().offer(offer, answer);
    } else if (messages.hasRoom(now)) {
      Offered offered = new Offered(order(candidates));
      Duration repeated = Duration.ofMillis(Math.max(0, offer.withinMillis()));
      messages.add(offer.id(), offered, longest(repeated), now);
      offered.offer(offer, answer);
    } else {
      answer.accept(Result.ok(new Refused(offer.topic(), candidates.size())));
    }
  }

  private Duration longest(Duration repeated) {
    Duration most = AnycastOptions.MAX_TIMEOUT;
    return around.config().rememberedFor().plus(repeated.compareTo(most) < 0 ? repeated : most);
  }

  private Deque<Subscribers.Local> order(List<Subscribers.Local> candidates) {
    List<Subscribers.Local> order = new ArrayList<>(candidates);
    if (!order.isEmpty()) {
      Collections.rotate(order, -Math.floorMod(turn++, order.size()));
    }
    order.sort(Comparator.comparingInt(Subscribers.Local::inHand));
    return new ArrayDeque<>(order);
  }

  private static Result<Message> unknown(String why) {
    return Result.failed(Failure.Kind.OUTCOME_UNKNOWN, why);
  }

  void checkInvariants() {
    messages.checkInvariants();
    room.checkInvariants();
  }

  /** One message, and what became of its offers. */
  private final class Offered {
    /** Those who have not been asked. */
    private final Deque<Subscribers.Local> left;

    private final Map<Integer, Answer> answers = new HashMap<>();

    private Offered(Deque<Subscribers.Local> left) {
      this.left = left;
    }

    /** Without anybody left to ask the answer is the same each time, and need not be remembered. */
    private void offer(Offer offer, Consumer<Result<Message>> answer) {
      Answer known = answers.get(offer.number());
      if (known != null) {
        known.repeated(answer);
      } else if (left.isEmpty()) {
        answer.accept(Result.ok(new Refused(offer.topic(), 0)));
      } else {
        Answer begun = new Answer(answer);
        answers.put(offer.number(), begun);
        new Round(offer, left, begun).next();
      }
    }

    private void forget() {
      answers.values().forEach(answer -> answer.kept.release());
    }
  }

  /** The answer to one offer. */
  private final class Answer {
    private final List<Consumer<Result<Message>>> waiting = new ArrayList<>();
    private final AnswerRoom.Kept kept = room.nothingYet();
    private boolean given;

    private Answer(Consumer<Result<Message>> asker) {
      waiting.add(asker);
    }

    private void repeated(Consumer<Result<Message>> asker) {
      if (given) {
        asker.accept(kept.answer());
      } else {
        waiting.add(asker);
      }
    }

    /** After a time of silence for the second time: for whoever asks again. */
    private void give(Result<Message> answer) {
      given = true;
      kept.keep(answer);
      List<Consumer<Result<Message>>> told = List.copyOf(waiting);
      waiting.clear();
      told.forEach(each -> each.accept(answer));
    }
  }

  /** One offer on its way through the subscribers of this node. */
  private final class Round {
    private final Offer offer;
    private final Deque<Subscribers.Local> left;
    private final Answer answer;
    private int refused;

    private Round(Offer offer, Deque<Subscribers.Local> left, Answer answer) {
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
        answer.give(Result.ok(new Refused(offer.topic(), refused)));
      } else {
        new Decision(this, candidate).ask();
      }
    }

    /** Nobody else is asked once the asker was told that one has not decided. */
    private void decided(Result<Bytes> decision) {
      if (decision instanceof Result.Ok<Bytes> accepted) {
        answer.give(Result.ok(new Taken(offer.topic(), accepted.value(), refused)));
      } else if (answer.given) {
        answer.give(Result.ok(new Refused(offer.topic(), refused + 1)));
      } else {
        refused++;
        next();
      }
    }
  }

  /** What one subscriber makes of it; only its first word counts. */
  private final class Decision {
    private final Round round;
    private final Subscribers.Local candidate;
    private @Nullable Timer patience;
    private boolean made;

    private Decision(Round round, Subscribers.Local candidate) {
      this.round = round;
      this.candidate = candidate;
    }

    private void ask() {
      Offer offer = round.offer;
      Duration within = Duration.ofMillis(Math.max(1, offer.withinMillis()));
      candidate.inHand(1);
      patience = around.world().after(within, this::silent);
      try {
        candidate.subscriber().offered(new Event(offer.topic(), 0, offer.payload()), this::make);
      } catch (RuntimeException thrown) {
        LOG.warn("a subscriber of {} threw at an anycast, which refuses it", offer.topic(), thrown);
        around.counters().failing++;
        make(Result.failed(Failure.Kind.REFUSED, "the subscriber threw " + thrown));
      }
    }

    private void make(Result<Bytes> decision) {
      if (!made) {
        made = true;
        candidate.inHand(-1);
        if (patience != null) {
          patience.cancel();
        }
        round.decided(decision);
      }
    }

    /** It may have done the work, or may do it yet: nobody else is asked. */
    private void silent() {
      round.answer.give(
          unknown("a subscriber of " + round.offer.topic() + " on this node has not decided"));
    }
  }
}
