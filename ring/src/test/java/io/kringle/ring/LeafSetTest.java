package io.kringle.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Leaf sets against walks along a sorted list. */
class LeafSetTest {
  private static final int SIZE = 8;

  @Provide
  Arbitrary<Id> ids() {
    return Ids.anywhere();
  }

  @Provide
  Arbitrary<List<Id>> rings() {
    return Ids.anywhere().list().ofMinSize(1).ofMaxSize(20).uniqueElements();
  }

  private static LeafSet of(List<Id> ring) {
    LeafSet leaves = LeafSet.alone(Ids.peer(ring.get(0)), SIZE);
    for (Id id : ring) {
      leaves = leaves.with(Ids.peer(id));
    }
    return leaves;
  }

  private static List<Peer> walk(List<Id> ring, int direction) {
    List<Id> sorted = new ArrayList<>(new TreeSet<>(ring));
    int at = sorted.indexOf(ring.get(0));
    List<Peer> walked = new ArrayList<>();
    for (int i = 1; i <= Math.min(SIZE / 2, sorted.size() - 1); i++) {
      walked.add(Ids.peer(sorted.get(Math.floorMod(at + direction * i, sorted.size()))));
    }
    return walked;
  }

  @Property
  void bothSidesAreTheNearestInOrder(@ForAll("rings") List<Id> ring) {
    LeafSet leaves = of(ring);
    assertThat(leaves.clockwise()).isEqualTo(walk(ring, 1));
    assertThat(leaves.counterClockwise()).isEqualTo(walk(ring, -1));
    assertThat(leaves.peers()).doesNotHaveDuplicates().doesNotContain(leaves.self());
    assertThat(leaves.peers())
        .containsAll(leaves.clockwise())
        .containsAll(leaves.counterClockwise());
    assertThat(leaves.peers()).hasSize(Math.min(ring.size() - 1, SIZE));
  }

  @Property
  void theOrderOfArrivalDoesNotMatter(@ForAll("rings") List<Id> ring) {
    List<Id> backwards = new ArrayList<>(ring.subList(0, 1));
    for (int i = ring.size() - 1; i > 0; i--) {
      backwards.add(ring.get(i));
    }
    assertThat(of(backwards)).isEqualTo(of(ring)).hasSameHashCodeAs(of(ring));
  }

  @Property
  void wantsExactlyWhoWouldChangeIt(@ForAll("rings") List<Id> ring, @ForAll("ids") Id other) {
    LeafSet leaves = of(ring);
    boolean changes = !leaves.contains(other) && !leaves.with(Ids.peer(other)).equals(leaves);
    assertThat(leaves.wants(other)).isEqualTo(changes);
  }

  @Property
  void withoutKeepsAllTheOthersThatAreKnown(
      @ForAll("rings") List<Id> ring, @ForAll("ids") Id stranger) {
    LeafSet leaves = of(ring);
    for (Peer gone : leaves.peers()) {
      List<Id> left = new ArrayList<>(List.of(ring.get(0)));
      leaves.peers().stream().filter(peer -> !peer.equals(gone)).map(Peer::id).forEach(left::add);
      assertThat(leaves.without(gone.id())).isEqualTo(of(left));
    }
    assertThat(leaves.contains(stranger) || leaves.without(stranger).equals(leaves)).isTrue();
  }

  @Property
  void neighboursHaveTheSameDigestOfThoseWhomTheyShareAndAnotherIfOneIsMissing(
      @ForAll("rings") List<Id> ring) {
    Assume.that(ring.size() > 1);
    List<Id> sorted = new ArrayList<>(new TreeSet<>(ring));
    LeafSet self = of(ring);
    Id next = sorted.get((sorted.indexOf(ring.get(0)) + 1) % sorted.size());
    List<Id> asSeenByNext = new ArrayList<>(ring);
    asSeenByNext.remove(next);
    asSeenByNext.add(0, next);
    LeafSet successor = of(asSeenByNext);
    assertThat(self.sharedWithSuccessor()).isEqualTo(successor.sharedWithPredecessor());
    for (Peer leaf : successor.peers()) {
      boolean isShared = self.contains(leaf.id()) && !leaf.equals(self.self());
      if (isShared && sorted.size() <= SIZE) {
        assertThat(successor.without(leaf.id()).sharedWithPredecessor())
            .isNotEqualTo(self.sharedWithSuccessor());
      }
    }
  }

