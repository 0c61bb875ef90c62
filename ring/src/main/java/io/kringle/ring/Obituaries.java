package io.kringle.ring;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The peers that died or left lately, so that gossip which has not heard of it yet does not lead to
 * probing them again.
 *
 * <p>Invariants: at most {@link #CAPACITY}, the oldest first; none older than the memory lasts once
 * {@link #expire} ran.
 */
final class Obituaries {
  private static final int CAPACITY = 256;

  private final Map<Id, Obituary> byId = new LinkedHashMap<>();
  private final long lasts;

  private record Obituary(Peer peer, long at) {}

  Obituaries(Duration lasts) {
    this.lasts = lasts.toNanos();
  }

  void add(Peer peer, long now) {
    byId.remove(peer.id());
    byId.put(peer.id(), new Obituary(peer, now));
    if (byId.size() > CAPACITY) {
      byId.remove(byId.keySet().iterator().next());
    }
  }

  /** The peer was heard from. A different life under the same id says nothing of this one. */
  void lives(Peer peer) {
    if (contains(peer)) {
      byId.remove(peer.id());
    }
  }

  boolean contains(Peer peer) {
    Obituary obituary = byId.get(peer.id());
    return obituary != null && obituary.peer().equals(peer);
  }

  /** The dead whose ids lie from {@code first} on, before {@code end}. */
  List<Peer> between(Id first, Id end) {
    return byId.values().stream()
        .map(Obituary::peer)
        .filter(peer -> peer.id().isBetween(first, end))
        .toList();
  }

  Optional<Peer> find(Id id) {
    return Optional.ofNullable(byId.get(id)).map(Obituary::peer);
  }

  void expire(long now) {
    Iterator<Obituary> oldestFirst = byId.values().iterator();
    while (oldestFirst.hasNext() && now - oldestFirst.next().at() >= lasts) {
      oldestFirst.remove();
    }
  }

  int size() {
    return byId.size();
  }
}
