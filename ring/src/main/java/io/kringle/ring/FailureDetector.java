package io.kringle.ring;

import java.time.Duration;
import java.util.Optional;

/**
 * Lets the predecessor hear from this node often enough, and has the successor probed when it has
 * been silent for too long. So every node is watched by exactly one other.
 */
final class FailureDetector {
  private final World world;
  private final RingConfig config;
  private final Outbox outbox;
  private final Probes probes;
  private final Neighbourhood neighbourhood;
  private final Obituaries obituaries;
  private final Duration tick;
  private Optional<Timer> watch = Optional.empty();

  FailureDetector(
      World world,
      RingConfig config,
      Outbox outbox,
      Probes probes,
      Neighbourhood neighbourhood,
      Obituaries obituaries) {
    this.world = world;
    this.config = config;
    this.outbox = outbox;
    this.probes = probes;
    this.neighbourhood = neighbourhood;
    this.obituaries = obituaries;
    this.tick = config.heartbeat().dividedBy(2);
    neighbourhood.listen(
        new RingListener() {
          @Override
          public void leafSetChanged(LeafSet before, LeafSet after) {
            if (!before.successor().equals(after.successor())) {
              watch.ifPresent(FailureDetector.this::watchAnother);
            }
          }
        });
  }

  /** Starts after a random part of a tick, so that the nodes of a ring do not beat together. */
  Timer start() {
    Timer beat = Periodic.every(world, () -> tick, this::beat);
    watchFor(config.silence());
    return () -> {
      beat.cancel();
      watch.ifPresent(Timer::cancel);
      watch = Optional.empty();
    };
  }

  private void beat() {
    LeafSet leaves = neighbourhood.leaves();
    outbox.forgetStrangers(leaves);
    obituaries.expire(world.now());
    long almostABeat = config.heartbeat().minus(tick.dividedBy(2)).toNanos();
    if (!leaves.peers().isEmpty() && outbox.quietTowards(leaves.predecessor()) >= almostABeat) {
      outbox.send(leaves.predecessor(), new RingMessage.Heartbeat(leaves.sharedWithPredecessor()));
    }
  }

  /**
   * A new successor may have died together with the old one: it has a moment to speak up in, and no
   * more if it was silent for long.
   */
  private void watchAnother(Timer timer) {
    timer.cancel();
    watchFor(config.probeTimeout());
  }

  /** Looks again when the silence of the successor, as it is now, will have become too long. */
  private void watchFor(Duration delay) {
    watch = Optional.of(world.after(delay, this::watch));
  }

  private void watch() {
    LeafSet leaves = neighbourhood.leaves();
    Duration left = config.silence();
    if (!leaves.peers().isEmpty()) {
      Duration silent = Duration.ofNanos(outbox.silenceOf(leaves.successor()));
      if (silent.compareTo(config.silence()) >= 0) {
        probes.begin(leaves.successor());
      } else {
        left = left.minus(silent);
      }
    }
    watchFor(left);
  }
}
