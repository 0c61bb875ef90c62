package io.kringle.routing;

import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.routing.RoutingMessage.Hop;
import io.kringle.routing.RoutingMessage.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message on its way, as long as it is in the care of this node. */
final class Journey {
  /** The hop that brought it here, when it began here: no hop has this sequence. */
  static final long NO_HOP = 0;

  private final Kind kind;
  private final Peer origin;
  private final long request;
  private final Bytes body;
  private final int hops;
  private final Peer from;
  private final long sequence;
  private Id key;
  private @Nullable Message message;
  private List<Id> avoided = List.of();
  private @Nullable Peer awaited;
  private int rests;
  private boolean troubled;
  private long troubledSince;
  private boolean over;

  private Journey(
      Kind kind,
      Id key,
      Peer origin,
      long request,
      Bytes body,
      int hops,
      Peer from,
      long sequence) {
    this.kind = kind;
    this.key = key;
    this.origin = origin;
    this.request = request;
    this.body = body;
    this.hops = hops;
    this.from = from;
    this.sequence = sequence;
  }

  /** One that begins here. */
  static Journey begin(Kind kind, Id key, Peer self, long request, Bytes body, Message message) {
    Journey journey = new Journey(kind, key, self, request, body, 0, self, NO_HOP);
    journey.message = message;
    return journey;
  }

  /** One that began here before, and has come back. */
  static Journey back(Id key, Peer self, long request, Bytes body) {
    return new Journey(Kind.ROUTE, key, self, request, body, 0, self, NO_HOP);
  }

  /**
   * One that a hop has brought. Where its origin has sent it straight here, that is one object with
   * {@code from}, as it is remembered for long.
   */
  static Journey brought(Peer from, Hop hop) {
    return new Journey(
        hop.kind(),
        hop.key(),
        hop.origin().equals(from) ? from : hop.origin(),
        hop.request(),
        hop.body(),
        hop.hops(),
        from,
        hop.sequence());
  }

  /**
   * The next try of a request that began here; this one is over. Who has not acknowledged this one
   * is avoided.
   */
  Journey again() {
    Journey next = new Journey(kind, key, origin, request, body, hops, from, sequence);
    next.message = message;
    next.avoided = avoided;
    if (awaited != null && kind != Kind.DIRECT) {
      next.avoid(awaited.id());
    }
    end();
    return next;
  }

  Kind kind() {
    return kind;
  }

  Id key() {
    return key;
  }

  Peer origin() {
    return origin;
  }

  long request() {
    return request;
  }

  Bytes body() {
    return body;
  }

  /** How many hops it has behind it. */
  int hops() {
    return hops;
  }

  /** Who sent it here; this node if it began here. */
  Peer from() {
    return from;
  }

  /** The hop that brought it here, or {@link #NO_HOP}. */
  long sequence() {
    return sequence;
  }

  /** The application message, if it was ever decoded here. */
  @Nullable Message message() {
    return message;
  }

  void decoded(Message decoded) {
    message = decoded;
  }

  /** Sends it somewhere else from here. */
  void redirect(Id other) {
    key = other;
    avoided = List.of();
  }

  /** Nodes through which it shall not go. */
  List<Id> avoided() {
    return avoided;
  }

  void avoid(Id peer) {
    List<Id> more = new ArrayList<>(avoided);
    more.add(peer);
    avoided = more;
  }

  void avoidNobody() {
    avoided = List.of();
  }

  /** Whose acknowledgement it waits for; null for nobody's. */
  void await(@Nullable Peer peer) {
    awaited = peer;
  }

  /** How long ago it first met with trouble here, which may be now; in nanoseconds. */
  long troubledFor(long now) {
    if (!troubled) {
      troubled = true;
      troubledSince = now;
    }
    return now - troubledSince;
  }

  /** How often it has waited for the ring to change, or its owner was tried again. */
  int rests() {
    return rests;
  }

  void rested() {
    rests++;
  }

  /** Nobody cares about it any more: no other way is to be tried. */
  void end() {
    over = true;
  }

  boolean isOver() {
    return over;
  }
}
