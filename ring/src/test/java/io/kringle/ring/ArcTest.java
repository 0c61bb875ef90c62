package io.kringle.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/**
 * Arcs against sets of points on a small circle, and the arcs of a ring against the rule of the
 * closest.
 */
class ArcTest {
  private static final int POINTS = 12;

  @Provide
  Arbitrary<Id> ids() {
    return Ids.anywhere();
  }

  @Provide
  Arbitrary<List<Id>> rings() {
    return Ids.anywhere().list().ofMinSize(1).ofMaxSize(12).uniqueElements();
  }

  @Property
  void theArcsOfARingCoverEveryIdOnceAndItsOwnerIsTheClosest(
      @ForAll("rings") List<Id> ring, @ForAll("ids") Id key) {
    for (Id id : probesOf(ring, key)) {
      Id closest = ring.get(0);
      for (Id node : ring) {
        closest = id.isCloserTo(node, closest) ? node : closest;
      }
      List<Id> owners = new ArrayList<>();
      for (Id node : ring) {
        if (arcOf(node, ring).contains(id)) {
          owners.add(node);
        }
      }
      assertThat(owners).as("owners of %s", id).containsExactly(closest);
    }
  }

  /** The key, every node, and both sides of every border. */
  private static List<Id> probesOf(List<Id> ring, Id key) {
    List<Id> probes = new ArrayList<>(ring);
    probes.add(key);
    for (Id node : ring) {
      Id border = arcOf(node, ring).from();
      probes.add(border);
      probes.add(border.next());
      probes.add(border.minus(Ids.id(1)));
    }
    return probes;
  }

  private static Arc arcOf(Id node, List<Id> ring) {
    TreeSet<Id> sorted = new TreeSet<>(ring);
    Id successor = sorted.higher(node) == null ? sorted.first() : sorted.higher(node);
    Id predecessor = sorted.lower(node) == null ? sorted.last() : sorted.lower(node);
    return Arc.owned(predecessor, node, successor);
  }

  @Test
  void anIdInTheMiddleBelongsToTheHigherAlsoAcrossTheTop() {
    assertThat(Arc.border(Ids.id(10), Ids.id(20))).isEqualTo(Ids.id(15));
    Id nearTheTop = Id.MAX.minus(Ids.id(4));
    assertThat(Arc.border(nearTheTop, Ids.id(5))).isEqualTo(Ids.id(1));
  }

  @Test
  void aNodeAloneOwnsTheCircle() {
    assertThat(Arc.owned(Ids.id(7), Ids.id(7), Ids.id(7)).isCircle()).isTrue();
  }

  /**
   * A small circle stretched over the large one: point i stands at i/12 of it, and an arc between
   * two points holds those of the twelve that the model holds.
   */
  private static Id point(int number) {
    return Ids.id(
        Ids.CIRCLE.multiply(BigInteger.valueOf(number)).divide(BigInteger.valueOf(POINTS)));
  }

  private static Arc arc(int from, int to) {
    return new Arc(point(from), point(to));
  }

  private static Set<Integer> model(int from, int to) {
    Set<Integer> points = new TreeSet<>();
    int at = from;
    do {
      points.add(at);
      at = (at + 1) % POINTS;
    } while (at != to);
    return points;
  }

  @Property(tries = 3000)
  void containsCoversAndOverlapsAreThoseOfSets(
      @ForAll @IntRange(max = POINTS - 1) int a,
      @ForAll @IntRange(max = POINTS - 1) int b,
      @ForAll @IntRange(max = POINTS - 1) int c,
      @ForAll @IntRange(max = POINTS - 1) int d) {
    Set<Integer> one = model(a, b);
    Set<Integer> other = model(c, d);
    assertThat(arc(a, b).contains(point(c))).isEqualTo(one.contains(c));
    Set<Integer> common = new TreeSet<>(one);
    common.retainAll(other);
    assertThat(arc(a, b).overlaps(arc(c, d))).isEqualTo(!common.isEmpty());
    // A circle that begins elsewhere has all points of this arc's circle, and is covered by it.
    assertThat(arc(a, b).covers(arc(c, d))).isEqualTo(one.containsAll(other));
  }

  @Property
  void splittingLeavesTwoArcsThatAreTheWhole(
      @ForAll @IntRange(max = POINTS - 1) int a,
      @ForAll @IntRange(max = POINTS - 1) int b,
      @ForAll @IntRange(max = POINTS - 1) int at) {
    Arc whole = arc(a, b);
    assertThat(whole.canSplit(point(at))).isEqualTo(model(a, b).contains(at) && at != a);
    if (whole.canSplit(point(at))) {
      Arc before = whole.before(point(at));
      Arc onwards = whole.onwards(point(at));
      assertThat(before.overlaps(onwards)).isFalse();
      assertThat(whole.covers(before) && whole.covers(onwards)).isTrue();
      for (int i = 0; i < POINTS; i++) {
        assertThat(before.contains(point(i)) || onwards.contains(point(i)))
            .isEqualTo(whole.contains(point(i)));
      }
    }
  }
}
