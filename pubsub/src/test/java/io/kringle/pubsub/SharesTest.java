package io.kringle.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.pubsub.Shares.Share;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** How the circle is divided among those whom a node knows. */
class SharesTest {
  private static Peer peer(Id id) {
    return new Peer(id, new Endpoint("node", 1), 1);
  }

  private static Id id(String begin) {
    return Id.ofHex(begin + "0".repeat(Id.DIGITS - begin.length()));
  }

  @Test
  void aBorderIsWhereTheDigitsBeginThatTellTwoApart() {
    assertThat(Shares.border(id("1abc"), id("2fff"))).isEqualTo(id("2"));
    assertThat(Shares.border(id("1abc"), id("1fff"))).isEqualTo(id("1f"));
    assertThat(Shares.border(id("1abc"), id("1abd"))).isEqualTo(id("1abd"));
    assertThat(Shares.border(id("f1"), id("23"))).isEqualTo(id("2"));
    assertThat(Shares.border(id("23"), id("21"))).as("round the circle").isEqualTo(id("2"));
    assertThat(Shares.border(Id.MAX, Id.ZERO)).isEqualTo(Id.ZERO);
  }

  @Property(tries = 2_000)
  void sharesAreDisjointAndHoldTheirNodesAndLeaveOutNobody(
      @ForAll long seed, @ForAll @IntRange(max = 30) int count) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Peer> known = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      known.add(peer(Id.random(random)));
    }
    Peer self = peer(Id.random(random));
    Id from = Id.random(random);
    Id to = random.nextInt(4) == 0 ? from : Id.random(random);
    List<Share> shares = Shares.of(self, known, from, to);

    assertThat(shares)
        .extracting(Share::node)
        .containsExactlyInAnyOrderElementsOf(
            known.stream().filter(peer -> peer.id().isBetween(from, to)).toList());
    for (int i = 0; i < 50; i++) {
      Id id = Id.random(random);
      long holders = shares.stream().filter(share -> holds(share, id)).count();
      assertThat(holders).isLessThanOrEqualTo(id.isBetween(from, to) ? 1 : 0);
    }
    for (Share share : shares) {
      assertThat(holds(share, share.node().id())).isTrue();
      assertThat(shares.stream().filter(other -> holds(other, share.node().id()))).hasSize(1);
      assertThat(holds(share, self.id())).isFalse();
    }
  }

  /** Whoever is alone in the circle but for this node has all of it but this node's digits. */
  @Property(tries = 500)
  void whatIsInNobodysShareIsNextToThisNode(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Peer self = peer(Id.random(random));
    Peer other = peer(Id.random(random));
    Share share = Shares.of(self, List.of(other), self.id(), self.id()).get(0);
    assertThat(self.id().isBetween(share.to(), share.from())).isTrue();
    assertThat(share.to().equals(share.from())).isFalse();
  }

  private static boolean holds(Share share, Id id) {
    return id.isBetween(share.from(), share.to());
  }
}
