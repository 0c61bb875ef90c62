package io.kringle.ring;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The nearest peers on each side of a node, as it knows them: Pastry's leaf set. Immutable; a
 * change gives a new one.
 *
 * <p>Invariants: each side is sorted by distance from the node, nearest first, and has at most l/2
 * peers, none of them the node itself. In a ring of up to l/2 others both sides hold all of them,
 * in opposite order.
 */
public final class LeafSet {
  private static final Comparator<Peer> BY_ID = Comparator.comparing(Peer::id);

  private final Peer self;
  private final int perSide;
  private final List<Peer> clockwise;
  private final List<Peer> counterClockwise;
  private final List<Peer> peers;

  /** The peers and the node itself, by id: once round the circle. */
  private final List<Peer> circle;

  private final Arc arc;

  /** Where the leaves begin and end, as one walks clockwise from those before the node. */
  private final Id first;

  private final Id last;

  private LeafSet(Peer self, int perSide, List<Peer> clockwise, List<Peer> counterClockwise) {
    this.self = self;
    this.perSide = perSide;
    this.clockwise = List.copyOf(clockwise);
    this.counterClockwise = List.copyOf(counterClockwise);
    this.peers = union(this.clockwise, this.counterClockwise);
    this.circle = Stream.concat(Stream.of(self), peers.stream()).sorted(BY_ID).toList();
    this.arc = Arc.owned(predecessor().id(), self.id(), successor().id());
    this.first = end(this.counterClockwise, peer -> self.id().minus(peer.id()));
    this.last = end(this.clockwise, peer -> peer.id().minus(self.id()));
  }

  /**
   * The leaf set of a node that is alone.
   *
   * @param size Pastry's l: even, at least 2
   */
  public static LeafSet alone(Peer self, int size) {
    if (size < 2 || size % 2 != 0) {
      throw new IllegalArgumentException(
          "the size of a leaf set is even and at least 2, not " + size);
    }
    return new LeafSet(self, size / 2, List.of(), List.of());
  }

  private static List<Peer> union(List<Peer> some, List<Peer> others) {
    List<Peer> all = new ArrayList<>(some);
    for (Peer peer : others) {
      if (!holds(some, peer.id())) {
        all.add(peer);
      }
    }
    return List.copyOf(all);
  }

  private static boolean holds(List<Peer> peers, Id id) {
    for (Peer peer : peers) {
      if (peer.id().equals(id)) {
        return true;
      }
    }
    return false;
  }

  /** The node whose leaf set this is. */
  public Peer self() {
    return self;
  }

  /** The nearest peers clockwise, nearest first. */
  public List<Peer> clockwise() {
    return clockwise;
  }

  /** The nearest peers counter-clockwise, nearest first. */
  public List<Peer> counterClockwise() {
    return counterClockwise;
  }

  /** Every peer of both sides once, the clockwise side first; without the node itself. */
  public List<Peer> peers() {
    return peers;
  }

  /** The next node clockwise; the node itself if it is alone. */
  public Peer successor() {
    return clockwise.isEmpty() ? self : clockwise.get(0);
  }

  /** The next node counter-clockwise; the node itself if it is alone. */
  public Peer predecessor() {
    return counterClockwise.isEmpty() ? self : counterClockwise.get(0);
  }

  /** The peer with this id, if it is one of the leaves or the node itself. */
  public Optional<Peer> find(Id id) {
    if (self.id().equals(id)) {
      return Optional.of(self);
    }
    for (Peer peer : peers) {
      if (peer.id().equals(id)) {
        return Optional.of(peer);
      }
    }
    return Optional.empty();
  }

  /** Whether {@code id} is one of the leaves, or the node itself. */
  public boolean contains(Id id) {
    return find(id).isPresent();
  }

  /** Whether {@code id} would become a leaf if it were offered. */
  public boolean wants(Id id) {
    return !contains(id)
        && (clockwise.size() < perSide
            || counterClockwise.size() < perSide
            || id.minus(self.id()).compareTo(last(clockwise).id().minus(self.id())) < 0
            || self.id().minus(id).compareTo(self.id().minus(last(counterClockwise).id())) < 0);
  }

  private static Peer last(List<Peer> peers) {
    return peers.get(peers.size() - 1);
  }

  /**
   * With {@code peer} among the leaves if it is near enough, in place of what was known under the
   * same id.
   */
  public LeafSet with(Peer peer) {
    return peer.id().equals(self.id()) ? this : with(List.of(peer));
  }

  /** With each of {@code more} that is near enough, as {@link #with(Peer)}. */
  public LeafSet with(Collection<Peer> more) {
    Map<Id, Peer> all = new LinkedHashMap<>();
    peers.forEach(peer -> all.put(peer.id(), peer));
    more.forEach(peer -> all.put(peer.id(), peer));
    all.remove(self.id());
    return of(all.values());
  }

  private LeafSet of(Collection<Peer> all) {
    return new LeafSet(
        self,
        perSide,
        nearest(all, Comparator.comparing(leaf -> leaf.id().minus(self.id()))),
        nearest(all, Comparator.comparing(leaf -> self.id().minus(leaf.id()))));
  }

