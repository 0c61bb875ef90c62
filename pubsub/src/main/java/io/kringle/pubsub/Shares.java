package io.kringle.pubsub;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Divides a part of the circle among the nodes in it that a node knows, so that each has a share to
 * itself: El-Ansary, Alima, Brand and Haridi 2003, <em>Efficient broadcast in structured
 * peer-to-peer networks</em>.
 *
 * <p>There a share begins at its node, since Chord's fingers point clockwise. Here it begins where
 * the digits do that tell its node from the one before, so that whoever stands for a prefix in a
 * Pastry routing table gets all nodes with that prefix, as when a message goes down the rows of the
 * tables (Castro, Jones, Kermarrec, Rowstron, Theimer, Wang, Wolman 2003). So the depth is that of
 * routing.
 *
 * <p>Invariants: shares do not overlap, each contains its node, and together with this node's own
 * they are the whole part. In a node's own share there is nobody else, as long as it knows the
 * nodes next to it: so everyone is in somebody's share, and shares come to an end.
 */
final class Shares {
  private Shares() {}

  /**
   * A share.
   *
   * @param node who has it
   * @param from where it begins
   * @param to where it ends, exclusively
   */
  record Share(Peer node, Id from, Id to) {}

  /**
   * The shares of all but {@code self}, in the order of the circle.
   *
   * @param known whom it knows; those outside of the part are left out
   * @param from where the part begins
   * @param to where it ends, exclusively; the same for the whole circle
   */
  static List<Share> of(Peer self, List<Peer> known, Id from, Id to) {
    Map<Id, Peer> within = new LinkedHashMap<>();
    for (Peer peer : known) {
      if (peer.id().isBetween(from, to)) {
        within.put(peer.id(), peer);
      }
    }
    if (self.id().isBetween(from, to)) {
      within.put(self.id(), self);
    }
    List<Peer> nodes = new ArrayList<>(within.values());
    nodes.sort(Comparator.comparing(peer -> peer.id().minus(from)));
    List<Share> shares = new ArrayList<>();
    boolean isCircle = from.equals(to);
    for (int i = 0; i < nodes.size(); i++) {
      Peer node = nodes.get(i);
      Id before = nodes.get((i == 0 ? nodes.size() : i) - 1).id();
      Id after = nodes.get((i + 1) % nodes.size()).id();
      Id begin = i == 0 && !isCircle ? from : border(before, node.id());
      Id end = i == nodes.size() - 1 && !isCircle ? to : border(node.id(), after);
      if (!node.id().equals(self.id())) {
        shares.add(new Share(node, begin, end));
      }
    }
    return shares;
  }

  /**
   * The first id after {@code left} with as many of the digits of {@code right} as tell the two
   * apart.
   */
  static Id border(Id left, Id right) {
    int digits = left.compareTo(right) < 0 ? left.sharedPrefix(right) + 1 : 1;
    byte[] bytes = right.toBytes();
    for (int digit = digits; digit < Id.DIGITS; digit++) {
      bytes[digit / 2] &= (byte) (digit % 2 == 0 ? 0x0f : 0xf0);
    }
    return Id.fromBytes(bytes, 0);
  }
}
