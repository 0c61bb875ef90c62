package io.kringle.node.sim;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The nodes that live and have joined.
 *
 * <p>Invariant: {@code members} and {@code byId} hold the same nodes, the latter once round the
 * circle.
 */
final class Population {
  private static final int DOORS = 3;

  private final SplittableRandom random;
  private final List<OverlayNode> members = new ArrayList<>();
  private final TreeMap<Id, OverlayNode> byId = new TreeMap<>();

  Population(SplittableRandom random) {
    this.random = random;
  }

  void add(OverlayNode node) {
    members.add(node);
    byId.put(node.id(), node);
  }

  /** Takes out a node that is gone; nothing is done for one that had not joined. */
  void remove(OverlayNode node) {
    if (byId.remove(node.id(), node)) {
      members.remove(node);
    }
  }

  int size() {
    return members.size();
  }

  boolean contains(Id id) {
    return byId.containsKey(id);
  }

  List<OverlayNode> all() {
    return List.copyOf(members);
  }

  /** Any of them; there must be one. */
  OverlayNode any() {
    return members.get(random.nextInt(members.size()));
  }

  /** A few to ask for the way in; none if nobody is there. */
  List<Endpoint> doors() {
    List<Endpoint> doors = new ArrayList<>();
    for (int i = 0; i < Math.min(DOORS, members.size()); i++) {
      doors.add(any().endpoint());
    }
    return doors;
  }

  /** The closest to a key: one of the two next to it on the circle. */
  Id owner(Id key) {
    Id below = Optional.ofNullable(byId.floorKey(key)).orElseGet(byId::lastKey);
    Id above = Optional.ofNullable(byId.ceilingKey(key)).orElseGet(byId::firstKey);
    return key.isCloserTo(below, above) ? below : above;
  }
}
