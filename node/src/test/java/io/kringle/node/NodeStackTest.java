package io.kringle.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.pubsub.AnycastOptions;
import io.kringle.pubsub.Messaging;
import io.kringle.replication.Write;
import io.kringle.replication.WriteOutcome;
import io.kringle.ring.Bytes;
import io.kringle.ring.Codec;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.RememberedPeers;
import io.kringle.ring.Result;
import io.kringle.ring.World;
import io.kringle.ring.wire.KryoCodec;
import io.kringle.store.KeyValues;
import io.kringle.store.UpdateOptions;
import io.kringle.store.engine.MemoryStorage;
import io.kringle.testkit.SimulatedNode;
import io.kringle.testkit.Simulation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Whole nodes on the simulator: every layer, the real codec, virtual time. */
class NodeStackTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Id RING = Id.ofKey("ring");

  private final Codec wire = new KryoCodec(Schemas.all());
  private final Simulation simulation =
      new Simulation(42, message -> wire.decode(wire.encode(message)));
  private final List<Node> nodes = new ArrayList<>();

  /** One node with what outlives it. */
  private final class Node {
    private final Peer peer;
    private final RememberedPeers remembered = new RememberedPeers();
    private MemoryStorage storage = new MemoryStorage(task -> {});
    private NodeStack stack;
    private boolean active;

    Node(int number) {
      peer = new Peer(Id.ofKey("node " + number), new Endpoint("node" + number, 7400), number);
    }

    SimulatedNode start() {
      return simulation.start(
          peer,
          world -> {
            storage = storage.reopen(task -> world.after(Duration.ZERO, task));
            stack = assemble(world);
            return stack;
          });
    }

    private NodeStack assemble(World world) {
      return new NodeStack(
          world, new KryoCodec(Schemas.all()), peer, StackConfig.DEFAULT, storage, remembered);
    }

    void entered(Result<Id> result) {
      active = result.isOk();
    }
  }

  private void ring(int size) {
    for (int number = 0; number < size; number++) {
      Node node = new Node(number);
      nodes.add(node);
      node.start();
      if (number == 0) {
        node.stack.create(RING, List.of(), node::entered);
      } else {
        node.stack.join(List.of(nodes.get(0).peer.endpoint()), node::entered);
      }
      until(() -> node.active);
    }
    simulation.run(Duration.ofSeconds(30));
    check();
  }

  private void until(java.util.function.BooleanSupplier condition) {
    assertThat(simulation.runUntil(condition, LIMIT)).as("seed " + simulation.seed()).isTrue();
  }

  private void check() {
    nodes.forEach(node -> node.stack.checkInvariants());
  }

  private <T> T await(Consumer<Consumer<Result<T>>> operation) {
    List<Result<T>> answers = new ArrayList<>();
    operation.accept(answers::add);
    until(() -> !answers.isEmpty());
    assertThat(answers).hasSize(1);
    check();
    assertThat(answers.get(0).isOk()).as(answers.toString()).isTrue();
    return ((Result.Ok<T>) answers.get(0)).value();
  }

  private KeyValues.Entry get(int node, String key) {
    return await(done -> nodes.get(node).stack.store().get(key, done));
  }

  private WriteOutcome put(int node, String key, String value) {
    return await(
        done ->
            nodes.get(node).stack.store().put(key, Bytes.utf8(value), Write.Condition.NONE, done));
  }

  @Test
  void fiveNodesShareOneStore() {
    ring(5);

    for (int i = 0; i < 20; i++) {
      assertThat(put(i % 5, "key" + i, "value" + i)).isEqualTo(new WriteOutcome.Written(1, true));
    }
    for (int i = 0; i < 20; i++) {
      assertThat(get((i + 2) % 5, "key" + i).value()).contains(Bytes.utf8("value" + i));
    }
    assertThat(nodes).allMatch(node -> !node.stack.records().arcs().isEmpty());
  }

  @Test
  void updatesFromEveryNodeAtOnceAreAllThere() {
    ring(5);
    List<Result<KeyValues.Updated>> answers = new ArrayList<>();
    for (Node node : nodes) {
      for (int i = 0; i < 5; i++) {
        node.stack.store().update("counter", this::increment, UpdateOptions.DEFAULT, answers::add);
      }
    }
    until(() -> answers.size() == 25);

    assertThat(answers).allMatch(Result::isOk);
    assertThat(get(0, "counter").version()).isEqualTo(25);
    assertThat(get(3, "counter").value()).contains(Bytes.utf8("25"));
  }

  private Optional<Bytes> increment(KeyValues.Entry entry) {
    int count = entry.value().map(Bytes::toUtf8).map(Integer::parseInt).orElse(0);
    return Optional.of(Bytes.utf8(String.valueOf(count + 1)));
  }

  @Test
  void aPublishReachesTheSubscribersOfEveryNodeOnce() {
    ring(5);
    Map<Id, List<String>> heard = new HashMap<>();
    for (Node node : nodes) {
      heard.put(node.peer.id(), new ArrayList<>());
      this.<Messaging.Subscription>await(
          done ->
              node.stack
                  .topics()
                  .subscribe(
                      "news",
                      event -> heard.get(node.peer.id()).add(event.payload().toUtf8()),
                      done));
    }

    this.<Messaging.Published>await(
        done -> nodes.get(3).stack.topics().publish("news", Bytes.utf8("hello"), done));
    simulation.run(Duration.ofSeconds(5));

    assertThat(heard.values()).allMatch(messages -> messages.equals(List.of("hello")));
  }

  @Test
  void anAnycastEndsAtTheOneThatAccepts() {
    ring(5);
    for (Node node : nodes) {
      this.<Messaging.Subscription>await(
          done -> node.stack.topics().subscribe("work", new Taker(node == nodes.get(2)), done));
    }

    Bytes reply =
        await(
            done ->
                nodes
                    .get(4)
                    .stack
                    .topics()
                    .anycast("work", Bytes.utf8("job"), AnycastOptions.DEFAULT, done));

    assertThat(new String(reply.array(), StandardCharsets.UTF_8)).isEqualTo("done: job");
  }

  /** Accepts anycasts, or refuses them. */
  private record Taker(boolean willing) implements Messaging.Subscriber {
    @Override
    public void received(Messaging.Event event) {}

    @Override
    public void offered(Messaging.Event event, Consumer<Result<Bytes>> decide) {
      decide.accept(
          willing
              ? Result.ok(Bytes.utf8("done: " + event.payload().toUtf8()))
              : Result.failed(io.kringle.ring.Failure.Kind.REFUSED, "not me"));
    }
  }

  @Test
  void aWalkRoundTheRingMeetsEveryNode() {
    ring(5);
    List<RingNodes> walks = new ArrayList<>();

    NodeStack stack = nodes.get(1).stack;
    RingWalk.from(NodeDescription.of(stack), stack.routing(), () -> true, walks::add);
    until(() -> !walks.isEmpty());

    assertThat(walks.get(0).partial()).isFalse();
    assertThat(new TreeSet<>(walks.get(0).nodes().stream().map(NodeInfo::id).toList()))
        .isEqualTo(new TreeSet<>(nodes.stream().map(node -> node.peer.id().toString()).toList()));
  }

  @Test
  void whatWasWrittenOutlivesTheDeathOfAnyOneNode() {
    ring(5);
    put(0, "key", "value");

    simulation.kill(nodes.remove(4).peer.id());

    assertThat(get(1, "key").value()).contains(Bytes.utf8("value"));
    assertThat(put(2, "key", "again")).isEqualTo(new WriteOutcome.Written(2, false));
  }

  @Test
  void aRingThatStoppedAltogetherComesBackWithItsData() {
    ring(5);
    for (int i = 0; i < 10; i++) {
      put(i % 5, "key" + i, "value" + i);
    }
    nodes.forEach(node -> simulation.kill(node.peer.id()));
    simulation.run(Duration.ofMinutes(1));

    for (Node node : nodes) {
      node.active = false;
      node.start();
      node.stack.resume(RING, List.of(), node::entered);
    }
    until(() -> nodes.stream().allMatch(node -> node.active));
    simulation.run(Duration.ofMinutes(1));

    for (int i = 0; i < 10; i++) {
      assertThat(get((i + 1) % 5, "key" + i).value()).contains(Bytes.utf8("value" + i));
    }
  }

  @Test
  void aNodeThatLeavesInOrderHandsItsRecordsOver() {
    ring(4);
    for (int i = 0; i < 10; i++) {
      put(0, "key" + i, "value" + i);
    }
    List<String> left = new ArrayList<>();
    Node leaver = nodes.remove(3);

    leaver.stack.stop(() -> left.add("left"));
    until(() -> !left.isEmpty());
    simulation.kill(leaver.peer.id());

    for (int i = 0; i < 10; i++) {
      assertThat(get(1, "key" + i).value()).contains(Bytes.utf8("value" + i));
    }
  }
}
