package io.kringle.replication;

import io.kringle.ring.Bytes;
import io.kringle.ring.Codec;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.LeafSet;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.ring.RingView;
import io.kringle.ring.World;
import io.kringle.routing.AskOptions;
import io.kringle.routing.Deliver;
import io.kringle.routing.Delivery;
import io.kringle.routing.Forward;
import io.kringle.routing.Responder;
import io.kringle.routing.Routing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Routing in one hop, to whom the ring view of the sender takes for the owner; beyond its leaves,
 * to the closest of all.
 */
final class FakeRouting implements Routing {

  /** A request on its way. */
  record Request(long number, Id key, Bytes body) implements Message {}

  /** Its answer; an empty body: refused. */
  record Reply(long number, Bytes body) implements Message {}

  private final World world;
  private final Codec codec;
  private final RingView ring;
  private final Function<Id, Peer> closestOfAll;
  private final Map<Class<?>, Deliver<?>> handlers = new HashMap<>();
  private final Map<Long, Asked> asked = new TreeMap<>();
  private long numbers;

  private record Asked(Peer peer, Consumer<Result<Message>> done) {}

  FakeRouting(World world, Codec codec, RingView ring, Function<Id, Peer> closestOfAll) {
    this.world = world;
    this.codec = codec;
    this.ring = ring;
    this.closestOfAll = closestOfAll;
  }

  @Override
  public void route(Id key, Message message) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void ask(Id key, Message request, AskOptions options, Consumer<Result<Message>> done) {
    LeafSet leaves = ring.leafSet();
    boolean near = leaves.isWholeRing() || leaves.covers(key);
    send(key, near ? leaves.closest(key) : closestOfAll.apply(key), request, options, done);
  }

  @Override
  public void ask(Peer peer, Message request, AskOptions options, Consumer<Result<Message>> done) {
    send(peer.id(), peer, request, options, done);
  }

  private void send(
      Id key, Peer to, Message request, AskOptions options, Consumer<Result<Message>> done) {
    long number = numbers++;
    asked.put(number, new Asked(to, done));
    world.after(options.timeout(), () -> finish(number, failed(Failure.Kind.TIMEOUT)));
    Request message = new Request(number, key, Bytes.of(codec.encode(request)));
    if (to.id().equals(ring.self().id())) {
      world.after(Duration.ZERO, () -> received(ring.self(), message));
    } else {
      world.send(to, message);
    }
  }

  private static Result<Message> failed(Failure.Kind kind) {
    return Result.failed(kind, "no answer");
  }

  private void finish(long number, Result<Message> result) {
    Asked waiting = asked.remove(number);
    if (waiting != null) {
      waiting.done().accept(result);
    }
  }

  void unreachable(Peer peer) {
    for (Map.Entry<Long, Asked> each : new ArrayList<>(asked.entrySet())) {
      if (each.getValue().peer().id().equals(peer.id())) {
        finish(each.getKey(), failed(Failure.Kind.UNAVAILABLE));
      }
    }
  }

  void received(Peer from, Message message) {
    if (message instanceof Reply reply) {
      finish(
          reply.number(),
          reply.body().size() == 0
              ? failed(Failure.Kind.REFUSED)
              : Result.ok(codec.decode(reply.body().array())));
    } else if (message instanceof Request request) {
      deliver(from, request, codec.decode(request.body().array()));
    }
  }

  @SuppressWarnings("unchecked")
  private <M extends Message> void deliver(Peer from, Request request, M body) {
    Deliver<M> handler = (Deliver<M>) handlers.get(body.getClass());
    handler.deliver(
        new Delivery(request.key(), from, 1),
        body,
        new Responder() {
          @Override
          public void reply(Message message) {
            answer(from, new Reply(request.number(), Bytes.of(codec.encode(message))));
          }

          @Override
          public void fail(Failure failure) {
            answer(from, new Reply(request.number(), Bytes.EMPTY));
          }
        });
  }

  private void answer(Peer to, Reply reply) {
    if (to.id().equals(ring.self().id())) {
      world.after(Duration.ZERO, () -> received(to, reply));
    } else {
      world.send(to, reply);
    }
  }

  @Override
  public OptionalLong roundTripNanos(Id peer) {
    return OptionalLong.empty();
  }

  @Override
  public List<Peer> contacts() {
    return List.of();
  }

  @Override
  public <M extends Message> void onDeliver(Class<M> type, Deliver<M> handler) {
    handlers.put(type, handler);
  }

  @Override
  public <M extends Message> void onForward(Class<M> type, Forward<M> hook) {
    throw new UnsupportedOperationException();
  }
}
