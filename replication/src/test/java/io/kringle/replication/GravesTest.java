package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node that was let go does not serve those who have not heard of that. */
class GravesTest {
  private static final int FIRST = 6;
  private static final int NODES = 14;

  private final Cluster cluster = new Cluster(31);

  /** As each arc was when there were few nodes. */
  private final Map<Long, ArcStatus> before = new TreeMap<>();

  private final Map<Long, Long> generations = new TreeMap<>();
  private Cluster.Node released;
  private long arc;

  @BeforeEach
  void letSomebodyGo() {
    cluster.grow(FIRST);
    assertThat(cluster.settles(Duration.ofSeconds(60))).isTrue();
    for (Group daddy : cluster.daddies()) {
      before.put(daddy.arc, daddy.status());
      generations.put(daddy.arc, daddy.generation());
    }
    cluster.grow(NODES);
    cluster.run(Duration.ofSeconds(1));
    assertThat(cluster.settles(Duration.ofSeconds(60))).isTrue();
    for (Group daddy : cluster.daddies()) {
      Optional<Cluster.Node> former =
          cluster.live().stream().filter(node -> wasLetGo(node, daddy)).findFirst();
      if (former.isPresent()) {
        released = former.get();
        arc = daddy.arc;
      }
    }
    assertThat(released).as("a former voter").isNotNull();
  }

  private boolean wasLetGo(Cluster.Node node, Group daddy) {
    ArcStatus then = before.get(daddy.arc);
    return then != null
        && then.members().contains(node.peer)
        && !then.daddy().equals(Optional.of(node.peer.id()))
        && !daddy.configuration().includes(node.peer);
  }

  private Peer formerDaddy() {
    return cluster.live().stream()
        .map(node -> node.peer)
        .filter(peer -> before.get(arc).daddy().orElseThrow().equals(peer.id()))
        .findFirst()
        .orElseThrow();
  }

  /** What its daddy would have sent then, had it been cut off since. */
  private ReplicationMessage.Offer offerFromBefore() {
    ArcStatus then = before.get(arc);
    Configuration configuration =
        new Configuration(
            then.arc().from(),
            then.arc().to(),
            generations.get(arc),
            then.members(),
            List.of(),
            Optional.empty());
    return new ReplicationMessage.Offer(
        arc,
        configuration.generation(),
        then.epoch(),
        true,
        then.applied(),
        then.epoch(),
        configuration,
        List.of(),
        Floor.NONE,
        0);
  }

  private void expectNotTaken() {
    List<ReplicationMessage> replies = new ArrayList<>();
    cluster.tap =
        message -> {
          if (message instanceof ReplicationMessage.Standing standing && standing.arc() == arc) {
            replies.add(standing);
          }
        };
    released.later(
        Duration.ZERO, () -> released.replication.received(formerDaddy(), offerFromBefore()));
    cluster.run(Duration.ofMillis(100));
    assertThat(released.replication.groups()).noneMatch(group -> group.arc == arc);
    assertThat(replies).isEmpty();
  }

  @Test
  void itIsNotFilledAnewByADaddyFromBefore() {
    expectNotTaken();
  }

  @Test
  void itRemembersThatWhenItIsStartedAgain() {
    released.kill();
    released.restart();
    assertThat(cluster.settles(Duration.ofSeconds(60))).as(cluster::describe).isTrue();
    expectNotTaken();
  }

  @Test
  void aDaddyFromBeforeHearsThatThereHasBeenAnother() {
    List<ReplicationMessage.AppendReply> replies = new ArrayList<>();
    cluster.tap =
        message -> {
          if (message instanceof ReplicationMessage.AppendReply reply && reply.arc() == arc) {
            replies.add(reply);
          }
        };
    ArcStatus then = before.get(arc);
    ReplicationMessage.Append append =
        new ReplicationMessage.Append(
            arc, generations.get(arc), 0, then.applied(), 0, List.of(), 0, 1, 0, 0);
    released.later(Duration.ZERO, () -> released.replication.received(formerDaddy(), append));
    cluster.run(Duration.ofMillis(20));
    assertThat(replies)
        .anySatisfy(
            reply -> {
              assertThat(reply.accepted()).isFalse();
              assertThat(reply.epoch()).isGreaterThanOrEqualTo(then.epoch());
            });
  }

  @Test
  void itIsTakenInAgainByThoseWhoLetItGo() {
    for (int i = FIRST; i < NODES; i++) {
      cluster.node(i).leave();
      cluster.run(Duration.ofSeconds(1));
      assertThat(cluster.settles(Duration.ofSeconds(60))).as(cluster::describe).isTrue();
    }
    assertThat(released.replication.groups()).anyMatch(group -> group.arc == arc);
  }

  /** It may have a change of its own that was never committed. */
  @Test
  void whoIsInAnotherConfigurationOfTheSameGenerationHearsThatItIsOut() {
    List<ReplicationMessage.Removed> replies = new ArrayList<>();
    cluster.tap =
        message -> {
          if (message instanceof ReplicationMessage.Removed removed && removed.arc() == arc) {
            replies.add(removed);
          }
        };
    Cluster.Node daddy =
        cluster.live().stream()
            .filter(node -> node.replication.groups().stream().anyMatch(this::isLed))
            .findFirst()
            .orElseThrow();
    long same =
        daddy.replication.groups().stream().filter(this::isLed).mapToLong(Group::generation).sum();
    daddy.later(
        Duration.ZERO,
        () ->
            daddy.replication.received(
                released.peer, new ReplicationMessage.StaleCheck(arc, same, 1)));
    cluster.run(Duration.ofMillis(20));
    assertThat(replies).anyMatch(removed -> removed.generation() == same);
  }

  private boolean isLed(Group group) {
    return group.arc == arc && group.isLeader();
  }
}
