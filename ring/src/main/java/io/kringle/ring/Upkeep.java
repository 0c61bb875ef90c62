package io.kringle.ring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What an active node does from time to time without being asked. */
final class Upkeep {
  private static final Duration HOUR = Duration.ofHours(1);

  private final World world;
  private final FailureDetector detector;
  private final Gossip gossip;
  private final Bridging bridging;
  private final Reunion reunion;
  private final RememberedPeers remembered;
  private final List<Timer> timers = new ArrayList<>();

  Upkeep(
      World world,
      FailureDetector detector,
      Gossip gossip,
      Bridging bridging,
      Reunion reunion,
      RememberedPeers remembered) {
    this.world = world;
    this.detector = detector;
    this.gossip = gossip;
    this.bridging = bridging;
    this.reunion = reunion;
    this.remembered = remembered;
  }

  /**
   * Begins.
   *
   * @param seeds where to look for parts of the ring that this node does not see
   */
  void start(List<Endpoint> seeds) {
    timers.add(detector.start());
    timers.add(Periodic.every(world, () -> HOUR, remembered::anHourPassed));
    bridging.start();
    reunion.start(seeds);
  }

  void stop() {
    timers.forEach(Timer::cancel);
    timers.clear();
    gossip.stop();
    bridging.stop();
    reunion.stop();
  }
}
