package io.kringle.node.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kringle.pubsub.GroupOptions;
import io.kringle.pubsub.Messaging.Event;
import io.kringle.pubsub.Messaging.Member;
import io.kringle.pubsub.Messaging.Membership;
import io.kringle.pubsub.SubscribeOptions.Start;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Somebody who takes part in a group for as long as the run lasts, at whatever node: joins again
 * when its node has died, or it has left. It acknowledges at once, later, or never, and gives some
 * messages back.
 */
final class TopicsMember {
  private static final Duration SOONEST_LOOK = Duration.ofMillis(50);
  private static final Duration LATEST_LOOK = Duration.ofSeconds(2);
  private static final Duration SHORTEST_WORK = Duration.ofMillis(1);
  private static final Duration LONGEST_WORK = Duration.ofSeconds(2);
  private static final List<Duration> PATIENCE =
      List.of(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(30));
  private static final int MOST_ROOM = 16;
  private static final double LEAVES = 0.02;
  private static final double GIVES_BACK = 0.1;
  private static final double WORKS = 0.3;
  private static final double FORGETS = 0.02;

  private final ExploreStage stage;
  private final ExploreRing<StackNode> ring;
  private final TopicsLog log;
  private final TopicsGroup group;
  private final GroupOptions options;
  private Optional<Stay> present = Optional.empty();
  private boolean settled;

  TopicsMember(ExploreStage stage, ExploreRing<StackNode> ring, TopicsLog log, TopicsGroup group) {
    this.stage = stage;
    this.ring = ring;
    this.log = log;
    this.group = group;
    ExploreDice dice = stage.dice();
    Start from = dice.chance(0.5) ? new Start.Now() : new Start.Oldest();
    options = new GroupOptions(from, dice.between(1, MOST_ROOM), dice.pick(PATIENCE));
  }

  /** Begins, and goes on by itself. */
  void begin() {
    look();
    stage.simulation().at(stage.dice().between(SOONEST_LOOK, LATEST_LOOK), this::begin);
  }

  /** From now on it stays, and forgets nothing. */
  void settle() {
    settled = true;
  }

  private void look() {
    List<ExploreProcess<StackNode>> awake = ring.awake();
    if (present.filter(Stay::isAlive).isPresent()) {
      if (!settled && stage.dice().chance(LEAVES)) {
        present.get().leave();
      }
    } else if (!awake.isEmpty()) {
      Stay stay = new Stay(stage.dice().pick(awake));
      present = Optional.of(stay);
      stay.begin();
    }
  }

  /** From joining at one life of a node to the end of either. */
  private final class Stay implements Member {
    private final ExploreProcess<StackNode> process;
    private final StackNode node;
    private Optional<Membership> membership = Optional.empty();
    private boolean over;

    Stay(ExploreProcess<StackNode> process) {
      this.process = process;
      this.node = process.node().orElseThrow();
    }

    boolean isAlive() {
      return !over && process.node().filter(node::equals).isPresent();
    }

    void begin() {
      node.topics().join(group.topic(), group.name(), this, options, this::told);
    }

    private void told(Result<Membership> done) {
      if (done instanceof Result.Ok<Membership> ok) {
        membership = Optional.of(ok.value());
        group.confirmed();
      } else {
        over = true;
      }
    }

    /** Nothing may come once that is confirmed. */
    void leave() {
      membership.ifPresent(member -> member.leave(() -> over = true));
    }

    @Override
    public void handed(Event event, Consumer<Boolean> handled) {
      if (over || membership.isEmpty()) {
        log.wrong(
            "number %d came to a member of %s, who is none".formatted(event.sequence(), group));
      }
      log.handed(event.topic(), event.sequence(), new String(event.payload().array(), UTF_8));
      ExploreDice dice = stage.dice();
      if (dice.chance(GIVES_BACK)) {
        handled.accept(false);
      } else if (dice.chance(WORKS)) {
        stage
            .simulation()
            .at(dice.between(SHORTEST_WORK, LONGEST_WORK), () -> acknowledge(event, handled));
      } else if (settled || !dice.chance(FORGETS)) {
        acknowledge(event, handled);
      }
    }

    private void acknowledge(Event event, Consumer<Boolean> handled) {
      if (isAlive()) {
        group.acknowledged(event.sequence());
        handled.accept(true);
      }
    }
  }
}
