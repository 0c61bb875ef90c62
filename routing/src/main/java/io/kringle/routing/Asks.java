package io.kringle.routing;

import io.kringle.ring.Bytes;
import io.kringle.ring.Codec;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.MalformedMessageException;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.ring.UnknownMessage;
import io.kringle.ring.World;
import io.kringle.routing.RoutingMessage.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Requests from here that wait for their answers. The first answer ends a request, its timeout
 * does, or for one peer the loss of the connection; what comes later finds nothing.
 *
 * <p>Invariant: each waits for its next try or its end.
 */
final class Asks {
  private final World world;
  private final Codec codec;
  private final Deadlines deadlines;
  private final int max;
  private final Map<Long, Ask> asks = new LinkedHashMap<>();

  Asks(World world, Codec codec, Deadlines deadlines, int max) {
    this.world = world;
    this.codec = codec;
    this.deadlines = deadlines;
    this.max = max;
  }

  boolean isFull() {
    return asks.size() >= max;
  }

  int size() {
    return asks.size();
  }

  /**
   * Sends a request and waits for its answer. {@code send} is called now and for each further try.
   */
  void begin(
      Journey journey, AskOptions options, Consumer<Journey> send, Consumer<Result<Message>> done) {
    Ask ask = new Ask(journey, options, send, done);
    asks.put(journey.request(), ask);
    ask.tryNow();
  }

  /** Ends a request with its answer, or with the failure that the other side named. */
  void answered(long request, Result<Bytes> answer) {
    Ask ask = asks.remove(request);
    if (ask != null) {
      ask.end(answer.then(this::decode));
    }
  }

  private Result<Message> decode(Bytes body) {
    try {
      Message message = codec.decode(body.array());
      return message instanceof UnknownMessage unknown
          ? Result.failed(
              Failure.Kind.INVALID, "the answer has the unknown number " + unknown.number())
          : Result.ok(message);
    } catch (MalformedMessageException malformed) {
      return Result.failed(Failure.Kind.INVALID, Arrivals.text(malformed));
    }
  }

  /** Fails the requests to one peer. Those to the owner of a key look for another way. */
  void unreachable(Peer peer, String reason) {
    List<Ask> failed = asks.values().stream().filter(ask -> ask.isOnlyFor(peer.id())).toList();
    Result<Message> failure = Result.failed(Failure.Kind.UNAVAILABLE, peer + ": " + reason);
    for (Ask ask : failed) {
      if (asks.remove(ask.journey.request(), ask)) {
        ask.end(failure);
      }
    }
  }

  void checkInvariants() {
    Invariant.holds(asks.size() <= max, "requests in flight are bounded");
    for (Ask ask : asks.values()) {
      Invariant.holds(ask.isSet(), "a request waits for its next try or its end");
    }
  }

  private final class Ask extends Deadline {
    private final Consumer<Journey> send;
    private final Consumer<Result<Message>> done;
    private final AskOptions options;
    private final long end;
    private Journey journey;

    Ask(
        Journey journey,
        AskOptions options,
        Consumer<Journey> send,
        Consumer<Result<Message>> done) {
      this.journey = journey;
      this.options = options;
      this.send = send;
      this.done = done;
      this.end = world.now() + options.timeout().toNanos();
    }

    void tryNow() {
      deadlines.set(this, Math.min(options.tryTimeout().toNanos(), end - world.now()));
      send.accept(journey);
    }

    @Override
    void expire() {
      if (world.now() - end < 0) {
        journey = journey.again();
        tryNow();
      } else {
        asks.remove(journey.request());
        end(Result.failed(Failure.Kind.TIMEOUT, "no answer within " + options.timeout()));
      }
    }

    void end(Result<Message> result) {
      deadlines.cancel(this);
      journey.end();
      done.accept(result);
    }

    boolean isOnlyFor(Id peer) {
      return journey.kind() == Kind.DIRECT && journey.key().equals(peer);
    }
  }
}
