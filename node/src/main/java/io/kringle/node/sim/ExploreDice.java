package io.kringle.node.sim;

import io.kringle.ring.Id;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The choices of one exploration, all drawn from its seed. */
final class ExploreDice {
  private final SplittableRandom random;

  ExploreDice(long seed) {
    random = new SplittableRandom(seed);
  }

  Id id() {
    return Id.random(random);
  }

  long word() {
    return random.nextLong();
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** From {@code least} to {@code most}, both included. */
  int between(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  double upTo(double most) {
    return most * random.nextDouble();
  }

  /**
   * As likely a few milliseconds as a few seconds as a minute: the logarithm is uniform.
   *
   * @param least above zero, of which there is no logarithm
   */
  Duration between(Duration least, Duration most) {
    if (least.isZero() || least.isNegative()) {
      throw new IllegalArgumentException("between " + least + " and " + most);
    }
    double shortest = least.toNanos();
    return Duration.ofNanos(
        (long) (shortest * Math.pow(most.toNanos() / shortest, random.nextDouble())));
  }

  /** Exponential, as what happens at any moment with the same probability. */
  Duration about(Duration mean) {
    return Duration.ofNanos((long) (-Math.log(1 - random.nextDouble()) * mean.toNanos()));
  }

  <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /** So many of them at random, or all if there are not so many, in random order. */
  <T> List<T> some(List<T> list, int count) {
    List<T> left = new ArrayList<>(list);
    List<T> some = new ArrayList<>();
    while (some.size() < count && !left.isEmpty()) {
      some.add(left.remove(random.nextInt(left.size())));
    }
    return some;
  }
}
