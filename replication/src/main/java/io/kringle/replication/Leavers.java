package io.kringle.replication;

import io.kringle.ring.Id;
import io.kringle.ring.LeafSet;
import io.kringle.ring.Peer;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who has said that it is about to leave, or has left. A word given holds for as long as a
 * hand-over may take: whoever still stands among the leaves after that has come back, maybe so
 * quickly that the ring never missed it.
 */
final class Leavers {
  private final Map<Id, Word> words = new TreeMap<>();

  private record Word(long incarnation, long givenAt) {}

  void add(Peer peer, long now) {
    words.put(peer.id(), new Word(peer.incarnation(), now));
  }

  void remove(Peer peer) {
    words.remove(peer.id());
  }

  boolean contains(Peer peer) {
    Word word = words.get(peer.id());
    return word != null && word.incarnation() == peer.incarnation();
  }

  /** Forgets who gave its word before {@code since}, and is a leaf all the same. */
  void expire(LeafSet leaves, long since) {
    words
        .entrySet()
        .removeIf(each -> leaves.contains(each.getKey()) && each.getValue().givenAt() < since);
  }
}
