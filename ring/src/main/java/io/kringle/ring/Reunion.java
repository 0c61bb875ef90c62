package io.kringle.ring;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for parts of the ring that this node does not see: it asks, through a seed or a remembered
 * peer that is no leaf, for the way to its own id, exactly as if it joined. In a whole ring the
 * answer names nobody new. In a ring that was cut it names the neighbours on the other side, and
 * both sides close up from there.
 *
 * <p>It asks often after a part of its leaves was lost at once, and ever more rarely while there is
 * no news; in turns where nobody answered lately, which may be the other side of a cut, and where
 * somebody did. In a large ring each node asks more rarely, so that the ring as a whole asks about
 * as often whatever its size: where one node has found the other side, its neighbours follow.
 *
 * <p>Invariant: {@code asked} are doors asked at since all of their kind were for the last time; so
 * each has its turn.
 */
final class Reunion {
  /** In large rings a node looks around at most this many times as rarely as in small ones. */
  private static final int RAREST = 32;

  /** A node that has room for more leaves looks at most this many times as rarely as at first. */
  private static final int FEW = 2;

  /** Losing one leaf in so many within {@link #AT_ONCE} is more than the usual coming and going. */
  private static final int ONE_IN = 4;

  private static final Duration AT_ONCE = Duration.ofSeconds(30);

  private final World world;
  private final RingConfig config;
  private final RingMessage.JoinRequest request;
  private final Neighbourhood neighbourhood;
  private final RememberedPeers remembered;
  private final Set<Endpoint> asked = new LinkedHashSet<>();
  private List<Endpoint> seeds = List.of();
  private Duration interval;

  /** Where it was asked last, until that is known to have failed or worked. */
  private Optional<Endpoint> latest = Optional.empty();

  private boolean elsewhereIsNext;

  /** When leaves were lost, within {@link #AT_ONCE} of each other; at most one leaf set's. */
  private final Deque<Long> losses = new ArrayDeque<>();

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

  /**
   * Begins; at once if the node is alone although it knows of others, at leisure if it was let in
   * by them.
   */
  void start(List<Endpoint> seedsToTry) {
    seeds = List.copyOf(seedsToTry);
    running = true;
    interval = neighbourhood.leaves().peers().isEmpty() ? config.reunion() : rarest();
    schedule();
  }

  void stop() {
    running = false;
    timer.ifPresent(Timer::cancel);
  }

  /** A leaf was lost. With enough others lately, it may be the ring that was cut. */
  void lost() {
    losses.addLast(world.now());
    while (world.now() - losses.getFirst() > AT_ONCE.toNanos()
        || losses.size() > config.leafSetSize()) {
      losses.removeFirst();
    }
    int left = neighbourhood.leaves().peers().size();
    if (losses.size() * ONE_IN >= left + losses.size()) {
      lookSoon();
    }
  }

  /** There may be more to find. */
  private void lookSoon() {
    boolean wasSlow = interval.compareTo(config.reunion()) > 0;
    interval = config.reunion();
    if (running && wasSlow) {
      schedule();
    }
  }

  /** Somebody showed the way to this node's id. */
  void answered(boolean news) {
    latest.ifPresent(remembered::reachedAt);
    latest = Optional.empty();
    if (news) {
      lookSoon();
    } else {
      slowDown(rarest());
    }
  }

  /** Nobody answered there. */
  void failed(Endpoint endpoint) {
    remembered.failed(endpoint);
    latest = latest.filter(door -> !door.equals(endpoint));
    slowDown(rarest().dividedBy(2));
  }

  private void slowDown(Duration most) {
    Duration twice = interval.multipliedBy(2);
    interval = twice.compareTo(most) < 0 ? twice : most;
  }

  private void schedule() {
    timer.ifPresent(Timer::cancel);
    long half = interval.toNanos() / 2;
    timer =
        Optional.of(
            world.after(Duration.ofNanos(half + world.random().nextLong(half)), this::look));
  }

  private void look() {
    schedule();
    elsewhereIsNext = !elsewhereIsNext;
    next(elsewhereIsNext).or(() -> next(!elsewhereIsNext)).ifPresent(this::ask);
  }

  private void ask(Endpoint door) {
    asked.add(door);
    latest = Optional.of(door);
    world.contact(door, request);
  }

  /** The next door of one kind: those where nobody answered lately, or those where somebody did. */
  private Optional<Endpoint> next(boolean elsewhere) {
    Set<Endpoint> doors = elsewhere ? new LinkedHashSet<>(seeds) : new LinkedHashSet<>();
    for (RememberedPeers.Remembered known : remembered.snapshot()) {
      if (elsewhere == known.failures() > 0) {
        doors.add(known.peer().endpoint());
      } else {
        doors.remove(known.peer().endpoint());
      }
    }
    doors.remove(request.joiner().endpoint());
    neighbourhood.leaves().peers().forEach(leaf -> doors.remove(leaf.endpoint()));
    if (asked.containsAll(doors)) {
      asked.removeAll(doors);
    }
    return doors.stream().filter(door -> !asked.contains(door)).findFirst();
  }

  /**
   * A node with room for more leaves may be in a part of the ring, and looks for the rest often.
   */
  private Duration rarest() {
    return neighbourhood.leaves().isWholeRing()
        ? config.reunion().multipliedBy(FEW)
        : config.reunionMax().multipliedBy(factor());
  }

  /**
   * How many times as rarely a node looks as it would in a ring of one leaf set, by the density of
   * its leaves.
   */
  private int factor() {
    double span = neighbourhood.leaves().span();
    return span == 0 ? 1 : (int) Math.max(1, Math.min(RAREST, 1 / span));
  }
}
