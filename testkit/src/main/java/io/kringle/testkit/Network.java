package io.kringle.testkit;

import io.kringle.ring.Id;
import io.kringle.ring.Message;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.ToLongBiFunction;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;

/**
 * The links between simulated nodes. Without faults each link delivers everything once and in
 * order, after a delay of its own with some jitter.
 */
public final class Network {
  /** How long a sender waits on a link that stays cut until its connection counts as lost. */
  static final Duration SILENCE_NOTICED_AFTER = Duration.ofSeconds(10);

  private static final double NANOS = 1e9;
  private static final long[] LOST = {};
  private static final long MIN_LATENCY = Duration.ofMillis(1).toNanos();
  private static final long MAX_LATENCY = Duration.ofMillis(20).toNanos();

  private final RandomGenerator random;
  private final ToLongBiFunction<Id, Id> distance;
  private final Set<Direction> cut = new HashSet<>();
  private ToLongFunction<Message> nanosOf = message -> 0;
  private double loss;
  private double duplication;
  private double reordering;

  /**
   * Links without faults.
   *
   * @param distance nanoseconds one way
   */
  Network(RandomGenerator random, ToLongBiFunction<Id, Id> distance) {
    this.random = random;
    this.distance = distance;
  }

  /** Loses each message with this probability, 0 to 1. */
  public void lose(double probability) {
    loss = probability;
  }

  /** Delivers each message twice with this probability, 0 to 1. */
  public void duplicate(double probability) {
    duplication = probability;
  }

  /** Lets each message be overtaken with this probability, 0 to 1. */
  public void reorder(double probability) {
    reordering = probability;
  }

  /**
   * Has each direction of each link carry only so much; a message waits until those before it are
   * through. Without this, links carry everything at once.
   *
   * @param bytesPerSecond positive
   * @param size of a message in bytes, usually that of its encoding
   */
  public void limit(long bytesPerSecond, ToLongFunction<Message> size) {
    if (bytesPerSecond <= 0) {
      throw new IllegalArgumentException("a link carries something, not " + bytesPerSecond);
    }
    nanosOf = message -> (long) (size.applyAsLong(message) * NANOS / bytesPerSecond);
  }

  /** Cuts one direction of a link. */
  public void cut(Id from, Id to) {
    cut.add(new Direction(from, to));
  }

  /** Joins one direction of a link again. */
  public void join(Id from, Id to) {
    cut.remove(new Direction(from, to));
  }

  /** Cuts every link between the two sides, in both directions. */
  public void partition(Collection<Id> oneSide, Collection<Id> otherSide) {
    for (Id one : oneSide) {
      for (Id other : otherSide) {
        cut(one, other);
        cut(other, one);
      }
    }
  }

  /** Joins all cut links again. */
  public void heal() {
    cut.clear();
  }

  /** Whether one direction of a link is not cut. */
  public boolean passes(Id from, Id to) {
    return cut.isEmpty() || !cut.contains(new Direction(from, to));
  }

  /** One way, without jitter. */
  long latency(Id from, Id to) {
    return distance.applyAsLong(from, to);
  }

  /** Up to 20 ms; the same in both directions, and drawn from the ends alone. */
  static long near(Id from, Id to) {
    long mix = (from.high() ^ to.high()) * 0x9E3779B97F4A7C15L;
    return MIN_LATENCY + Math.floorMod(mix ^ mix >>> 32, MAX_LATENCY - MIN_LATENCY);
  }

  /** When the copies of a message sent now arrive: none if it is lost. */
  long[] arrivals(long now, Link link, Message message) {
    long sent = link.through(now, nanosOf.applyAsLong(message));
    if (loss > 0 && random.nextDouble() < loss) {
      return LOST;
    }
    long arrival = sent + link.latency() + random.nextLong(MIN_LATENCY);
    if (reordering == 0 || random.nextDouble() >= reordering) {
      arrival = link.inOrder(arrival);
    }
    boolean twice = duplication > 0 && random.nextDouble() < duplication;
    return twice
        ? new long[] {arrival, arrival + random.nextLong(MAX_LATENCY)}
        : new long[] {arrival};
  }

  private record Direction(Id from, Id to) {}
}
