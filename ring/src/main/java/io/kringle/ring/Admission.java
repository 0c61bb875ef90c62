package io.kringle.ring;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Shows others the way: passes join requests on towards the joiner's id, and answers those that end
 * here.
 *
 * <p>Invariant: {@code contested} holds at most {@value #MOST_CONTESTED} requests, each under the
 * leaf whose id the joiner claims; that leaf is under probe.
 */
final class Admission {
  private static final int MOST_CONTESTED = 16;

  /** Hops after this many are not written down; prefix routing needs far fewer. */
  private static final int LONGEST_PATH = Id.DIGITS;

  private final Peer self;
  private final Outbox outbox;
  private final Probes probes;
  private final Neighbourhood neighbourhood;
  private final Map<Peer, RingMessage.JoinRequest> contested = new LinkedHashMap<>();
  private Pathfinder pathfinder = this::throughLeaves;

  Admission(Peer self, Outbox outbox, Probes probes, Neighbourhood neighbourhood) {
    this.self = self;
    this.outbox = outbox;
    this.probes = probes;
    this.neighbourhood = neighbourhood;
  }

  void pathfinder(Pathfinder better) {
    pathfinder = better;
  }

  Pathfinder pathfinder() {
    return pathfinder;
  }

  /**
   * Passes the request on, answers it, or holds it until it is known whether the joiner's id is
   * free.
   */
  void handle(RingMessage.JoinRequest request, Id ringId) {
    Peer joiner = request.joiner();
    if (joiner.equals(self)) {
      return;
    }
    if (joiner.id().equals(self.id())) {
      refuseTaken(joiner, self);
      return;
    }
    Optional<Peer> holder =
        neighbourhood
            .leaves()
            .find(joiner.id())
            .filter(leaf -> !leaf.endpoint().equals(joiner.endpoint()));
    if (holder.isPresent()) {
      contest(holder.get(), request);
    } else {
      passOn(request, ringId);
    }
  }

  private void contest(Peer holder, RingMessage.JoinRequest request) {
    if (contested.size() < MOST_CONTESTED || contested.containsKey(holder)) {
      contested.put(holder, request);
      probes.begin(holder);
    } else {
      refuse(request.joiner(), "many others want an id that is in use");
    }
  }

  /** The holder of a contested id has answered: the joiner cannot have it. */
  void lives(Peer holder) {
    RingMessage.JoinRequest request = contested.remove(holder);
    if (request != null) {
      refuseTaken(request.joiner(), holder);
    }
  }

  /** The holder of a contested id is gone: the joiner may come in. */
  void died(Peer holder, Id ringId) {
    RingMessage.JoinRequest request = contested.remove(holder);
    if (request != null) {
      handle(request, ringId);
    }
  }

  private void passOn(RingMessage.JoinRequest request, Id ringId) {
    Id target = request.joiner().id();
    Optional<Peer> next =
        pathfinder.towards(
            target,
            peer ->
                !peer.id().equals(target)
                    && !request.path().contains(peer)
                    && !probes.isUnderWay(peer));
    if (next.isEmpty()) {
      List<Peer> leaves = new ArrayList<>(neighbourhood.leaves().peers());
      leaves.removeIf(leaf -> leaf.id().equals(target));
      outbox.send(request.joiner(), new RingMessage.JoinReply(ringId, leaves, request.path()));
    } else if (request.hopsLeft() <= 0) {
      refuse(request.joiner(), "the request was passed on too often; it ended at " + self);
    } else {
      outbox.send(next.get(), step(request));
    }
  }

  private RingMessage.JoinRequest step(RingMessage.JoinRequest request) {
    List<Peer> path = new ArrayList<>(request.path());
    if (path.size() < LONGEST_PATH) {
      path.add(self);
    }
    return new RingMessage.JoinRequest(request.joiner(), request.hopsLeft() - 1, path);
  }

  private Optional<Peer> throughLeaves(Id target, Predicate<Peer> usable) {
    Peer best = self;
    for (Peer leaf : neighbourhood.leaves().peers()) {
      if (usable.test(leaf) && target.isCloserTo(leaf.id(), best.id())) {
        best = leaf;
      }
    }
    return best.equals(self) ? Optional.empty() : Optional.of(best);
  }

  /** Not now, but asking again makes sense. */
  void refuse(Peer joiner, String reason) {
    outbox.send(joiner, new RingMessage.JoinRefused(false, reason));
  }

  private void refuseTaken(Peer joiner, Peer holder) {
    String reason = "the id " + joiner.id() + " is taken by the live node at " + holder.endpoint();
    outbox.send(joiner, new RingMessage.JoinRefused(true, reason));
  }
}
