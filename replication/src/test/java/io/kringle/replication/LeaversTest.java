package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.LeafSet;
import io.kringle.ring.Peer;
import org.junit.jupiter.api.Test;

/** How long the word of a node that leaves is good for. */
final class LeaversTest {
  private final Peer self = new Peer(Id.ofKey("self"), new Endpoint("10.0.0.1", 1), 1);
  private final Peer leaver = new Peer(Id.ofKey("leaver"), new Endpoint("10.0.0.1", 2), 1);
  private final LeafSet without = LeafSet.alone(self, 16);
  private final Leavers leavers = new Leavers();

  @Test
  void whoIsStillALeafAfterItsTimeHasStayed() {
    leavers.add(leaver, 10);
    leavers.expire(without.with(leaver), 10);
    assertThat(leavers.contains(leaver)).isTrue();
    leavers.expire(without.with(leaver), 11);
    assertThat(leavers.contains(leaver)).isFalse();
  }

  @Test
  void whoIsGoneStaysGone() {
    leavers.add(leaver, 10);
    leavers.expire(without, 1_000);
    assertThat(leavers.contains(leaver)).isTrue();
  }

  @Test
  void anotherIncarnationHasGivenNoWord() {
    leavers.add(leaver, 10);
    assertThat(leavers.contains(new Peer(leaver.id(), leaver.endpoint(), 2))).isFalse();
  }
}
