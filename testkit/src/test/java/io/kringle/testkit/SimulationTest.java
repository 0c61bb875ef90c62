package io.kringle.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Inbound;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node hears of links that are cut. */
final class SimulationTest {
  private static final Duration SOON = Duration.ofSeconds(1);

  private final Simulation simulation = new Simulation(1, message -> message);
  private final Node one = new Node(1);
  private final Node other = new Node(2);

  private record Hello() implements Message {}

  /** Notes what it hears. */
  private final class Node implements Inbound {
    final Peer peer;
    final World world;
    final List<String> heard = new ArrayList<>();

    Node(int number) {
      peer = new Peer(Id.ofKey("node " + number), new Endpoint("10.0.0.1", number), number);
      World[] given = new World[1];
      simulation.start(
          peer,
          bare -> {
            given[0] = bare;
            return this;
          });
      world = given[0];
    }

    void greet(Node to) {
      world.send(to.peer, new Hello());
    }

    @Override
    public void received(Peer from, Message message) {
      heard.add("hello");
    }

    @Override
    public void unreachable(Peer to, String reason) {
      heard.add(reason);
    }

    @Override
    public void contactFailed(Endpoint endpoint, String reason) {}
  }

  private void cut() {
    simulation.network().cut(one.peer.id(), other.peer.id());
  }

  @Test
  void aLinkWithLittleBandwidthLetsOneMessageThroughAfterTheOther() {
    simulation.network().limit(10_000, message -> 1_000);
    for (int i = 0; i < 3; i++) {
      one.greet(other);
    }
    // Each takes 100 ms to send; the way is up to 21 ms long.
    simulation.run(Duration.ofMillis(99));
    assertThat(other.heard).isEmpty();
    simulation.run(Duration.ofMillis(100));
    assertThat(other.heard).hasSize(1);
    simulation.run(Duration.ofMillis(100));
    assertThat(other.heard).hasSize(2);
    simulation.run(SOON);
    one.greet(other);
    simulation.run(Duration.ofMillis(122));
    assertThat(other.heard).as("the link was idle").hasSize(4);
  }

  @Test
  void aLinkThatStaysCutFallsSilent() {
    cut();
    one.greet(other);
    simulation.run(Network.SILENCE_NOTICED_AFTER);
    assertThat(one.heard).containsExactly("fell silent");
    assertThat(other.heard).isEmpty();
  }

  @Test
  void aLinkThatWasJoinedInTimeDoesNotFallSilentLater() {
    cut();
    one.greet(other);
    simulation.run(SOON);
    simulation.network().heal();
    one.greet(other);
    simulation.run(Network.SILENCE_NOTICED_AFTER);
    assertThat(other.heard).containsExactly("hello");
    assertThat(one.heard).isEmpty();
  }

  @Test
  void whoDiedBehindACutLinkIsMissedEvenIfTheLinkIsJoined() {
    cut();
    one.greet(other);
    simulation.run(SOON);
    simulation.kill(other.peer.id());
    simulation.network().heal();
    simulation.run(Network.SILENCE_NOTICED_AFTER);
    assertThat(one.heard).contains("fell silent");
  }
}
