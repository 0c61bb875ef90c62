package io.kringle.testkit;

import java.util.PriorityQueue;

/**
 * What is to happen, in the order of its time; at one time in the order in which it was asked for.
 *
 * <p>Most timers are cancelled, and to search for each would take as long as there are events. So a
 * cancelled one stays where it is and is passed over; when half of all are such, they are swept
 * out.
 *
 * <p>Invariants: the first event is not a cancelled one; {@code cancelled} counts those that are
 * and have not been removed yet.
 */
final class EventQueue {
  private static final int WORTH_SWEEPING = 1_024;

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long added;
  private int cancelled;

  /** Something that is to happen at a node, unless the node is down by then. */
  static final class Event implements Comparable<Event> {
    private long at;
    private long order;
    private final SimulatedNode node;
    private final Runnable task;
    private State state = State.WAITING;

    private enum State {
      WAITING,
      CANCELLED,
      TAKEN
    }

    private Event(long at, long order, SimulatedNode node, Runnable task) {
      this.at = at;
      this.order = order;
      this.node = node;
      this.task = task;
    }

    long at() {
      return at;
    }

    SimulatedNode node() {
      return node;
    }

    Runnable task() {
      return task;
    }

    private boolean isCancelled() {
      return state == State.CANCELLED;
    }

    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(order);
    }
  }

  Event add(long at, SimulatedNode node, Runnable task) {
    Event event = new Event(at, added++, node, task);
    events.add(event);
    return event;
  }

  /** Has an event that was taken happen later after all; it can still be cancelled. */
  void postpone(Event event, long at) {
    event.at = at;
    event.order = added++;
    event.state = Event.State.WAITING;
    events.add(event);
  }

  /** Keeps it from happening; nothing is done if it has happened. */
  void cancel(Event event) {
    if (event.state == Event.State.WAITING) {
      event.state = Event.State.CANCELLED;
      cancelled++;
      sweep();
      passOver();
    }
  }

  private void sweep() {
    if (cancelled >= WORTH_SWEEPING && cancelled > events.size() / 2) {
      events.removeIf(Event::isCancelled);
      cancelled = 0;
    }
  }

  private void passOver() {
    for (Event first = events.peek(); first != null && first.isCancelled(); first = events.peek()) {
      events.remove();
      cancelled--;
    }
  }

  /** When the next event is; {@link Long#MAX_VALUE} if there is none. */
  long nextAt() {
    Event first = events.peek();
    return first == null ? Long.MAX_VALUE : first.at();
  }

  /** Takes the next event out; there must be one. */
  Event take() {
    Event first = events.remove();
    first.state = Event.State.TAKEN;
    passOver();
    return first;
  }

  /** How many events wait, cancelled ones that have not been swept out included. */
  int size() {
    return events.size();
  }
}
