package io.kringle.routing;

import io.kringle.ring.Bytes;
import io.kringle.ring.Codec;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.MalformedMessageException;
import io.kringle.ring.Message;
import io.kringle.ring.Result;
import io.kringle.ring.World;
import io.kringle.routing.RoutingMessage.Kind;
import io.kringle.routing.RoutingMessage.Refusal;
import io.kringle.routing.RoutingMessage.Reply;
import java.util.Optional;

/** The end of a journey: the handler is called once, and the answer goes straight to the origin. */
final class Arrivals {
  private static final int MAX_FAILURE_TEXT = 1_000;

  private static final Responder NOBODY_ASKED =
      new Responder() {
        @Override
        public void reply(Message message) {}

        @Override
        public void fail(Failure failure) {}
      };

  private final World world;
  private final Id self;
  private final Codec codec;
  private final Upcalls upcalls;
  private final Handled handled;
  private final Acknowledgements acknowledgements;
  private final Counters counters;
  private final int maxBodyBytes;
  private final OwnAnswers ownAnswers;

  Arrivals(
      World world,
      Id self,
      Codec codec,
      RouterConfig config,
      Upcalls upcalls,
      Acknowledgements acknowledgements,
      Counters counters,
      OwnAnswers ownAnswers) {
    this.world = world;
    this.self = self;
    this.codec = codec;
    this.upcalls = upcalls;
    this.handled = new Handled(world, config.replies());
    this.acknowledgements = acknowledgements;
    this.counters = counters;
    this.maxBodyBytes = config.maxBodyBytes();
    this.ownAnswers = ownAnswers;
  }

  /** Takes answers to requests that began here too. */
  interface OwnAnswers {
    void answered(long request, Result<Bytes> answer);
  }

  /** Hands a message to its handler, unless it is repeated. */
  void deliver(Journey journey) {
    if (isRepeated(journey)) {
      return;
    }
    handled.begin(name(journey));
    Responder responder = journey.kind() == Kind.ROUTE ? NOBODY_ASKED : new Asker(journey);
    Message message;
    try {
      message = upcalls.message(journey);
    } catch (MalformedMessageException malformed) {
      responder.fail(Failure.of(Failure.Kind.INVALID, text(malformed)));
      return;
    }
    Optional<Deliver<Message>> handler = upcalls.handlerOf(message);
    if (handler.isEmpty()) {
      responder.fail(
          Failure.of(
              Failure.Kind.NO_SERVICE,
              "nobody handles message number " + Upcalls.number(journey.body()) + " here"));
      return;
    }
    counters.delivered++;
    call(handler.get(), journey, message, responder);
  }

  private static void call(
      Deliver<Message> handler, Journey journey, Message message, Responder responder) {
    try {
      handler.deliver(delivery(journey), message, responder);
    } catch (RuntimeException refusal) {
      // The contract of Deliver: whatever a handler throws is the failure of this one request.
      responder.fail(Failure.of(Failure.Kind.REFUSED, text(refusal)));
    }
  }

  /**
   * Whether a message was handed over before; if it is a request that was answered, its origin
   * hears the answer again.
   */
  boolean isRepeated(Journey journey) {
    Handled.Name name = name(journey);
    Handled.State state = handled.state(name);
    if (state == Handled.State.NEW) {
      return false;
    }
    if (journey.kind() != Kind.ROUTE) {
      if (state == Handled.State.ANSWERED) {
        counters.repliesFromCache++;
        send(journey, handled.answer(name));
      } else if (state == Handled.State.FORGOTTEN) {
        send(
            journey,
            Result.failed(Failure.Kind.OUTCOME_UNKNOWN, "it was handled, but the answer is gone"));
      }
    }
    return true;
  }

  /**
   * Tells the origin of a request that it has failed on the way; the request counts as never
   * handled.
   */
  void refuse(Journey journey, Failure.Kind kind, String text) {
    if (journey.kind() != Kind.ROUTE) {
      send(journey, Result.failed(kind, brief(text)));
    }
  }

  static Delivery delivery(Journey journey) {
    return new Delivery(journey.key(), journey.origin(), journey.hops());
  }

  static String text(RuntimeException exception) {
    String message = exception.getMessage();
    return brief(message == null ? exception.getClass().getSimpleName() : message);
  }

  private static String brief(String text) {
    return text.length() <= MAX_FAILURE_TEXT ? text : text.substring(0, MAX_FAILURE_TEXT);
  }

  private static Handled.Name name(Journey journey) {
    return new Handled.Name(journey.origin().id(), journey.request());
  }

  /** An answer that does not arrive is asked for again, so nobody watches over it. */
  private void send(Journey journey, Result<Bytes> answer) {
    if (journey.origin().id().equals(self)) {
      ownAnswers.answered(journey.request(), answer);
      return;
    }
    long acked = settled(journey);
    long request = journey.request();
    world.send(
        journey.origin(),
        answer.fold(
            body -> new Reply(request, acked, body),
            failure -> new Refusal(request, acked, failure.kind(), failure.message())));
  }

  private long settled(Journey journey) {
    boolean straight = journey.from().id().equals(journey.origin().id());
    return straight && acknowledgements.settle(journey.from(), journey.sequence())
        ? journey.sequence()
        : Journey.NO_HOP;
  }

  Handled handled() {
    return handled;
  }

  private final class Asker implements Responder {
    private final Journey journey;
    private boolean answered;

    Asker(Journey journey) {
      this.journey = journey;
    }

    @Override
    public void reply(Message message) {
      if (answered) {
        return;
      }
      Bytes body = Bytes.of(codec.encode(message));
      if (body.size() > maxBodyBytes) {
        answer(
            Result.failed(
                Failure.Kind.TOO_LARGE,
                "the answer has " + body.size() + " bytes, more than " + maxBodyBytes));
      } else {
        answer(Result.ok(body));
      }
    }

    @Override
    public void fail(Failure failure) {
      if (!answered) {
        answer(Result.failed(failure.kind(), brief(failure.message())));
      }
    }

    private void answer(Result<Bytes> answer) {
      answered = true;
      handled.answered(name(journey), answer);
      send(journey, answer);
    }
  }
}
