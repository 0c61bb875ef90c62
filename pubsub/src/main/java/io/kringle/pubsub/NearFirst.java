package io.kringle.pubsub;

import io.kringle.pubsub.TopicMessage.Branch;
import io.kringle.pubsub.TopicMessage.Looked;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * Best first: of the nodes looked at, the one whose subscribers have least in hand, and of those
 * the nearest. It begins at this node's own place in the tree, as Scribe does (its trees follow
 * routes that converge near by), and goes to the root when nobody idle is found there. A few nodes
 * are looked at together, nearest first, before the first offer, so that there is a choice (the
 * power of few choices, Mitzenmacher 2001).
 */
final class NearFirst implements Walk {
  /** How many nodes are looked at together. */
  private static final int TOGETHER = 4;

  private static final long UNKNOWN = Long.MAX_VALUE;

  private final Id self;
  private final Function<Id, OptionalLong> distances;
  private final Set<Id> seen = new LinkedHashSet<>();
  private final List<Peer> unseen = new ArrayList<>();
  private final List<Ready> ready = new ArrayList<>();
  private boolean hasLookedAround;

  /**
   * Nothing seen yet.
   *
   * @param distances round-trip times in nanoseconds, as far as they are known
   */
  NearFirst(Id self, Function<Id, OptionalLong> distances) {
    this.self = self;
    this.distances = distances;
  }

  @Override
  public void looked(Looked below, long tookNanos) {
    Id node = below.node().id();
    seen.add(node);
    unseen.removeIf(peer -> peer.id().equals(node));
    boolean isNew = ready.stream().noneMatch(each -> each.node.id().equals(node));
    if (below.subscribers() > 0 && isNew) {
      long distance = node.equals(self) ? 0 : distances.apply(node).orElse(tookNanos);
      ready.add(new Ready(below, distance));
    }
    for (Branch child : below.children()) {
      if (seen.add(child.node().id())) {
        unseen.add(child.node());
      }
    }
  }

  @Override
  public void again() {
    seen.clear();
    unseen.clear();
  }

  @Override
  public boolean needsRoot() {
    return !hasIdle();
  }

  private boolean hasIdle() {
    return ready.stream().anyMatch(each -> each.left > 0 && each.load() == 0);
  }

  private boolean isIdleHere() {
    return ready.stream().anyMatch(each -> each.distance == 0 && each.left > 0 && each.load() == 0);
  }

  @Override
  public List<Peer> toLook() {
    boolean enough = isIdleHere() || hasLookedAround && hasIdle();
    if (unseen.isEmpty() || enough) {
      return List.of();
    }
    hasLookedAround = true;
    List<Peer> nearest =
        unseen.stream()
            .sorted(Comparator.comparingLong(peer -> distances.apply(peer.id()).orElse(UNKNOWN)))
            .limit(TOGETHER)
            .toList();
    unseen.removeAll(nearest);
    return nearest;
  }

  @Override
  public Optional<Candidate> poll() {
    Optional<Ready> best =
        ready.stream()
            .filter(each -> each.left > 0)
            .min(Comparator.comparingInt(Ready::load).thenComparingLong(each -> each.distance));
    best.ifPresent(Ready::take);
    return best.map(each -> new Candidate(each.node, each.life));
  }

  @Override
  public void exhausted(Peer node) {
    ready.stream().filter(each -> each.node.id().equals(node.id())).forEach(each -> each.left = 0);
  }

  /** A node that was looked at. */
  private static final class Ready {
    private final Peer node;
    private final long life;
    private final int subscribers;
    private final long distance;

    /** Subscribers that nothing was offered to yet. */
    private int left;

    private int inHand;

    private Ready(Looked looked, long distance) {
      this.node = looked.node();
      this.life = looked.life();
      this.subscribers = looked.subscribers();
      this.left = looked.subscribers();
      this.inHand = Math.max(0, looked.inHand());
      this.distance = distance;
    }

    private int load() {
      return inHand / subscribers;
    }

    private void take() {
      left--;
      inHand++;
    }
  }
}
