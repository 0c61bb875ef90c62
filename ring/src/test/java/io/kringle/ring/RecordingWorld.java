package io.kringle.ring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** A world that writes down what is sent, and whose time passes when a test says so. */
final class RecordingWorld implements World {
  /** What a node did: sent to a peer, or contacted an endpoint. */
  record Sent(Endpoint to, Message message) {}

  private record Task(long at, long order, Runnable action) {}

  private final RandomGenerator random = new SplittableRandom(1);
  private final List<Task> tasks = new ArrayList<>();
  private final List<Sent> sent = new ArrayList<>();
  private long now;
  private long order;

  @Override
  public long now() {
    return now;
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public Timer after(Duration delay, Runnable action) {
    Task task = new Task(now + delay.toNanos(), order++, action);
    tasks.add(task);
    return () -> tasks.remove(task);
  }

  @Override
  public boolean send(Peer to, Message message) {
    sent.add(new Sent(to.endpoint(), message));
    return true;
  }

  @Override
  public void contact(Endpoint to, Message message) {
    sent.add(new Sent(to, message));
  }

  /** Lets time pass, and timers run. */
  void pass(Duration duration) {
    long end = now + duration.toNanos();
    while (true) {
      Task next =
          tasks.stream()
              .min(Comparator.comparingLong(Task::at).thenComparingLong(Task::order))
              .orElse(null);
      if (next == null || next.at() > end) {
        now = end;
        return;
      }
      tasks.remove(next);
      now = next.at();
      next.action().run();
    }
  }

  /** What was sent to {@code to} since the last call that took it, and is of this type. */
  <M extends Message> List<M> take(Peer to, Class<M> type) {
    List<M> taken = new ArrayList<>();
    sent.removeIf(
        it ->
            it.to().equals(to.endpoint())
                && type.isInstance(it.message())
                && taken.add(type.cast(it.message())));
    return taken;
  }

  /** How many timers wait. */
  int timers() {
    return tasks.size();
  }
}
