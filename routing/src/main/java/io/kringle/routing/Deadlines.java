package io.kringle.routing;

import io.kringle.ring.Timer;
import io.kringle.ring.World;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Many deadlines on one timer of the world: a binary heap whose members know their places, so that
 * the usual end of a deadline, being called off, leaves nothing behind. Later ones that are set
 * last, the usual case, stay where they are put.
 *
 * <p>Invariants: no member is before its parent; each member's slot is its place; the timer is set,
 * and not after the first member, whenever there is one.
 */
final class Deadlines {
  private static final int INITIAL_ROOM = 64;

  private final World world;
  private @Nullable Deadline[] heap = new Deadline[INITIAL_ROOM];
  private int size;
  private long orders;
  private @Nullable Timer timer;
  private long timerDue;

  Deadlines(World world) {
    this.world = world;
  }

  /** Sets a deadline {@code delay} nanoseconds from now; one that is set already is moved. */
  void set(Deadline deadline, long delay) {
    cancel(deadline);
    deadline.due = world.now() + delay;
    deadline.order = orders++;
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    siftUp(deadline, size++);
    arm();
  }

  /** Calls a deadline off, if it is set. */
  void cancel(Deadline deadline) {
    if (deadline.isSet()) {
      remove(deadline.slot);
    }
  }

  int size() {
    return size;
  }

  private void arm() {
    if (size == 0) {
      return;
    }
    Deadline first = at(0);
    if (timer != null) {
      if (timerDue - first.due <= 0) {
        return;
      }
      timer.cancel();
    }
    timerDue = first.due;
    timer = world.after(Duration.ofNanos(Math.max(0, first.due - world.now())), this::expire);
  }

  private void expire() {
    timer = null;
    long now = world.now();
    while (size > 0 && at(0).due - now <= 0) {
      Deadline first = at(0);
      remove(0);
      first.expire();
    }
    arm();
  }

  private void remove(int slot) {
    at(slot).slot = Deadline.NOWHERE;
    size--;
    Deadline last = at(size);
    heap[size] = null;
    if (slot == size) {
      return;
    }
    if (slot > 0 && last.isBefore(at(parent(slot)))) {
      siftUp(last, slot);
    } else {
      siftDown(last, slot);
    }
  }

  private void siftUp(Deadline deadline, int from) {
    int slot = from;
    while (slot > 0 && deadline.isBefore(at(parent(slot)))) {
      put(at(parent(slot)), slot);
      slot = parent(slot);
    }
    put(deadline, slot);
  }

  private void siftDown(Deadline deadline, int from) {
    int slot = from;
    for (int child = earlierChild(slot);
        child < size && at(child).isBefore(deadline);
        child = earlierChild(slot)) {
      put(at(child), slot);
      slot = child;
    }
    put(deadline, slot);
  }

  private int earlierChild(int slot) {
    int left = 2 * slot + 1;
    return left + 1 < size && at(left + 1).isBefore(at(left)) ? left + 1 : left;
  }

  private static int parent(int slot) {
    return (slot - 1) / 2;
  }

  private void put(Deadline deadline, int slot) {
    heap[slot] = deadline;
    deadline.slot = slot;
  }

  private Deadline at(int slot) {
    Deadline deadline = heap[slot];
    if (deadline == null) {
      throw new IllegalStateException("no deadline at " + slot + " of " + size);
    }
    return deadline;
  }

  void checkInvariants() {
    for (int slot = 0; slot < size; slot++) {
      Invariant.holds(at(slot).slot == slot, "a deadline knows its place");
      Invariant.holds(
          slot == 0 || !at(slot).isBefore(at(parent(slot))), "no deadline is before its parent");
    }
    Invariant.holds(
        size == 0 || (timer != null && timerDue - at(0).due <= 0), "the timer is set in time");
  }
}
