package io.kringle.node.sim;

import io.kringle.pubsub.MessageId;
import io.kringle.pubsub.TopicMessage.Beat;
import io.kringle.pubsub.TopicMessage.Offer;
import io.kringle.replication.Forgery;
import io.kringle.ring.Bytes;
import io.kringle.ring.Codec;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.routing.RoutingMessage.Hop;
import io.kringle.routing.RoutingMessage.Reply;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;

/**
 * Bugs that topics may have, as worlds that make a sound node behave as if it had them. A filter is
 * for one run.
 */
final class PlantedTopicBugs {
  /** Far from every number that a node gives by itself. */
  private static final long OTHER = 1L << 50;

  private PlantedTopicBugs() {}

  private static WorldFilter sending(Supplier<Function<Message, Message>> ofNode) {
    return (self, world, node) -> {
      Function<Message, Message> alteration = ofNode.get();
      return new Faulty(world) {
        @Override
        public boolean send(Peer to, Message message) {
          return super.send(to, alteration.apply(message));
        }
      };
    };
  }

  private static WorldFilter answering(Supplier<Function<Bytes, Bytes>> ofNode) {
    return sending(
        () -> {
          Function<Bytes, Bytes> alteration = ofNode.get();
          return message ->
              message instanceof Reply reply
                  ? new Reply(reply.request(), reply.acked(), alteration.apply(reply.body()))
                  : message;
        });
  }

  /** A forgotten gap check: a page of messages has a hole, and they are taken as if it had none. */
  static WorldFilter gapCheckForgotten(Codec codec) {
    return answering(() -> body -> Forgery.withHole(codec, body));
  }

  /** A sequence restarted by a new root: each begins to count when it numbers its first message. */
  static WorldFilter sequenceRestarted(Codec codec) {
    return answering(
        () -> {
          LongUnaryOperator counting =
              new LongUnaryOperator() {
                private long before = -1;

                @Override
                public long applyAsLong(long sequence) {
                  before = before < 0 ? sequence - 1 : before;
                  return Math.max(1, sequence - before);
                }
              };
          return body -> Forgery.withSequence(codec, body, counting);
        });
  }

  /**
   * A confirmation sent too early: a child is told that it has a place among messages that are yet
   * to come.
   */
  static WorldFilter confirmedTooEarly() {
    return sending(
        () ->
            message ->
                message instanceof Beat beat && !beat.path().isEmpty()
                    ? new Beat(beat.topic(), beat.last() + 3, beat.path())
                    : message);
  }

  /** An acceptor not remembered: an offer that is repeated is another one to whoever gets it. */
  static WorldFilter acceptorNotRemembered(Codec codec) {
    return (self, world, node) ->
        new Faulty(world) {
          @Override
          public boolean send(Peer to, Message message) {
            if (message instanceof Hop hop
                && codec.decode(hop.body().array()) instanceof Offer offer) {
              super.send(to, again(codec, hop, offer));
            }
            return super.send(to, message);
          }
        };
  }

  private static Hop again(Codec codec, Hop hop, Offer offer) {
    MessageId id = offer.id();
    Offer another =
        new Offer(
            offer.topic(),
            new MessageId(id.publisher(), id.incarnation(), id.number() ^ OTHER),
            offer.number(),
            offer.life(),
            offer.withinMillis(),
            offer.payload());
    return new Hop(
        hop.sequence() ^ OTHER,
        hop.kind(),
        hop.key(),
        hop.origin(),
        hop.request() ^ OTHER,
        hop.hops(),
        Bytes.of(codec.encode(another)));
  }
}
