package io.kringle.ring;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sends the ring's messages, and knows when something was last said to, and heard from, a leaf.
 *
 * <p>Invariant: after {@link #forgetStrangers}, both maps hold at most as many peers as there are
 * leaves.
 */
final class Outbox {
  private final World world;
  private final Map<Peer, Long> sent = new LinkedHashMap<>();
  private final Map<Peer, Long> heard = new LinkedHashMap<>();

  Outbox(World world) {
    this.world = world;
  }

  void send(Peer to, RingMessage message) {
    sent.put(to, world.now());
    world.send(to, message);
  }

  void heard(Peer from) {
    heard.put(from, world.now());
  }

  /** Nanoseconds since something was sent; very long if nothing ever was. */
  long quietTowards(Peer peer) {
    return since(sent, peer);
  }

  /** Nanoseconds since something was heard; very long if nothing ever was. */
  long silenceOf(Peer peer) {
    return since(heard, peer);
  }

  private long since(Map<Peer, Long> times, Peer peer) {
    Long at = times.get(peer);
    return at == null ? Long.MAX_VALUE : world.now() - at;
  }

  void forgetStrangers(LeafSet leaves) {
    forgetStrangers(sent, leaves.peers());
    forgetStrangers(heard, leaves.peers());
  }

  private static void forgetStrangers(Map<Peer, Long> times, List<Peer> leaves) {
    if (times.size() > leaves.size()) {
      times.keySet().retainAll(new HashSet<>(leaves));
    }
  }
}
