package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What a recovered arc has over those who kept it before: they may come back, even as a majority,
 * and are to give it up as soon as they hear of this. It goes on in every arc that is split off.
 *
 * <p>A generation has three parts: how often there was a recovery, 11 bits; a number drawn at the
 * last one, 20 bits, so that of two that did not know of each other one wins; and the changes since
 * then, 32 bits. The first two are the lineage. Of two lineages the higher one is right. Epochs and
 * indexes of its log begin at its first generation, far above all that were before.
 *
 * @param arc its number when it was recovered
 * @param from first id of the arc then
 * @param to first id after it
 * @param generation the first one of the lineage
 * @param former who kept it before, at most {@value #MOST}
 */
record Claim(long arc, Id from, Id to, long generation, List<Peer> former) {
  private static final int CHANGE_BITS = 32;
  private static final int DRAWN_BITS = 20;

  /** More of those who kept it before are not told, but only answered. */
  private static final int MOST = 16;

  Claim {
    former = List.copyOf(former);
  }

  /** The claim of one who goes on from this configuration alone. */
  static Claim by(long arc, Configuration before, RandomGenerator random) {
    long recoveries = 1 + (before.generation() >>> (CHANGE_BITS + DRAWN_BITS));
    long lineage = recoveries << DRAWN_BITS | random.nextInt(1 << DRAWN_BITS);
    List<Peer> former = new ArrayList<>(before.everyone());
    before.claim().ifPresent(earlier -> former.addAll(earlier.former()));
    return new Claim(
        arc,
        before.from(),
        before.to(),
        lineage << CHANGE_BITS,
        former.stream().distinct().limit(MOST).toList());
  }

  /** Which recovery a generation comes after; 0: none. */
  static long lineage(long generation) {
    return generation >>> CHANGE_BITS;
  }

  Arc range() {
    return new Arc(from, to);
  }

  /** Whether it goes over a replica of this generation. */
  boolean isAbove(long other) {
    return lineage(generation) > lineage(other);
  }
}
