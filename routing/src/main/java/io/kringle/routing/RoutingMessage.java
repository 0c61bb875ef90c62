package io.kringle.routing;

import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import java.util.List;

/** What routers say to each other. Application messages travel inside as bytes. */
public sealed interface RoutingMessage extends Message {

  /** What a hop carries. */
  enum Kind {
    /** A message to the owner of a key; nobody waits for an answer. */
    ROUTE,
    /** A request to the owner of a key. */
    ASK,
    /** A request to one peer, whatever it owns. */
    DIRECT
  }

  /**
   * One message on one hop of its way.
   *
   * @param sequence names the hop in its acknowledgement; never used again by its sender
   * @param kind what is carried
   * @param key where it is going
   * @param origin who sent it first, and gets the answer
   * @param request names the message at its origin, the same in every try
   * @param hops how many times it was passed on, this hop included
   * @param body the encoded application message
   */
  record Hop(long sequence, Kind kind, Id key, Peer origin, long request, int hops, Bytes body)
      implements RoutingMessage {}

  /**
   * Hops that were taken over, and pings that were heard.
   *
   * @param sequences of the hops
   */
  record Acks(List<Long> sequences) implements RoutingMessage {
    /** Copies the list. */
    public Acks {
      sequences = List.copyOf(sequences);
    }
  }

  /**
   * A hop that the receiver can do nothing with now: it has not joined, or is not the owner and
   * knows nobody closer.
   *
   * @param sequence of the hop
   */
  record Nack(long sequence) implements RoutingMessage {}

  /**
   * A message that waits at the sender for its silent owner: a copy for its origin, which the
   * receiver is, in case that the sender dies, too.
   *
   * @param request which one
   * @param key where it is going
   * @param body the encoded application message
   */
  record Stuck(long request, Id key, Bytes body) implements RoutingMessage {}

  /**
   * The answer to a request, from its handler straight to its origin.
   *
   * @param request which one
   * @param acked the hop that brought the request, if it came from its origin and is acknowledged
   *     by this; else 0
   * @param body the encoded application message
   */
  record Reply(long request, long acked, Bytes body) implements RoutingMessage {}

  /**
   * The failure of a request, straight to its origin.
   *
   * @param request which one
   * @param acked as in {@link Reply}
   * @param kind of failure
   * @param text for a person
   */
  record Refusal(long request, long acked, Failure.Kind kind, String text)
      implements RoutingMessage {}

  /**
   * Asks for an acknowledgement and nothing else, to see whether a peer that was mentioned lives,
   * and how far it is.
   *
   * @param sequence as of a hop
   */
  record Ping(long sequence) implements RoutingMessage {}

  /**
   * The receiver has become an entry of the sender's table, and shall have it told when it is gone.
   * It may want the sender as an entry of its own: so older nodes come to know nearer ones that
   * join after them, without looking for them.
   *
   * @param roundTripMicros there and back, as the sender has measured or supposes it; 0 if unknown
   */
  record Taken(long roundTripMicros) implements RoutingMessage {}

  /**
   * Who has the sender in their tables: entrusted to its predecessor, to be told when it is gone.
   *
   * @param holders at most 512
   */
  record Holders(List<Peer> holders) implements RoutingMessage {
    /** Copies the list. */
    public Holders {
      holders = List.copyOf(holders);
    }
  }

  /**
   * The sender's successor is gone; whoever had it in its table may take the sender for now, which
   * is near it on the ring.
   *
   * @param peer who is gone
   */
  record Gone(Peer peer) implements RoutingMessage {}

  /**
   * Asks for a row of the receiver's routing table; a ping whose answer tells of others too.
   *
   * @param sequence as of a hop
   * @param row 0 to 25
   */
  record RowRequest(long sequence, int row) implements RoutingMessage {}

  /**
   * A row of the sender's routing table; unless it is the first, with those of its leaves that
   * share as many digits with it: nobody knows better that they live.
   *
   * @param sequence of the request
   * @param sightings at most 64 entries and the leaves
   */
  record RowReply(long sequence, List<Sighting> sightings) implements RoutingMessage {
    /** Copies the list. */
    public RowReply {
      sightings = List.copyOf(sightings);
    }
  }

  /**
   * What the sender knows of a peer.
   *
   * @param peer which
   * @param ageMillis how long ago it was heard from, by the sender or who has told it
   * @param roundTripMicros from the sender to it and back, as measured or supposed; 0 if unknown
   */
  record Sighting(Peer peer, long ageMillis, long roundTripMicros) {}
}
