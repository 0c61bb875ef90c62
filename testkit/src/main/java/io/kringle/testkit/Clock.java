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
    return shown + (now - since) + (long) (rate * (now - since));
  }

  /** How long it takes until this clock has moved on by so much, and not a moment less. */
  long delay(long now, long nanos) {
    long until = at(now) + nanos;
    long delay = (long) (nanos / (1 + rate));
    while (at(now + delay) < until) {
      delay++;
    }
    return delay;
  }
}
