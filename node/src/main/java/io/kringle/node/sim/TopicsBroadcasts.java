package io.kringle.node.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kringle.pubsub.Broadcasting.Heard;
import io.kringle.pubsub.Broadcasting.Reach;
import io.kringle.ring.Bytes;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Messages to all nodes, now and then: no node may hear one twice in a life, and no more may be
 * said to have heard it than have. In the end everybody hears one, and it is said so.
 */
final class TopicsBroadcasts {
  private static final Duration MEAN = Duration.ofSeconds(4);
  private static final List<Duration> PATIENCE =
      List.of(Duration.ofMillis(500), Duration.ofSeconds(10));
  private static final int MOST_HOPS = 6;
  private static final int MOST_TO_ALL = 3;
  private static final double IS_FLOOD = 0.2;

  private final ExploreStage stage;
  private final TopicsLog log;
  private final Map<String, Set<StackNode>> heard = new HashMap<>();
  private final List<Sent> sent = new ArrayList<>();
  private int floods;
  private boolean stopped;

  TopicsBroadcasts(ExploreStage stage, TopicsLog log) {
    this.stage = stage;
    this.log = log;
  }

  /** One message, and what its sender was told of it. */
  private static final class Sent {
    private final String text;
    private Optional<Result<Reach>> answer = Optional.empty();

    Sent(String text) {
      this.text = text;
    }
  }

  /** Everything that a node hears is noted. */
  void listenAt(StackNode node) {
    node.broadcasts().listen(message -> heard(node, message));
  }

  private void heard(StackNode node, Heard message) {
    String text = new String(message.payload().array(), UTF_8);
    if (!heard.computeIfAbsent(text, any -> new HashSet<>()).add(node)) {
      log.wrong("a node has heard '" + text + "' twice");
    }
  }

  /** Begins, and goes on by itself. */
  void begin(ExploreRing<StackNode> ring) {
    stage
        .simulation()
        .at(
            stage.dice().about(MEAN),
            () -> {
              if (!stopped) {
                turn(ring.awake());
                begin(ring);
              }
            });
  }

  void stop() {
    stopped = true;
  }

  private void turn(List<ExploreProcess<StackNode>> awake) {
    if (awake.isEmpty()) {
      return;
    }
    StackNode from = stage.dice().pick(awake).node().orElseThrow();
    if (stage.dice().chance(IS_FLOOD)) {
      Bytes payload = Bytes.utf8("flood " + ++floods);
      from.broadcasts().flood(payload, stage.dice().between(1, MOST_HOPS), done -> {});
    } else {
      send(from, stage.dice().pick(PATIENCE));
    }
  }

  private Sent send(StackNode from, Duration patience) {
    Sent one = new Sent("broadcast " + sent.size());
    sent.add(one);
    from.broadcasts()
        .broadcast(
            Bytes.utf8(one.text),
            patience,
            result -> {
              if (one.answer.isPresent()) {
                log.wrong("there are two answers to '" + one.text + "'");
              }
              one.answer = Optional.of(result);
            });
    return one;
  }

  int count() {
    return sent.size();
  }

  private int hearers(Sent one) {
    return heard.getOrDefault(one.text, Set.of()).size();
  }

  /**
   * Why a healed ring does not hear a message as a whole; empty if it does. The first messages may
   * find that somebody has died of whom nobody has asked anything since: those are counted, too,
   * but not as all that there are.
   */
  Optional<String> reachAll(ExploreRing<StackNode> ring) {
    StackNode from = stage.dice().pick(ring.active()).node().orElseThrow();
    int nodes = ring.active().size();
    Sent last = reachAll(from);
    for (int sent = 1; sent < MOST_TO_ALL && !isExact(last) && isCounted(last, nodes); sent++) {
      last = reachAll(from);
    }
    return isExact(last) && isCounted(last, nodes)
        ? Optional.empty()
        : Optional.of(
            "'%s' was heard by %d of %d nodes, and its sender was told %s"
                .formatted(last.text, hearers(last), nodes, last.answer));
  }

  private boolean isCounted(Sent one, int nodes) {
    return hearers(one) == nodes && reach(one).filter(r -> r.nodes() == nodes).isPresent();
  }

  private static boolean isExact(Sent one) {
    return reach(one).filter(Reach::exact).isPresent();
  }

  private Sent reachAll(StackNode from) {
    Sent one = send(from, PATIENCE.get(1));
    stage.simulation().runUntil(one.answer::isPresent, PATIENCE.get(1).multipliedBy(2));
    return one;
  }

  void check() {
    for (Sent one : sent) {
      int told = reach(one).map(Reach::nodes).orElse(0);
      if (told > hearers(one)) {
        log.wrong(
            "'%s' was heard by %d nodes, and not by %d".formatted(one.text, hearers(one), told));
      }
    }
  }

  private static Optional<Reach> reach(Sent one) {
    return one.answer.flatMap(
        answer -> answer.fold(Optional::of, failure -> Optional.<Reach>empty()));
  }
}
