package io.kringle.routing;

import io.kringle.ring.Peer;
import io.kringle.ring.RingListener;
import io.kringle.ring.RingView;
import io.kringle.ring.World;
import io.kringle.routing.RoutingMessage.Gone;
import io.kringle.routing.RoutingMessage.Holders;
import io.kringle.routing.RoutingMessage.Taken;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Has those who have this node in their tables told when it is gone. A node knows its holders, as
 * each has said so ({@link Taken}); Tapestry's backpointers (Zhao, Huang, Stribling, Rhea, Joseph,
 * Kubiatowicz 2004, section III). It entrusts them to its predecessor, which watches it anyway and,
 * when it is gone, tells them all. So nobody else has to ask whether it lives: one message for each
 * entry that dies, instead of two for each entry from time to time.
 *
 * <p>Nothing is certain here, nor has to be: where both nodes die together, or a message is lost,
 * the holders notice it themselves ({@link TableCare}).
 *
 * <p>Invariants: at most {@value #MOST} holders, those that said so last; after each tick, at most
 * the successor's holders are kept besides.
 */
final class Backpointers implements RingListener {
  /** Several times the entries of a table; beyond, whoever said so first is forgotten first. */
  static final int MOST = 512;

  /** Peers that were told of standing here; beyond, whoever was first may be told once more. */
  private static final int MOST_TOLD = 1_024;

  private static final Duration TICK = Duration.ofSeconds(60);

  private final World world;
  private final RingView ring;
  private final Map<Peer, Long> holders = new LinkedHashMap<>();
  private final Map<Peer, List<Peer>> entrusted = new LinkedHashMap<>();

  /** Who was told of standing in the table, now or before, and is not known to be dead. */
  private final Set<Peer> told = new LinkedHashSet<>();

  /** Who has the holders as they are; this node itself if nobody has. */
  private Peer keeper;

  Backpointers(World world, RingView ring) {
    this.world = world;
    this.ring = ring;
    this.keeper = ring.self();
  }

  @Override
  public void joined() {
    entrustLater();
  }

  /** Tells a peer that it stands in this node's table, unless it was told before. */
  void tell(Peer entry, long roundTripNanos) {
    if (told.add(entry)) {
      if (told.size() > MOST_TOLD) {
        told.remove(told.iterator().next());
      }
      world.send(entry, new Taken(roundTripNanos / 1_000));
    }
  }

  /** A peer was dropped from the table, and may have forgotten that it stood there. */
  void dropped(Peer entry) {
    told.remove(entry);
  }

  /** A peer has this node in its table. */
  void heldBy(Peer holder) {
    if (holders.put(holder, world.now()) == null) {
      keeper = ring.self();
    }
    if (holders.size() > MOST) {
      holders.remove(holders.keySet().iterator().next());
    }
  }

  /** A peer is gone: it holds nobody any more. */
  void forget(Peer holder) {
    holders.remove(holder);
  }

  /** Somewhere between half and one and a half ticks, so that nodes do not do it all at once. */
  private void entrustLater() {
    long nanos = TICK.toNanos();
    world.after(Duration.ofNanos(nanos / 2 + world.random().nextLong(nanos)), this::entrust);
  }

  private void entrust() {
    entrusted.keySet().removeIf(peer -> !peer.equals(ring.leafSet().successor()));
    Peer predecessor = ring.leafSet().predecessor();
    if (!keeper.equals(predecessor) && !predecessor.equals(ring.self())) {
      world.send(predecessor, new Holders(List.copyOf(holders.keySet())));
      keeper = predecessor;
    }
    entrustLater();
  }

  /** The successor's holders; of anybody else they are no business of this node. */
  void entrusted(Peer from, Holders of) {
    if (from.equals(ring.leafSet().successor())) {
      entrusted.put(from, of.holders().subList(0, Math.min(MOST, of.holders().size())));
    }
  }

  @Override
  public void departed(Peer peer, boolean inherited) {
    List<Peer> told = entrusted.remove(peer);
    if (told != null) {
      for (Peer holder : told) {
        if (!holder.equals(ring.self()) && !ring.isFailed(holder.id())) {
          world.send(holder, new Gone(peer));
        }
      }
    }
  }

  void checkInvariants() {
    Invariant.holds(holders.size() <= MOST, "holders are bounded");
    Invariant.holds(
        entrusted.values().stream().allMatch(list -> list.size() <= MOST),
        "what was entrusted is bounded");
  }
}
