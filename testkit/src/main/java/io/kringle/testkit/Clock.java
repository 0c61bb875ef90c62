package io.kringle.testkit;

/** A clock that may run too fast or too slow. */
final class Clock {
  private long since;
  private long shown;
  private double rate;

  void drift(long now, double newRate) {
    shown = at(now);
    since = now;
    rate = newRate;
  }

  long at(long now) {
    long passed = now - since;
    return shown + passed + (rate == 0 ? 0 : (long) (rate * passed));
  }

  /** How long it takes until this clock has moved on by so much, and not a moment less. */
  long delay(long now, long nanos) {
    if (rate == 0) {
      return nanos;
    }
    long until = at(now) + nanos;
    long delay = (long) (nanos / (1 + rate));
    while (at(now + delay) < until) {
      delay++;
    }
    return delay;
  }
}
