package io.kringle.pubsub;

import static io.kringle.pubsub.Cluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.pubsub.Cluster.Node;
import io.kringle.pubsub.Cluster.Outcome;
import io.kringle.pubsub.Cluster.Worker;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.routing.AskOptions;
import io.kringle.routing.Forward;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Groups that share a topic: each message goes to one of the members. */
class GroupTest {
  private static final String GROUP = "bakers";
  private static final GroupOptions OPTIONS =
      GroupOptions.DEFAULT.room(4).acknowledgeWithin(Duration.ofSeconds(5));

  private static List<Worker> join(Cluster cluster, int... nodes) {
    List<Worker> workers = new ArrayList<>();
    for (int node : nodes) {
      workers.add(cluster.nodes.get(node).join(TOPIC, GROUP, OPTIONS));
    }
    await(cluster, workers);
    return workers;
  }

  private static void await(Cluster cluster, List<Worker> workers) {
    cluster.simulation.runUntil(
        () -> workers.stream().allMatch(Worker::hasJoined), Duration.ofSeconds(10));
    assertThat(workers).as(cluster.toString()).allMatch(Worker::hasJoined);
  }

  private static void publish(Cluster cluster, int count) {
    for (int i = 0; i < count; i++) {
      List<Node> live = cluster.live();
      live.get(i % live.size()).publish(TOPIC, "m");
      cluster.run(0.02);
    }
  }

