package io.kringle.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.RingMessage.JoinRequest;
import io.kringle.ring.RingMessage.Probe;
import java.util.ArrayList;
import java.util.List;

/** The ring of one node, with everything around it played by the test. */
abstract class OneNode {
  static final Id RING_ID = Id.ofKey("a ring");
  static final Peer SELF = Ids.peer(Ids.id(1000));
  static final Peer NEAR = Ids.peer(Ids.id(1100));
  static final Peer FAR = Ids.peer(Ids.id(5000));

  final RecordingWorld world = new RecordingWorld();
  final Ring ring = new Ring(world, RingConfig.defaults(), SELF, new RememberedPeers());
  final List<Result<Id>> outcomes = new ArrayList<>();

  void activeWith(Peer... leaves) {
    ring.create(RING_ID);
    for (Peer leaf : leaves) {
      ring.received(leaf, new Probe(false, List.of()));
    }
    assertThat(ring.leafSet().peers()).containsExactlyInAnyOrder(leaves);
    forget(leaves);
  }

  void forget(Peer... peers) {
    for (Peer peer : peers) {
      world.take(peer, Message.class);
    }
  }

  static JoinRequest request(Peer joiner) {
    return new JoinRequest(joiner, 10, List.of());
  }
}
