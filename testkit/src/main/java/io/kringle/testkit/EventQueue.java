package io.kringle.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/**
 * What is to happen, in the order of its time; at one time in the order in which it was asked for.
 *
 * <p>A heap of all events would be larger than a processor's caches, and every step of it a miss.
 * So only those of the present {@linkplain #SLOT_BITS slot of time} are in a heap; those of the
 * next {@value #SLOTS} slots lie in a list for each, as in a calendar queue (Brown 1988), and those
 * of later in one more heap.
 *
 * <p>Most timers are cancelled, and to search for each would take as long as there are events. So a
 * cancelled one stays where it is and is passed over; when half of all are such, they are swept
 * out.
 *
 * <p>Invariants: {@code present} holds the events before the end of the slot {@code slot}, {@code
 * soon} those of the {@value #SLOTS} slots after it, each in the list of its slot's number modulo
 * that, {@code later} the rest. The first event of all is in {@code present}, if there is any, and
 * not a cancelled one. {@code cancelled} counts those that are and have not been removed yet.
 */
final class EventQueue {
  private static final int WORTH_SWEEPING = 1_024;

  /** A slot is so many nanoseconds long, as a power of two: about a millisecond. */
  private static final int SLOT_BITS = 20;

  /** About four seconds' worth; a power of two. */
  private static final int SLOTS = 4_096;

  private final PriorityQueue<Event> present = new PriorityQueue<>();
  private final List<List<Event>> soon = new ArrayList<>();
  private final PriorityQueue<Event> later = new PriorityQueue<>();
  private long slot;
  private int size;
  private int inSoon;
  private long added;
  private int cancelled;

  EventQueue() {
    for (int i = 0; i < SLOTS; i++) {
      soon.add(new ArrayList<>(0));
    }
  }

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
    put(event);
    return event;
  }

  /** Has an event that was taken happen later after all; it can still be cancelled. */
  void postpone(Event event, long at) {
    event.at = at;
    event.order = added++;
    event.state = Event.State.WAITING;
    put(event);
  }

  private void put(Event event) {
    size++;
    file(event);
    passOver();
  }

  private void file(Event event) {
    long its = slotOf(event);
    if (its <= slot) {
      present.add(event);
    } else if (its <= slot + SLOTS) {
      listOf(its).add(event);
      inSoon++;
    } else {
      later.add(event);
    }
  }

  private static long slotOf(Event event) {
    return event.at >> SLOT_BITS;
  }

  private List<Event> listOf(long number) {
    return soon.get((int) (number & (SLOTS - 1)));
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
    if (cancelled >= WORTH_SWEEPING && cancelled > size / 2) {
      present.removeIf(Event::isCancelled);
      later.removeIf(Event::isCancelled);
      inSoon = 0;
      for (List<Event> list : soon) {
        list.removeIf(Event::isCancelled);
        inSoon += list.size();
      }
      size -= cancelled;
      cancelled = 0;
    }
  }

  /** Restores the invariant on the first event. */
  private void passOver() {
    while (size > 0) {
      Event first = present.peek();
      if (first == null) {
        nextSlot();
      } else if (first.isCancelled()) {
        present.remove();
        size--;
        cancelled--;
      } else {
        return;
      }
    }
  }

  /** The present is over: goes on to the next slot that may have events. */
  private void nextSlot() {
    Event far = later.peek();
    slot = inSoon == 0 && far != null ? slotOf(far) : slot + 1;
    List<Event> list = listOf(slot);
    for (Event event : list) {
      if (event.isCancelled()) {
        size--;
        cancelled--;
      } else {
        present.add(event);
      }
    }
    inSoon -= list.size();
    list.clear();
    while (far != null && slotOf(far) <= slot + SLOTS) {
      file(later.remove());
      far = later.peek();
    }
  }

  /** When the next event is; {@link Long#MAX_VALUE} if there is none. */
  long nextAt() {
    Event first = present.peek();
    return first == null ? Long.MAX_VALUE : first.at();
  }

  /** Takes the next event out; there must be one. */
  Event take() {
    Event first = present.remove();
    size--;
    first.state = Event.State.TAKEN;
    passOver();
    return first;
  }

  /** How many events wait, cancelled ones that have not been swept out included. */
  int size() {
    return size;
  }
}