  @Property
  void theClosestIsClosestAndTheArcAgrees(@ForAll("rings") List<Id> ring, @ForAll("ids") Id key) {
    LeafSet leaves = of(ring);
    List<Peer> all = new ArrayList<>(leaves.peers());
    all.add(leaves.self());
    all.sort(Comparator.comparing(Peer::id).reversed());
    all.sort(Comparator.comparing(peer -> key.distanceTo(peer.id())));
    assertThat(leaves.closest(key)).isEqualTo(all.get(0));
    assertThat(leaves.closest(key, 3)).isEqualTo(all.subList(0, Math.min(3, all.size())));
    assertThat(leaves.arc().contains(key)).isEqualTo(leaves.closest(key).equals(leaves.self()));
  }

  @Property
  void whatItCoversItsLeavesOwn(@ForAll("rings") List<Id> ring, @ForAll("ids") Id key) {
    LeafSet leaves = of(ring);
    Id owner = ring.get(0);
    for (Id node : ring) {
      owner = key.isCloserTo(node, owner) ? node : owner;
    }
    if (leaves.covers(key)) {
      assertThat(leaves.closest(key).id()).isEqualTo(owner);
    }
    assertThat(leaves.isWholeRing()).isEqualTo(ring.size() <= SIZE);
  }

  @Test
  void oneOfManyWhoHasLostALeafDoesNotTakeTheOthersForTheWholeRing() {
    List<Id> ring = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ring.add(Id.fromWords(i * Long.divideUnsigned(-1, 100), 0, 0));
    }
    LeafSet leaves = of(ring);
    LeafSet fewer = leaves.without(leaves.clockwise().get(1).id());
    Id opposite = Id.fromWords(Long.MIN_VALUE, 0, 0);
    assertThat(fewer.peers()).hasSize(SIZE - 1);
    assertThat(fewer.covers(opposite)).isFalse();
    assertThat(fewer.covers(leaves.clockwise().get(SIZE / 2 - 1).id())).isTrue();
    assertThat(fewer.span()).isCloseTo(SIZE / 100.0, within(1e-3));
    assertThat(of(ring.subList(0, 1)).span()).isZero();
  }

  @Test
  void whoIsOneOfFewCoversEverything() {
    List<Id> ring = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      ring.add(Id.fromWords(i * Long.divideUnsigned(-1, SIZE), 0, 0));
    }
    LeafSet leaves = of(ring);
    for (int i = 0; i < 64; i++) {
      assertThat(leaves.covers(Id.fromWords((long) i << 58, 0, 0))).isTrue();
    }
  }

  @Test
  void aPeerUnderAKnownIdTakesItsPlace() {
    Peer old = Ids.peer(Ids.id(5));
    Peer reborn = new Peer(old.id(), new Endpoint("elsewhere", 1), 2);
    LeafSet leaves = LeafSet.alone(Ids.peer(Ids.id(1)), SIZE).with(old).with(reborn);
    assertThat(leaves.peers()).containsExactly(reborn);
    assertThat(leaves.find(old.id())).contains(reborn);
  }

  @Test
  void itNeverHoldsItself() {
    Peer self = Ids.peer(Ids.id(1));
    LeafSet leaves = LeafSet.alone(self, SIZE);
    assertThat(leaves.with(self)).isSameAs(leaves);
    assertThat(leaves.wants(self.id())).isFalse();
    assertThat(leaves.successor()).isEqualTo(self);
    assertThat(leaves.predecessor()).isEqualTo(self);
  }

  @Test
  void anOddSizeIsRefused() {
    assertThatThrownBy(() -> LeafSet.alone(Ids.peer(Ids.id(1)), 3))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
