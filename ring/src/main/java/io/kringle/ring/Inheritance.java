package io.kringle.ring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides whether this node takes over the id of a departed leaf: it does if it is the closest that
 * is left. When several neighbours die together, the heir that it saw at first may be among the
 * dead; then the question is asked again.
 *
 * <p>Invariant: {@code left} holds departed peers whose id went to somebody else, oldest first, for
 * as long as it takes to notice that the heir died at the same time; a later death of the heir
 * passes on the heir's own id only.
 */
final class Inheritance {
  private final Map<Peer, Long> left = new LinkedHashMap<>();
  private final Peer self;
  private final long window;

  Inheritance(Peer self, Duration window) {
    this.self = self;
    this.window = window.toNanos();
  }

  /** Whether the id of {@code departed} is now this node's, by the leaves that remain. */
  boolean falls(Peer departed, LeafSet remaining, long now) {
    boolean mine = remaining.closest(departed.id()).equals(self);
    if (!mine) {
      left.put(departed, now);
    }
    return mine;
  }

  /**
   * Those who departed shortly before and whose heir has now departed too, leaving their ids to
   * this node.
   */
  List<Peer> claim(LeafSet remaining, long now) {
    List<Peer> mine = new ArrayList<>();
    Iterator<Map.Entry<Peer, Long>> all = left.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Peer, Long> departed = all.next();
      Peer peer = departed.getKey();
      if (now - departed.getValue() > window || remaining.contains(peer.id())) {
        all.remove();
      } else if (remaining.closest(peer.id()).equals(self)) {
        all.remove();
        mine.add(peer);
      }
    }
    return mine;
  }
}
