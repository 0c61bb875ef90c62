package io.kringle.ring;

import java.time.Duration;

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
  }

  /** Starts after a random part of a tick, so that the nodes of a ring do not beat together. */
  Timer start() {
    return Periodic.every(world, () -> tick, this::tick);
  }

  private void tick() {
    LeafSet leaves = neighbourhood.leaves();
    outbox.forgetStrangers(leaves);
    obituaries.expire(world.now());
    if (leaves.peers().isEmpty()) {
      return;
    }
    Peer predecessor = leaves.predecessor();
    long almostABeat = config.heartbeat().minus(tick.dividedBy(2)).toNanos();
    if (outbox.quietTowards(predecessor) >= almostABeat) {
      outbox.send(predecessor, new RingMessage.Heartbeat());
    }
    if (outbox.silenceOf(leaves.successor()) > config.silence().toNanos()) {
      probes.begin(leaves.successor());
    }
  }
}
