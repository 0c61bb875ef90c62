package io.kringle.node.sim;

import io.kringle.pubsub.MessageId;
import io.kringle.pubsub.Numbered;
import io.kringle.pubsub.TopicMessage.Beat;
import io.kringle.pubsub.TopicMessage.Carry;
import io.kringle.pubsub.TopicMessage.Offer;
import io.kringle.replication.Forgery;
import io.kringle.ring.Bytes;
import io.kringle.ring.Codec;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.routing.RoutingMessage.Hop;
import io.kringle.routing.RoutingMessage.Reply;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Bugs that topics may have, as worlds that make a sound node behave as if it had them. A filter is
 * for one run.
 */
final class PlantedTopicBugs {
  /** Far from every number that a node gives by itself. */
  private static final long OTHER = 1L << 50;

  private static final int ONE_LOST_OF = 100;

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

  /**
   * A forgotten gap check: of many messages for a child one gets lost, and the child takes each
   * that follows for the next one. Its parent numbers them as the child would.
   */
  static WorldFilter gapCheckForgotten() {
    return (self, world, node) ->
        new Faulty(world) {
          private final Map<Id, Long> skipped = new HashMap<>();
          private long sent;

          @Override
          public boolean send(Peer to, Message message) {
            if (!(message instanceof Carry carry)) {
              return super.send(to, message);
            }
            if (++sent % ONE_LOST_OF == 0) {
              skipped.merge(to.id(), 1L, Long::sum);
              return true;
            }
            long sequence = carry.numbered().sequence() - skipped.getOrDefault(to.id(), 0L);
            Numbered numbered = new Numbered(sequence, carry.numbered().payload());
            return super.send(to, new Carry(carry.topic(), numbered));
          }
        };
  }

  /**
   * A sequence restarted by a new root: of each topic a node counts from one on when it numbers a
   * message for the first time.
   */
  static WorldFilter sequenceRestarted(Codec codec) {
    Map<Asked, Id> ledgers = new HashMap<>();
    return (self, world, node) ->
        new Faulty(world) {
          private final Map<Id, Long> before = new HashMap<>();

          @Override
          public boolean send(Peer to, Message message) {
            if (message instanceof Hop hop) {
              Forgery.ledgerOfItem(codec, hop.body())
                  .ifPresent(ledger -> ledgers.put(new Asked(hop.origin(), hop.request()), ledger));
            } else if (message instanceof Reply reply) {
              Id ledger = ledgers.get(new Asked(to, reply.request()));
              return super.send(to, ledger == null ? reply : restarted(reply, ledger));
            }
            return super.send(to, message);
          }

          private Reply restarted(Reply reply, Id ledger) {
            Bytes body =
                Forgery.withSequence(
                    codec,
                    reply.body(),
                    sequence -> sequence - before.computeIfAbsent(ledger, any -> sequence - 1));
            return new Reply(reply.request(), reply.acked(), body);
          }
        };
  }

  private record Asked(Peer origin, long request) {}

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
