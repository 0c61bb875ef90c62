package io.kringle.ring;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Looks for somebody who knows the way into the ring: asks at doors, a few at a time, round after
 * round with growing pauses, until it is told to stop.
 *
 * <p>Invariants: while it runs there is exactly one timer; {@code waiting} are the doors of this
 * round not yet asked at.
 */
final class Joining {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final int DOUBLINGS = 4;

  private final World world;
  private final RingMessage.JoinRequest request;
  private final Manner manner;
  private final List<Endpoint> doors;
  private final Deque<Endpoint> waiting = new ArrayDeque<>();
  private Optional<Timer> timer = Optional.empty();
  private int rounds;
  private int outstanding;
  private String lastReason = "nobody answered";

  /**
   * How to ask.
   *
   * @param shuffled whether doors are asked in random order rather than in that given
   * @param atOnce at how many doors at the same time
   * @param patience how long to wait before the next are asked
   */
  record Manner(boolean shuffled, int atOnce, Duration patience) {}

  Joining(World world, RingMessage.JoinRequest request, Manner manner, List<Endpoint> doors) {
    this.world = world;
    this.request = request;
    this.manner = manner;
    this.doors = List.copyOf(doors);
  }

  void start() {
    rounds++;
    List<Endpoint> order = new ArrayList<>(doors);
    if (manner.shuffled()) {
      shuffle(order);
    }
    waiting.addAll(order);
    ask();
  }

  /** Fisher and Yates, with the node's own chance. */
  private void shuffle(List<Endpoint> order) {
    for (int i = order.size() - 1; i > 0; i--) {
      Collections.swap(order, i, world.random().nextInt(i + 1));
    }
  }

  private void ask() {
    outstanding = Math.min(manner.atOnce(), waiting.size());
    for (int i = 0; i < outstanding; i++) {
      world.contact(waiting.remove(), request);
    }
    setTimer(manner.patience(), this::next);
  }

  private void next() {
    if (!waiting.isEmpty()) {
      ask();
      return;
    }
    long longest = FIRST_PAUSE.toNanos() << Math.min(rounds - 1, DOUBLINGS);
    outstanding = 0;
    setTimer(Duration.ofNanos(longest / 2 + world.random().nextLong(longest / 2)), this::start);
  }

  private void setTimer(Duration delay, Runnable task) {
    timer.ifPresent(Timer::cancel);
    timer = Optional.of(world.after(delay, task));
  }

  /**
   * A door is closed, or whoever opened cannot help now. When that goes for all that were asked,
   * others are.
   */
  void refused(String reason) {
    lastReason = reason;
    if (outstanding > 0) {
      outstanding--;
      if (outstanding == 0) {
        next();
      }
    }
  }

  /** Somebody who has come to look at this node must be in the ring: asked at once, out of turn. */
  void ask(Peer member) {
    world.send(member, request);
  }

  /** Asks nobody any more, whatever becomes of those who were asked; {@link #start} begins anew. */
  void stop() {
    timer.ifPresent(Timer::cancel);
    timer = Optional.empty();
    waiting.clear();
    outstanding = 0;
  }

  /** What was wrong most recently, for a person. */
  String lastReason() {
    return lastReason;
  }

  List<Endpoint> doors() {
    return doors;
  }
}