  private List<Peer> nearest(Collection<Peer> all, Comparator<Peer> byDistance) {
    return all.stream().sorted(byDistance).limit(perSide).toList();
  }

  /**
   * Without the peer of this id. Where the ring is small, the other side may then know one to take
   * its place.
   */
  public LeafSet without(Id id) {
    if (!holds(peers, id)) {
      return this;
    }
    return of(peers.stream().filter(peer -> !peer.id().equals(id)).toList());
  }

  /**
   * Whether the leaves may be the whole ring: there are fewer than there is room for. It may also
   * be that this node has just lost one.
   */
  public boolean isWholeRing() {
    return peers.size() < 2 * perSide;
  }

  /** The farthest on a side that is not nearer the other way round; the node itself without any. */
  private Id end(List<Peer> side, Function<Peer, Id> distance) {
    for (int i = side.size() - 1; i >= 0; i--) {
      if (distance.apply(side.get(i)).high() >= 0) {
        return side.get(i).id();
      }
    }
    return self.id();
  }

  /**
   * Whether {@code id} lies among the leaves rather than beyond them, so that who is next to it is
   * known, and one more hop is enough. Leaves that are fewer than there is room for, and spread
   * over the circle, are taken for the whole ring; if they are close together, it is rather that
   * one was just lost and not yet replaced.
   */
  public boolean covers(Id id) {
    return id.isBetween(first, last.next()) || (isWholeRing() && !isDense());
  }

  /**
   * Whether the ring, if it is everywhere as it is here, has over twice as many nodes as leaves.
   */
  private boolean isDense() {
    return peers.size() > 2 * 2 * perSide * span();
  }

  /** The part of the circle from the first leaf to the last, above 0 to 1; 0 without leaves. */
  double span() {
    return (last.minus(first).high() >>> 1) / (double) Long.MAX_VALUE;
  }

  /**
   * A digest of those whom both this node and its predecessor have to know: equal to {@link
   * #sharedWithSuccessor} there, as long as the two agree.
   */
  long sharedWithPredecessor() {
    return digestWithoutEnd(clockwise, counterClockwise);
  }

  /** A digest of those whom both this node and its successor have to know. */
  long sharedWithSuccessor() {
    return digestWithoutEnd(counterClockwise, clockwise);
  }

  /**
   * The farthest on a full side is beyond the neighbour's leaves, unless it is on the other too.
   */
  private long digestWithoutEnd(List<Peer> side, List<Peer> otherSide) {
    long digest = 0;
    for (Peer peer : circle) {
      digest += digest(peer);
    }
    boolean isBeyond = side.size() == perSide && !otherSide.contains(last(side));
    return isBeyond ? digest - digest(last(side)) : digest;
  }

  /** Mixed as by SplitMix64, from what is the same in every process. */
  private static long digest(Peer peer) {
    Endpoint endpoint = peer.endpoint();
    long mixed = 31L * endpoint.host().hashCode() + endpoint.port();
    for (long word :
        new long[] {peer.id().high(), peer.id().middle(), peer.id().low(), peer.incarnation()}) {
      mixed = (mixed ^ word) * 0xBF58476D1CE4E5B9L;
      mixed = (mixed ^ mixed >>> 29) * 0x94D049BB133111EBL;
      mixed ^= mixed >>> 32;
    }
    return mixed;
  }

  /** The leaves next to the id of one of them, on either side; without the node itself. */
  List<Peer> besides(Id leaf) {
    int at = countBefore(leaf);
    Peer before = circle.get((at == 0 ? circle.size() : at) - 1);
    Peer after = circle.get((at + 1) % circle.size());
    return Stream.of(before, after)
        .filter(peer -> !peer.equals(self) && !peer.id().equals(leaf))
        .distinct()
        .toList();
  }

  /** The closest to {@code key} among the leaves and the node itself. */
  public Peer closest(Id key) {
    int next = countBefore(key);
    Peer before = circle.get((next == 0 ? circle.size() : next) - 1);
    Peer after = circle.get(next == circle.size() ? 0 : next);
    return key.isCloserTo(before.id(), after.id()) ? before : after;
  }

  /** How many have an id lower than {@code key}, by bisection. */
  private int countBefore(Id key) {
    int low = 0;
    int high = circle.size();
    while (low < high) {
      int middle = (low + high) / 2;
      if (circle.get(middle).id().compareTo(key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * The {@code count} closest to {@code key} among the leaves and the node itself, closest first.
   */
  public List<Peer> closest(Id key, int count) {
    List<Peer> all = new ArrayList<>(peers);
    all.add(self);
    all.sort((a, b) -> a.id().equals(b.id()) ? 0 : key.isCloserTo(a.id(), b.id()) ? -1 : 1);
    return List.copyOf(all.subList(0, Math.min(count, all.size())));
  }

  /** The arc that the node owns. */
  public Arc arc() {
    return arc;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LeafSet set
        && self.equals(set.self)
        && perSide == set.perSide
        && clockwise.equals(set.clockwise)
        && counterClockwise.equals(set.counterClockwise);
  }

  @Override
  public int hashCode() {
    return 31 * clockwise.hashCode() + counterClockwise.hashCode();
  }

  @Override
  public String toString() {
    return counterClockwise + " < " + self + " > " + clockwise;
  }
}
