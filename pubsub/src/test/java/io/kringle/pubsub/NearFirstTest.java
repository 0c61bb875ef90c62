package io.kringle.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.pubsub.TopicMessage.Branch;
import io.kringle.pubsub.TopicMessage.Looked;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The order of near and idle ones first: node number n is n milliseconds away, 0 is the asker. */
class NearFirstTest {
  private final NearFirst walk =
      new NearFirst(peer(0).id(), id -> OptionalLong.of(id.low() * 1_000_000L));

  private static Peer peer(int number) {
    return new Peer(Id.fromWords(0, 0, number), new Endpoint("node", 1 + number), 1);
  }

  private void looked(int node, int subscribers, int inHand, int... children) {
    List<Branch> branches =
        IntStream.of(children).mapToObj(child -> new Branch(peer(child), 1)).toList();
    walk.looked(new Looked("t", peer(node), 7, subscribers, inHand, 0, 0, branches), 1);
  }

  private List<Integer> toLook() {
    return walk.toLook().stream().map(peer -> peer.id().low()).toList();
  }

  private List<Integer> offers() {
    List<Integer> order = new ArrayList<>();
    for (var next = walk.poll(); next.isPresent(); next = walk.poll()) {
      order.add(next.get().node().id().low());
    }
    return order;
  }

  @Test
  void idleSubscribersHereComeFirstAndNobodyElseIsLookedAt() {
    looked(0, 2, 1, 5);
    assertThat(walk.needsRoot()).isFalse();
    assertThat(toLook()).isEmpty();
    assertThat(offers()).startsWith(0);
  }

  @Test
  void theNearestFourAreComparedThenTheNextFourIfNoneIsIdle() {
    looked(9, 1, 0, 8, 7, 6, 5, 4, 3);
    assertThat(toLook()).containsExactly(3, 4, 5, 6);
    looked(3, 1, 2);
    looked(5, 1, 1);
    assertThat(toLook()).as("9 is idle").isEmpty();
    assertThat(walk.poll().map(Walk.Candidate::node)).contains(peer(9));
    assertThat(walk.needsRoot()).isTrue();
    assertThat(toLook()).containsExactly(7, 8);
    looked(8, 1, 0);
    assertThat(offers()).containsExactly(8, 5, 3);
  }

  @Test
  void ofTheIdleTheNearestAndEachSubscriberOnce() {
    looked(9, 2, 0);
    looked(4, 3, 1);
    looked(6, 1, 0);
    looked(6, 1, 0);
    assertThat(offers()).as("busier as they are offered more").containsExactly(4, 4, 6, 9, 9, 4);
  }

  @Test
  void whereAllHaveRefusedNobodyIsOfferedMore() {
    looked(4, 3, 0);
    looked(6, 1, 0);
    walk.poll();
    walk.exhausted(peer(4));
    assertThat(offers()).containsExactly(6);
  }
}
