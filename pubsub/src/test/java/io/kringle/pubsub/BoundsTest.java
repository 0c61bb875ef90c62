package io.kringle.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.pubsub.Cluster.Listener;
import io.kringle.pubsub.Cluster.Node;
import io.kringle.pubsub.Cluster.Outcome;
import io.kringle.ring.Bytes;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens at each bound: it is named, and nothing that is there already suffers. */
class BoundsTest {
  static final TopicsConfig TIGHT = tight();

  private static TopicsConfig tight() {
    TopicsConfig usual = TopicsConfig.DEFAULT;
    return new TopicsConfig(
        usual.fanOut(),
        usual.beat(),
        usual.refresh(),
        usual.joinRetry(),
        usual.subscribeTimeout(),
        usual.publishTimeout(),
        usual.offerTimeout(),
        2,
        3,
        4,
        usual.historyBytes(),
        8,
        usual.rememberedFor(),
        usual.maxPayload(),
        2);
  }

  private final Cluster cluster = Cluster.fixed(1, 1, TIGHT);
  private final Node node = cluster.nodes.get(0);

  private static Failure.Kind kind(Result<?> result) {
    return result.fold(ok -> null, Failure::kind);
  }

  @Test
  void oneSubscriberTooManyIsRefusedAndTheOthersReceive() {
    List<Listener> listeners = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      listeners.add(node.subscribe("t"));
    }
    cluster.run(1);
    node.publish("t", "text");
    cluster.run(1);
    assertThat(kind(listeners.get(3).subscriptions.get(0))).isEqualTo(Failure.Kind.OVERLOADED);
    assertThat(listeners.get(3).texts).isEmpty();
    assertThat(listeners.subList(0, 3))
        .allSatisfy(listener -> assertThat(listener.texts).containsExactly("text"));
  }

  @Test
  void aSubscriberThatGoesMakesRoomForAnother() {
    List<Listener> listeners = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      listeners.add(node.subscribe("t"));
    }
    cluster.run(1);
    listeners.get(0).cancel(() -> {});
    assertThat(node.subscribe("t")).satisfies(fourth -> cluster.awaitConfirmed(List.of(fourth)));
  }

  @Test
  void oneTopicTooManyIsRefusedUntilAnotherIsForgotten() {
    Listener kept = node.subscribe("kept");
    Listener gone = node.subscribe("gone");
    cluster.run(1);
    Listener refused = node.subscribe("refused");
    cluster.run(10);
    assertThat(kind(refused.subscriptions.get(0))).isEqualTo(Failure.Kind.OVERLOADED);
    gone.cancel(() -> {});
    cluster.run(5);
    Listener now = node.subscribe("refused");
    cluster.awaitConfirmed(List.of(kept, now));
  }

  @Test
  void oneAnycastTooManyIsRefusedAndAnotherTakenOnceOneHasEnded() {
    Listener silent = node.subscribe("t");
    silent.decision = decide -> {};
    cluster.run(1);
    List<Outcome<Bytes>> outcomes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      outcomes.add(node.anycast("t", "text"));
    }
    cluster.run(0.1);
    assertThat(kind(outcomes.get(2).result)).isEqualTo(Failure.Kind.OVERLOADED);
    assertThat(outcomes.get(0).result).isNull();
    cluster.run(30);
    silent.decision = decide -> decide.accept(Result.ok(Bytes.utf8("done")));
    Outcome<Bytes> later = node.anycast("t", "text");
    cluster.run(1);
    assertThat(later.value()).isEqualTo(Bytes.utf8("done"));
  }

  /** Messages that came too early wait; of too many the latest go, which can be pulled again. */
  @Test
  void earlyMessagesWaitAndOfTooManyTheLatestGo() {
    List<Long> taken = new ArrayList<>();
    cluster.simulation.start(
        new Peer(Id.MAX, new Endpoint("other", 1), 1),
        world -> {
          Surroundings around =
              new Surroundings(
                  world,
                  node.ring,
                  node.router,
                  new FakeLedgers(world, node.peer, cluster.ledgers),
                  TIGHT,
                  new Counters(),
                  new Pages(
                      new FakeLedgers(world, node.peer, cluster.ledgers), TIGHT.publishTimeout()),
                  new Durables(),
                  new Pieces(
                      new FakeLedgers(world, node.peer, cluster.ledgers), TIGHT.publishTimeout()));
          Log log = new Log(around, message -> taken.add(message.sequence()));
          log.begin(0);
          for (long sequence = 2; sequence <= 20; sequence++) {
            log.offer(message(sequence));
            log.checkInvariants();
          }
          assertThat(taken).isEmpty();
          assertThat(log.hasGap()).isTrue();
          log.offer(message(1));
          log.checkInvariants();
          return node;
        });
    assertThat(taken).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  private static Numbered message(long sequence) {
    return new Numbered(sequence, Bytes.EMPTY);
  }
}
