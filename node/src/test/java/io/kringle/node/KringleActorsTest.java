package io.kringle.node;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import io.kringle.pubsub.SubscribeOptions;
import io.kringle.pubsub.SubscribeOptions.Start;
import io.kringle.pubsub.SubscribeOptions.WhenSlow;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Actors of an application that subscribe to topics. */
final class KringleActorsTest {
  private static final SubscribeOptions FEW =
      SubscribeOptions.DEFAULT.from(new Start.Oldest()).buffer(2, 1_000);

  private final BlockingQueue<TopicDelivery> told = new LinkedBlockingQueue<>();
  private Kringle node;
  private ActorSystem<TopicDelivery> actor;

  @BeforeEach
  void start() {
    node = Kringle.builder().startAndWait();
    actor =
        ActorSystem.create(
            Behaviors.receiveMessage(
                delivery -> {
                  told.add(delivery);
                  return Behaviors.same();
                }),
            "application");
  }

  @AfterEach
  void stop() {
    actor.terminate();
    node.close();
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  private void publish(int count) {
    for (int i = 0; i < count; i++) {
      join(node.topics().publish("news", "text"));
    }
  }

  private TopicDelivery next() throws InterruptedException {
    TopicDelivery next = told.poll(20, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private Runnable nextMessage(long sequence) throws InterruptedException {
    TopicDelivery.Message message = (TopicDelivery.Message) next();
    assertThat(message.message().sequence()).isEqualTo(sequence);
    return message.done();
  }

  @Test
  void anActorIsToldNoMoreThanItIsDoneWith() throws InterruptedException {
    publish(5);
    TopicSubscription subscription = join(node.actors(actor).subscribe("news", actor, FEW));
    Runnable first = nextMessage(1);
    Runnable second = nextMessage(2);
    publish(1);
    assertThat(told).isEmpty();
    first.run();
    Runnable third = nextMessage(3);
    second.run();
    third.run();
    nextMessage(4).run();
    nextMessage(5).run();
    nextMessage(6);
    join(subscription.cancel());
    publish(1);
    assertThat(told).isEmpty();
  }

  @Test
  void anActorIsToldWhatItMissesAndThatItIsOver() throws InterruptedException {
    join(node.actors(actor).subscribe("news", actor, FEW.whenSlow(WhenSlow.DROP_OLDEST)));
    publish(10);
    Runnable first = nextMessage(1);
    Runnable second = nextMessage(2);
    first.run();
    second.run();
    assertThat(next()).isEqualTo(new TopicDelivery.Missed(new MissedMessages("news", 3, 6)));
    nextMessage(9);
    nextMessage(10);

    SubscribeOptions impatient = FEW.from(new Start.Now()).whenSlow(WhenSlow.DISCONNECT);
    join(node.actors(actor).subscribe("other", actor, impatient));
    for (int i = 0; i < 5; i++) {
      join(node.topics().publish("other", "text"));
    }
    nextMessage(1);
    nextMessage(2);
    KringleException why = ((TopicDelivery.Ended) next()).why();
    assertThat(why.kind()).isEqualTo(KringleException.Kind.OVERLOADED);
  }
}
