package io.kringle.node.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kringle.node.sim.TopicsLog.Offered;
import io.kringle.node.sim.TopicsLog.Publication;
import io.kringle.pubsub.AnycastOptions;
import io.kringle.pubsub.Messaging.Published;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Publishes and offers messages at random moments from random nodes. */
final class TopicsPublisher {
  private static final double OFFERS = 0.2;
  private static final double IS_IDEMPOTENT = 0.2;
  private static final double TO_SEVERAL = 0.2;
  private static final double AGAIN = 0.2;
  private static final Duration SOONEST_AGAIN = Duration.ofMillis(1);
  private static final Duration LATEST_AGAIN = Duration.ofSeconds(10);
  private static final int MOST_TAKERS = 3;
  private static final List<Duration> PATIENCE =
      List.of(Duration.ofMillis(500), Duration.ofSeconds(5), Duration.ofSeconds(20));

  private final ExploreStage stage;
  private final ExploreRing<StackNode> ring;
  private final List<String> topics;
  private final TopicsLog log;
  private final List<BooleanSupplier> open = new ArrayList<>();
  private boolean stopped;

  TopicsPublisher(
      ExploreStage stage, ExploreRing<StackNode> ring, List<String> topics, TopicsLog log) {
    this.stage = stage;
    this.ring = ring;
    this.topics = topics;
    this.log = log;
  }

  /** Begins, and goes on by itself, at one message in so long on average. */
  void begin(Duration mean) {
    stage
        .simulation()
        .at(
            stage.dice().about(mean),
            () -> {
              if (!stopped) {
                turn();
                begin(mean);
              }
            });
  }

  void stop() {
    stopped = true;
  }

  private void turn() {
    List<ExploreProcess<StackNode>> awake = ring.awake();
    if (!awake.isEmpty()) {
      ExploreProcess<StackNode> at = stage.dice().pick(awake);
      String topic = stage.dice().pick(topics);
      if (stage.dice().chance(OFFERS)) {
        offer(at, topic);
      } else {
        publish(at, topic);
      }
    }
  }

  /** Whether somebody waits whose node is still the same. */
  boolean isAwaiting() {
    open.removeIf(isOpen -> !isOpen.getAsBoolean());
    return !open.isEmpty();
  }

  /** Some it publishes a second time, from anywhere, with the same key. */
  void publish(ExploreProcess<StackNode> at, String topic) {
    Publication publication = log.publish(topic);
    publish(at, publication);
    boolean isKept = !TopicsAudience.isLimited(topics.indexOf(topic));
    if (isKept && stage.dice().chance(AGAIN)) {
      stage
          .simulation()
          .at(stage.dice().between(SOONEST_AGAIN, LATEST_AGAIN), () -> again(publication));
    }
  }

  private void again(Publication publication) {
    List<ExploreProcess<StackNode>> awake = ring.awake();
    if (!awake.isEmpty() && !stopped) {
      publish(stage.dice().pick(awake), publication);
    }
  }

  private void publish(ExploreProcess<StackNode> at, Publication publication) {
    Answer answer = new Answer(at, publication.text());
    at.node()
        .orElseThrow()
        .topics()
        .publish(
            publication.topic(),
            Optional.of(publication.text()),
            bytes(publication.text()),
            result -> {
              answer.come();
              if (result instanceof Result.Ok<Published> ok) {
                log.acknowledged(publication, ok.value().sequence());
              }
            });
  }

  private void offer(ExploreProcess<StackNode> at, String topic) {
    boolean idempotent = stage.dice().chance(IS_IDEMPOTENT);
    AnycastOptions.Order order = stage.dice().pick(List.of(AnycastOptions.Order.values()));
    AnycastOptions options = new AnycastOptions(order, stage.dice().pick(PATIENCE), idempotent);
    int takers = stage.dice().chance(TO_SEVERAL) ? stage.dice().between(2, MOST_TAKERS) : 1;
    Offered offered = log.offer(takers, idempotent);
    if (takers == 1) {
      Answer answer = new Answer(at, offered.text());
      at.node()
          .orElseThrow()
          .topics()
          .anycast(topic, bytes(offered.text()), options, result -> told(offered, answer, result));
    } else {
      Answer answer = new Answer(at, offered.text());
      at.node()
          .orElseThrow()
          .topics()
          .manycast(
              topic,
              bytes(offered.text()),
              takers,
              options,
              result -> told(offered, answer, result));
    }
  }

  private void told(Offered offered, Answer answer, Result<?> result) {
    answer.come();
    Failure.Kind kind = result.fold(any -> Failure.Kind.OUTCOME_UNKNOWN, failure -> failure.kind());
    log.told(
        offered,
        !result.isOk() && kind != Failure.Kind.OUTCOME_UNKNOWN,
        kind == Failure.Kind.NO_TAKER);
  }

  private static Bytes bytes(String text) {
    return Bytes.of(text.getBytes(UTF_8));
  }

  /** The answer to one question, which is to come once while its node lives. */
  private final class Answer {
    private final String what;
    private boolean here;

    Answer(ExploreProcess<StackNode> at, String what) {
      this.what = what;
      StackNode node = at.node().orElseThrow();
      open.add(() -> !here && at.node().filter(node::equals).isPresent());
    }

    void come() {
      if (here) {
        log.wrong("there are two answers to '" + what + "'");
      }
      here = true;
    }
  }
}