  private static List<Long> handled(List<Worker> workers) {
    return workers.stream().flatMap(worker -> worker.sequences.stream()).sorted().toList();
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  /** The node that leads the group's ledger. */
  private static Node dispatcher(Cluster cluster) {
    Id ledger = new GroupName(TOPIC, GROUP).ledger();
    Node best = cluster.live().get(0);
    for (Node node : cluster.live()) {
      best = ledger.isCloserTo(node.peer.id(), best.peer.id()) ? node : best;
    }
    return best;
  }

  /** Nodes that are not the dispatcher. */
  private static int[] others(Cluster cluster, int count) {
    Node dispatcher = dispatcher(cluster);
    return LongStream.range(0, cluster.nodes.size())
        .mapToInt(i -> (int) i)
        .filter(i -> cluster.nodes.get(i) != dispatcher)
        .limit(count)
        .toArray();
  }

  @Test
  void eachMessageGoesToOneMemberInTheOrderOfTheTopicAndTheWorkIsShared() {
    for (long seed = 1; seed <= 10; seed++) {
      Cluster cluster = Cluster.fixed(seed, 8);
      List<Worker> workers = join(cluster, 0, 3, 3, 5);
      Worker others = cluster.nodes.get(2).join(TOPIC, "others", OPTIONS);
      await(cluster, List.of(others));
      publish(cluster, 40);
      cluster.run(2);
      assertThat(handled(workers)).as(cluster.toString()).isEqualTo(upTo(40));
      assertThat(workers).allMatch(worker -> worker.sequences.size() >= 5);
      workers.forEach(worker -> assertThat(worker.sequences).isSorted());
      assertThat(others.sequences).isEqualTo(upTo(40));
    }
  }

  @Test
  void nobodyIsHandedAMessageBeforeItIsToldThatItHasJoined() {
    for (long seed = 1; seed <= 20; seed++) {
      Cluster cluster = Cluster.fixed(seed, 6);
      publish(cluster, 10);
      cluster.simulation.network().lose(0.3);
      GroupOptions options = OPTIONS.from(new SubscribeOptions.Start.Oldest());
      List<Worker> workers = new ArrayList<>();
      cluster.nodes.forEach(node -> workers.add(node.join(TOPIC, GROUP, options)));
      cluster.run(5);
      cluster.simulation.network().lose(0);
      cluster.run(30);
      assertThat(new TreeSet<>(handled(workers))).as(cluster.toString()).hasSize(10);
    }
  }

  @Test
  void aGroupMayBeginInThePast() {
    Cluster cluster = Cluster.fixed(1, 6);
    publish(cluster, 10);
    cluster.run(1);
    Worker all =
        cluster.nodes.get(1).join(TOPIC, "all", OPTIONS.from(new SubscribeOptions.Start.Oldest()));
    Worker late =
        cluster.nodes.get(1).join(TOPIC, "late", OPTIONS.from(new SubscribeOptions.Start.After(7)));
    Worker now = cluster.nodes.get(1).join(TOPIC, "now", OPTIONS);
    await(cluster, List.of(all, late, now));
    publish(cluster, 2);
    cluster.run(2);
    assertThat(all.sequences).isEqualTo(upTo(12));
    assertThat(late.sequences).containsExactly(8L, 9L, 10L, 11L, 12L);
    assertThat(now.sequences).containsExactly(11L, 12L);
  }

  @Test
  void whatIsNotKeptAnyMoreIsPassedOver() {
    Cluster cluster = Cluster.fixed(2, 6);
    publish(cluster, 20);
    cluster.ledgers.trim(Id.ofKey(TOPIC), 15);
    Worker worker =
        cluster.nodes.get(1).join(TOPIC, "all", OPTIONS.from(new SubscribeOptions.Start.After(3)));
    await(cluster, List.of(worker));
    cluster.run(2);
    assertThat(worker.sequences).containsExactly(15L, 16L, 17L, 18L, 19L, 20L);
    Worker next = leaveAndJoin(cluster, worker, "all");
    publish(cluster, 1);
    cluster.run(8);
    assertThat(next.sequences).containsExactly(21L);
  }

  private static Worker leaveAndJoin(Cluster cluster, Worker worker, String group) {
    List<String> left = new ArrayList<>();
    ((Result.Ok<Messaging.Membership>) Objects.requireNonNull(worker.joined.result))
        .value()
        .leave(() -> left.add("left"));
    cluster.run(10);
    assertThat(left).containsExactly("left");
    Worker next = cluster.nodes.get(2).join(TOPIC, group, OPTIONS);
    await(cluster, List.of(next));
    return next;
  }

  @Test
  void theGroupsPlaceStaysWhenAllHaveGone() {
    Cluster cluster = Cluster.fixed(3, 6);
    Worker first = join(cluster, 1).get(0);
    publish(cluster, 5);
    cluster.run(1);
    first.work = done -> {};
    publish(cluster, 2);
    cluster.run(1);
    Worker second = leaveAndJoin(cluster, first, GROUP);
    publish(cluster, 3);
    cluster.run(2);
    assertThat(first.sequences).isEqualTo(upTo(7));
    assertThat(second.sequences).containsExactly(6L, 7L, 8L, 9L, 10L);
  }

  @Test
  void whatADeadMemberHadInHandGoesToAnother() {
    for (long seed = 1; seed <= 10; seed++) {
      Cluster cluster = Cluster.fixed(seed, 8);
      int[] nodes = others(cluster, 2);
      List<Worker> workers = join(cluster, nodes);
      workers.get(0).work = done -> {};
      publish(cluster, 10);
      cluster.run(1);
      assertThat(workers.get(0).sequences).as(cluster.toString()).hasSize(4);
      cluster.simulation.kill(workers.get(0).node.peer.id());
      cluster.run(8);
      assertThat(new TreeSet<>(workers.get(1).sequences))
          .as(cluster.toString())
          .containsExactlyElementsOf(upTo(10));
      assertThat(workers.get(1).sequences).doesNotHaveDuplicates();
    }
  }

  @Test
  void whatIsNotAcknowledgedInTimeGoesToAnotherAndASlowMemberHoldsUpNobody() {
    Cluster cluster = Cluster.fixed(4, 8);
    List<Worker> workers = join(cluster, 1, 2);
    workers.get(0).work = done -> {};
    publish(cluster, 50);
    cluster.run(1);
    assertThat(workers.get(0).sequences).hasSize(4);
    assertThat(workers.get(1).sequences).hasSize(46);
    cluster.run(8);
    assertThat(new TreeSet<>(workers.get(1).sequences)).containsExactlyElementsOf(upTo(50));
  }

  @Test
  void whoThrowsGivesBack() {
    Cluster cluster = Cluster.fixed(5, 8);
    List<Worker> workers = join(cluster, 1, 2);
    workers.get(0).work =
        done -> {
          throw new IllegalStateException("no flour");
        };
    publish(cluster, 20);
    cluster.run(5);
    assertThat(new TreeSet<>(workers.get(1).sequences)).containsExactlyElementsOf(upTo(20));
    assertThat(workers.get(1).sequences).doesNotHaveDuplicates();
  }

  @Test
  void aMessageInPiecesComesWholeToOneMember() {
    Cluster cluster = Cluster.fixed(10, 8);
    List<Worker> workers = join(cluster, 1, 2);
    byte[] large = new byte[3 << 20];
    large[large.length - 1] = 7;
    Outcome<Messaging.Published> published = new Outcome<>();
    cluster.nodes.get(4).topics.publish(TOPIC, Bytes.of(large), published);
    cluster.run(5);
    assertThat(published.value().sequence()).isEqualTo(1);
    assertThat(handled(workers)).containsExactly(1L);
    List<Bytes> payloads = workers.stream().flatMap(worker -> worker.payloads.stream()).toList();
    assertThat(payloads).containsExactly(Bytes.of(large));
  }

  @Test
  void whatIsGivenBackGoesToAnother() {
    Cluster cluster = Cluster.fixed(8, 8);
    List<Worker> workers = join(cluster, 1, 2);
    workers.get(0).work = handled -> handled.accept(false);
    publish(cluster, 20);
    cluster.run(5);
    assertThat(workers.get(1).sequences).hasSize(20).doesNotHaveDuplicates();
  }

  /** Members acknowledge a second later, so that much is in hand when the dispatcher dies. */
  @Test
  void whenTheDispatcherDiesMembersThatLiveHandleNothingTwice() {
    for (long seed = 1; seed <= 15; seed++) {
      Cluster cluster = Cluster.real(seed, 10);
      List<Worker> workers = join(cluster, others(cluster, 3));
      workers.forEach(
          worker ->
              worker.work =
                  handled ->
                      cluster.simulation.at(Duration.ofSeconds(1), () -> handled.accept(true)));
      publish(cluster, 30);
      cluster.simulation.kill(dispatcher(cluster).peer.id());
      publish(cluster, 30);
      cluster.run(40);
      assertThat(handled(workers)).as(cluster + " " + workers).isEqualTo(upTo(60));
    }
  }

  /** Much longer than a new dispatcher waits. */
  @Test
  void whatMembersHaveInHandWhenTheDispatcherDiesStaysWithThem() {
    for (long seed = 1; seed <= 10; seed++) {
      Cluster cluster = Cluster.real(seed, 10);
      List<Worker> workers = new ArrayList<>();
      GroupOptions patient = OPTIONS.acknowledgeWithin(Duration.ofMinutes(1));
      for (int node : others(cluster, 3)) {
        Worker worker = cluster.nodes.get(node).join(TOPIC, GROUP, patient);
        worker.work =
            handled -> cluster.simulation.at(Duration.ofSeconds(15), () -> handled.accept(true));
        workers.add(worker);
      }
      await(cluster, workers);
      publish(cluster, 8);
      cluster.run(2);
      cluster.simulation.kill(dispatcher(cluster).peer.id());
      cluster.run(40);
      assertThat(handled(workers)).as(cluster + " " + workers).isEqualTo(upTo(8));
      assertThat(workers).allMatch(worker -> worker.sequences.size() > 1);
    }
  }

  @Test
  void whenAnotherNodeBecomesDispatcherNothingIsHandledTwice() {
    for (long seed = 1; seed <= 10; seed++) {
      Cluster cluster = Cluster.real(seed, 4);
      List<Worker> workers = join(cluster, 0, 1, 2, 3);
      workers.forEach(
          worker ->
              worker.work =
                  handled ->
                      cluster.simulation.at(Duration.ofSeconds(1), () -> handled.accept(true)));
      Peer first = dispatcher(cluster).peer;
      int count = 0;
      while (count < 200 && dispatcher(cluster).peer.equals(first)) {
        publish(cluster, 10);
        count += 10;
        cluster.addReal();
      }
      publish(cluster, 20);
      cluster.run(60);
      assertThat(dispatcher(cluster).peer).isNotEqualTo(first);
      assertThat(handled(workers)).as(cluster + " " + workers).isEqualTo(upTo(count + 20));
    }
  }

  @Test
  void onAFaultyNetworkWhileMembersDieAllIsHandledAndOnlyTheDeadMakeItTwice() {
    for (long seed = 1; seed <= 10; seed++) {
      Cluster cluster = Cluster.real(seed, 12);
      List<Worker> workers = join(cluster, others(cluster, 6));
      cluster.simulation.network().lose(0.03);
      cluster.simulation.network().duplicate(0.03);
      cluster.simulation.network().reorder(0.05);
      for (int i = 0; i < 3; i++) {
        publish(cluster, 30);
        cluster.simulation.kill(workers.get(i).node.peer.id());
      }
      publish(cluster, 30);
      cluster.run(60);
      List<Worker> living = workers.subList(3, 6);
      assertThat(handled(living)).as(cluster.toString()).doesNotHaveDuplicates();
      long published = cluster.ledgers.size(Id.ofKey(TOPIC));
      assertThat(new TreeSet<>(handled(workers)))
          .as(cluster.toString())
          .containsExactlyElementsOf(upTo(published));
    }
  }

  /** As a dispatcher would that has not heard of what was done. */
  @Test
  void aMessageThatIsHandedToAMemberAgainIsHandledOnce() {
    Cluster cluster = Cluster.fixed(9, 8);
    int[] nodes = others(cluster, 1);
    Node node = cluster.nodes.get(nodes[0]);
    List<Long> numbers = new ArrayList<>();
    node.router.onForward(
        GroupMessage.Report.class,
        (delivery, report, next) -> {
          numbers.add(report.member());
          return Forward.Decision.CONTINUE;
        });
    Worker worker = join(cluster, nodes).get(0);
    publish(cluster, 3);
    cluster.run(2);
    List<Consumer<Boolean>> undecided = new ArrayList<>();
    worker.work = undecided::add;
    publish(cluster, 1);
    cluster.run(1);
    for (long sequence : new long[] {2, 4, 4}) {
      Outcome<Message> answer = new Outcome<>();
      Numbered message = new Numbered(sequence, Bytes.EMPTY);
      GroupMessage.Hand hand =
          new GroupMessage.Hand(new GroupName(TOPIC, GROUP), numbers.get(0), message, false);
      cluster.nodes.get(7).router.ask(node.peer, hand, AskOptions.DEFAULT, answer);
      cluster.run(1);
      assertThat(answer.value()).isEqualTo(new GroupMessage.Held(sequence));
    }
    undecided.get(0).accept(true);
    undecided.get(0).accept(false);
    cluster.run(10);
    assertThat(worker.sequences).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void namesThatAreNoneAreRefused() {
    Cluster cluster = Cluster.fixed(6, 1);
    Worker worker = cluster.nodes.get(0).join(TOPIC, "", OPTIONS);
    cluster.run(1);
    assertThat(kind(worker.joined)).isEqualTo(Failure.Kind.INVALID);
  }

  @Test
  void whereNobodyIsDispatcherJoiningFailsInTime() {
    Cluster cluster = Cluster.fixed(7, 4);
    cluster.ledgers.unsettled(true);
    Worker worker = cluster.nodes.get(0).join(TOPIC, GROUP, OPTIONS);
    cluster.run(15);
    assertThat(kind(worker.joined)).isEqualTo(Failure.Kind.TIMEOUT);
  }

  private static Failure.Kind kind(Outcome<?> outcome) {
    return ((Result.Failed<?>) Objects.requireNonNull(outcome.result)).failure().kind();
  }
}
