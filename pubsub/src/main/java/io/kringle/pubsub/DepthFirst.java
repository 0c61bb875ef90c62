package io.kringle.pubsub;

import io.kringle.pubsub.TopicMessage.Branch;
import io.kringle.pubsub.TopicMessage.Looked;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A depth-first walk from the root (Castro et al. 2002, section on anycast), one node at a time. At
 * each node its own subscribers are one branch, and each child is one; which comes first goes by
 * how many subscribers are said to be in it.
 */
final class DepthFirst implements Walk {
  private final Choice choice;
  private final Deque<Visit> ahead = new ArrayDeque<>();
  private final Set<Id> seen = new LinkedHashSet<>();

  /** Whose own subscribers are among the branches, or were. */
  private final Set<Id> offered = new LinkedHashSet<>();

  private DepthFirst(Choice choice) {
    this.choice = choice;
  }

  /** Each branch as likely to be the first as it has subscribers. */
  static DepthFirst atRandom(RandomGenerator random) {
    return new DepthFirst((turn, weight, isFirst) -> random.nextInt(weight));
  }

  /** Each node counts how often it was looked at, and lets the branches be first in turn. */
  static DepthFirst inTurn() {
    return new DepthFirst((turn, weight, isFirst) -> isFirst ? Math.floorMod(turn, weight) : 0);
  }

  @Override
  public void looked(Looked below, long tookNanos) {
    seen.add(below.node().id());
    List<Visit> branches = new ArrayList<>();
    if (below.subscribers() > 0 && offered.add(below.node().id())) {
      branches.add(new Visit(below.node(), below.life(), below.subscribers(), true));
    }
    for (Branch child : below.children()) {
      if (seen.add(child.node().id())) {
        branches.add(new Visit(child.node(), 0, Math.max(1, child.below()), false));
      }
    }
    Deque<Visit> order = new ArrayDeque<>();
    while (!branches.isEmpty()) {
      Collections.rotate(branches, -chosen(branches, below.turn(), order.isEmpty()));
      order.addFirst(branches.remove(0));
    }
    order.forEach(ahead::addFirst);
  }

  private int chosen(List<Visit> branches, int turn, boolean isFirst) {
    int weight = 0;
    for (Visit branch : branches) {
      weight = Math.min(Integer.MAX_VALUE - branch.weight, weight) + branch.weight;
    }
    int place = choice.of(turn, weight, isFirst);
    int branch = 0;
    while (branch < branches.size() - 1 && place >= branches.get(branch).weight) {
      place -= branches.get(branch++).weight;
    }
    return branch;
  }

  @Override
  public void again() {
    seen.clear();
  }

  @Override
  public boolean needsRoot() {
    return true;
  }

  @Override
  public List<Peer> toLook() {
    Visit next = ahead.peekFirst();
    if (next == null || next.offer) {
      return List.of();
    }
    ahead.removeFirst();
    return List.of(next.node);
  }

  @Override
  public Optional<Candidate> poll() {
    Visit next = ahead.peekFirst();
    if (next == null || !next.offer) {
      return Optional.empty();
    }
    ahead.removeFirst();
    if (next.weight > 1) {
      ahead.addFirst(new Visit(next.node, next.life, next.weight - 1, true));
    }
    return Optional.of(new Candidate(next.node, next.life));
  }

  @Override
  public void exhausted(Peer node) {
    ahead.removeIf(visit -> visit.offer && visit.node.id().equals(node.id()));
  }

  /** Which of {@code weight} places is the next, {@code isFirst} for the first of a node. */
  private interface Choice {
    int of(int turn, int weight, boolean isFirst);
  }

  /**
   * A branch.
   *
   * @param weight how many subscribers it counts for
   * @param offer whether it is the node's own subscribers
   */
  private record Visit(Peer node, long life, int weight, boolean offer) {}
}
