package io.kringle.replication;

import io.kringle.ring.Timer;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What the daddy is to delete once its time is over: the nearest {@value #MOST} such records. Those
 * behind are found again by the {@link Sweep}.
 *
 * <p>Invariant: {@code order} has an element for each of {@code dueAt}.
 */
final class Expiry {
  private static final int MOST = 65_536;
  private static final int AT_A_TIME = 256;
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Timer NONE = () -> {};

  private final Group group;
  private final TreeSet<Due> order =
      new TreeSet<>(Comparator.comparingLong(Due::at).thenComparing(Due::key));
  private final Map<String, Long> dueAt = new HashMap<>();
  private Timer timer = NONE;
  private long timerAt = Long.MAX_VALUE;

  private record Due(long at, String key) {}

  Expiry(Group group) {
    this.group = group;
  }

  /** A record is this now. */
  void saw(String key, StoredState state) {
    forget(key);
    if (state.expires() != 0 && state.value().isPresent()) {
      dueAt.put(key, state.expires());
      order.add(new Due(state.expires(), key));
      if (order.size() > MOST) {
        forget(order.last().key());
      }
      schedule(Duration.ZERO);
    }
  }

  private void forget(String key) {
    Long at = dueAt.remove(key);
    if (at != null) {
      order.remove(new Due(at, key));
    }
  }

  /** Wakes at the nearest time, but not before {@code rest} is over. */
  private void schedule(Duration rest) {
    if (order.isEmpty() || (order.first().at() >= timerAt && timer != NONE)) {
      return;
    }
    timer.cancel();
    timerAt = order.first().at();
    long wait = Math.max(rest.toMillis(), timerAt - group.clock.now());
    timer = group.node.world.after(Duration.ofMillis(Math.max(1, wait)), this::run);
  }

  private void run() {
    timer = NONE;
    timerAt = Long.MAX_VALUE;
    boolean mayPropose = group.leadership().filter(Leadership::mayPropose).isPresent();
    long now = group.clock.now();
    for (int i = 0; mayPropose && i < AT_A_TIME && isDue(now); i++) {
      String key = order.first().key();
      forget(key);
      group.append(new Entry.Expire(group.epoch(), key, now));
    }
    schedule(mayPropose ? Duration.ZERO : RETRY);
  }

  private boolean isDue(long now) {
    return !order.isEmpty() && order.first().at() <= now;
  }

  /** How many are known of. */
  int size() {
    return order.size();
  }

  /** The keys that are known of, nearest first; for tests. */
  List<String> keys() {
    return order.stream().map(Due::key).toList();
  }

  void end() {
    timer.cancel();
  }
}
