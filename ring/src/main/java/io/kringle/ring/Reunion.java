package io.kringle.ring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for parts of the ring that this node does not see: it asks, through a seed or a remembered peer that is no leaf,
 * for the way to its own id, exactly as if it joined. In a whole ring the answer names nobody new. In a ring that was
 * cut it names the neighbours on the other side, and both sides close up from there.
 *
 * <p>It asks often after a loss, and ever more rarely while there is no news.
 *
 * <p>Invariant: {@code asked} are the doors asked at since all were asked at for the last time; so each has its turn.
 */
final class Reunion {
  /** In large rings a node looks around at most this many times as rarely as in small ones. */
  private static final int RAREST = 16;

  private final World world;
  private final RingConfig config;
  private final RingMessage.JoinRequest request;
  private final Neighbourhood neighbourhood;
  private final RememberedPeers remembered;
  private final Set<Endpoint> asked = new LinkedHashSet<>();
  private List<Endpoint> seeds = List.of();
  private Duration interval;
  private Optional<Timer> timer = Optional.empty();
  private boolean running;

  Reunion(
      World world,
      RingConfig config,
      RingMessage.JoinRequest request,
      Neighbourhood neighbourhood,
      RememberedPeers remembered) {
    this.world = world;
    this.config = config;
    this.request = request;
    this.neighbourhood = neighbourhood;
    this.remembered = remembered;
    this.interval = config.reunion();
  }

  void start(List<Endpoint> seedsToTry) {
    seeds = List.copyOf(seedsToTry);
    running = true;
    schedule();
  }

  void stop() {
    running = false;
    timer.ifPresent(Timer::cancel);
  }

  /** A leaf was lost, or a new part of the ring found: there may be more to find. */
  void lookSoon() {
    boolean wasSlow = interval.compareTo(config.reunion()) > 0;
    interval = config.reunion();
    if (running && wasSlow) {
      schedule();
    }
  }

  /** The way to this node's id led to nobody new. */
  void allIsWell() {
    slowDown(config.reunionMax().multipliedBy(factor()));
  }

  /** Nobody answered there. */
  void failed(Endpoint endpoint) {
    remembered.failed(endpoint);
    slowDown(config.reunionMax().dividedBy(2));
  }

  private void slowDown(Duration most) {
    Duration twice = interval.multipliedBy(2);
    interval = twice.compareTo(most) < 0 ? twice : most.compareTo(interval) < 0 ? interval : most;
  }

  private void schedule() {
    timer.ifPresent(Timer::cancel);
    long half = interval.toNanos() / 2;
    timer = Optional.of(world.after(Duration.ofNanos(half + world.random().nextLong(half)), this::look));
  }

  private void look() {
    schedule();
    List<Endpoint> doors = doors();
    if (asked.containsAll(doors)) {
      asked.clear();
    }
    for (Endpoint door : doors) {
      if (asked.add(door)) {
        world.contact(door, request);
        return;
      }
    }
  }

  private List<Endpoint> doors() {
    Set<Endpoint> doors = new LinkedHashSet<>(seeds);
    for (RememberedPeers.Remembered peer : remembered.snapshot()) {
      doors.add(peer.peer().endpoint());
    }
    doors.remove(request.joiner().endpoint());
    for (Peer leaf : neighbourhood.leaves().peers()) {
      doors.remove(leaf.endpoint());
    }
    return new ArrayList<>(doors);
  }

  /** How many times as rarely a node looks as it would in a ring of one leaf set, by the density of its leaves. */
  private int factor() {
    LeafSet leaves = neighbourhood.leaves();
    if (leaves.isWholeRing()) {
      return 1;
    }
    List<Peer> clockwise = leaves.clockwise();
    List<Peer> counterClockwise = leaves.counterClockwise();
    Id first = counterClockwise.get(counterClockwise.size() - 1).id();
    Id last = clockwise.get(clockwise.size() - 1).id();
    double span = (last.minus(first).high() >>> 1) / (double) Long.MAX_VALUE;
    return (int) Math.max(1, Math.min(RAREST, 1 / Math.max(span, 1.0 / RAREST)));
  }
}
