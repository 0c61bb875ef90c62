package io.kringle.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Failure;
import io.kringle.ring.Result;
import io.kringle.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber that is done with messages when the test says so. It checks what must hold for every
 * subscriber: that numbers come without gap, but for what it is told, and never again.
 */
final class Taker implements Messaging.Subscriber, Consumer<Result<Messaging.Subscription>> {
  final List<Long> sequences = new ArrayList<>();
  final List<Messaging.Missed> missed = new ArrayList<>();
  final List<Failure> ends = new ArrayList<>();
  private final Simulation simulation;
  private final Deque<Runnable> undone = new ArrayDeque<>();
  private @Nullable Result<Messaging.Subscription> opened;
  private boolean isHolding;
  private long expected;
  int mostUndone;

  Taker(Simulation simulation) {
    this.simulation = simulation;
  }

  /** Is done with nothing from now on, until it is told to be. */
  Taker holding() {
    isHolding = true;
    return this;
  }

  @Override
  public void accept(Result<Messaging.Subscription> result) {
    assertThat(opened).as("told once").isNull();
    opened = result;
  }

  boolean isConfirmed() {
    return opened != null && opened.isOk();
  }

  Taker confirmed() {
    simulation.runUntil(() -> opened != null, Duration.ofSeconds(15));
    assertThat(isConfirmed()).as(String.valueOf(opened)).isTrue();
    return this;
  }

  Failure.@Nullable Kind refusal() {
    return opened == null ? null : opened.fold(ok -> null, Failure::kind);
  }

  void cancel() {
    assertThat(opened).isInstanceOf(Result.Ok.class);
    ((Result.Ok<Messaging.Subscription>) opened).value().cancel(() -> {});
  }

  /** Is done with the first of what it was handed. */
  void done(int messages) {
    for (int i = 0; i < messages && !undone.isEmpty(); i++) {
      undone.poll().run();
    }
  }

  /** Is done with everything, and with what comes. */
  void release() {
    isHolding = false;
    done(Integer.MAX_VALUE);
  }

  @Override
  public void received(Messaging.Event event) {
    throw new AssertionError("the other form is called");
  }

  @Override
  public void received(Messaging.Event event, Runnable done) {
    takes(event.sequence(), 1);
    sequences.add(event.sequence());
    if (isHolding) {
      undone.add(done);
      mostUndone = Math.max(mostUndone, undone.size());
    } else {
      done.run();
      done.run();
    }
  }

  @Override
  public void missed(Messaging.Missed some) {
    takes(some.from(), some.count());
    missed.add(some);
  }

  private void takes(long first, long count) {
    assertThat(isConfirmed()).as("confirmed before the first message").isTrue();
    assertThat(ends).as("nothing comes after the end").isEmpty();
    assertThat(first).as("seed " + simulation.seed()).isEqualTo(expected == 0 ? first : expected);
    expected = first + count;
  }

  @Override
  public void ended(Failure why) {
    ends.add(why);
    assertThat(ends).hasSize(1);
  }

  @Override
  public String toString() {
    return opened + " got " + sequences + " missed " + missed;
  }
}
