package io.kringle.replication;

import io.kringle.ring.World;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is among the transfers that this node sends. So many are under way at once as is
 * allowed, their pieces in turns and with pauses, so that all together send no more bytes a second
 * than that. The others wait in line, those to voters before those to newcomers. A place that
 * nothing came of for a while goes to the next in line.
 */
final class Transfers {
  private static final long PATIENCE = Duration.ofSeconds(2).toNanos();
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final double NANOS = 1e9;

  private final World world;
  private final ReplicationConfig.Transfer limits;

  /** Who is under way. */
  private final Map<Sender, Place> places = new LinkedHashMap<>();

  private final List<Sender> line = new ArrayList<>();

  /** Of those under way, who has a piece to send. */
  private final Deque<Sender> ready = new ArrayDeque<>();

  /** When the next piece may go. */
  private long freeAt;

  private boolean scheduled;
  private boolean looking;

  /** One transfer. */
  interface Sender {
    /** Whether its receiver votes: then the group may depend on it. */
    boolean isToVoter();

    /**
     * It is its turn to send one message.
     *
     * @return how many bytes were sent
     */
    int proceed();
  }

  Transfers(World world, ReplicationConfig.Transfer limits) {
    this.world = world;
    this.limits = limits;
    this.freeAt = world.now();
  }

  /** The right to send. */
  private static final class Place {
    /** When it was given, or last something was sent that had not been sent before. */
    private long usedAt;

    private boolean repeats;

    Place(long now) {
      usedAt = now;
    }
  }

  /** Has {@code transfer} {@link Sender#proceed proceed} once, in a later step. */
  void next(Sender transfer) {
    enter(transfer, false);
  }

  /** The same, for what was sent before: that earns it no longer stay. */
  void again(Sender transfer) {
    enter(transfer, true);
  }

  private void enter(Sender transfer, boolean repeats) {
    Place place = places.get(transfer);
    if (place != null) {
      place.repeats = repeats;
      makeReady(transfer);
    } else if (!line.contains(transfer)) {
      queue(transfer);
      admit();
    }
  }

  /** A transfer is over, or given up. */
  void end(Sender transfer) {
    places.remove(transfer);
    line.remove(transfer);
    ready.remove(transfer);
    admit();
  }

  private void queue(Sender transfer) {
    int at = line.size();
    while (transfer.isToVoter() && at > 0 && !line.get(at - 1).isToVoter()) {
      at--;
    }
    line.add(at, transfer);
  }

  private void makeReady(Sender transfer) {
    if (!ready.contains(transfer)) {
      ready.add(transfer);
      schedule();
    }
  }

  private void admit() {
    while (!line.isEmpty() && (places.size() < limits.atOnce() || takeBack())) {
      Sender next = line.remove(0);
      places.put(next, new Place(world.now()));
      makeReady(next);
    }
    if (!line.isEmpty() && !looking) {
      looking = true;
      world.after(
          LOOK_EVERY,
          () -> {
            looking = false;
            admit();
          });
    }
  }

  /** Takes the place of one that comes to nothing; it may queue again. */
  private boolean takeBack() {
    for (Map.Entry<Sender, Place> place : places.entrySet()) {
      Sender transfer = place.getKey();
      if (world.now() - place.getValue().usedAt >= PATIENCE && !ready.contains(transfer)) {
        places.remove(transfer);
        return true;
      }
    }
    return false;
  }

  private void schedule() {
    if (!scheduled) {
      scheduled = true;
      world.after(Duration.ofNanos(Math.max(0, freeAt - world.now())), this::turn);
    }
  }

  private void used(@Nullable Place place) {
    if (place != null && !place.repeats) {
      place.usedAt = world.now();
    }
  }

  private void turn() {
    scheduled = false;
    Sender next = ready.poll();
    if (next != null) {
      used(places.get(next));
      long pause = (long) (next.proceed() * NANOS / limits.bytesPerSecond());
      freeAt = Math.max(freeAt, world.now()) + pause;
    }
    if (!ready.isEmpty()) {
      schedule();
    }
  }
}
