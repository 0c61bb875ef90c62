package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The daddy's side of watches. Watchers ask what has changed; where nothing has, the question is
 * held until something does, or for {@link #HOLD}. Between two questions of a watcher nothing about
 * it is here. A question that finds {@value #MOST} of its kind held, keys or prefixes, is {@code
 * Busy}.
 *
 * <p>Invariant: each question that is held is in {@code held}, and in {@code prefixes} or under its
 * key in {@code keys}.
 */
final class Watches {
  /** How long a question is held. */
  static final Duration HOLD = Duration.ofSeconds(2);

  private static final int MOST_KEYS = 4_096;
  private static final int MOST = 256;
  private static final Set<Held> NOBODY = new LinkedHashSet<>();
  private static final Timer NONE = () -> {};

  private final Group group;

  /** In the order in which they come to their end. */
  private final Set<Held> held = new LinkedHashSet<>();

  private final Set<Held> prefixes = new LinkedHashSet<>();
  private final Map<String, Set<Held>> keys = new HashMap<>();

  /** From the first question on. */
  private Optional<Changes> changes = Optional.empty();

  private Arc range;
  private Timer timer = NONE;

  /** A question that waits; each is only equal to itself. */
  private static final class Held {
    final ClientMessage.WatchArc question;
    final long until;
    final Consumer<ClientMessage.Reply> done;

    Held(ClientMessage.WatchArc question, long until, Consumer<ClientMessage.Reply> done) {
      this.question = question;
      this.until = until;
      this.done = done;
    }
  }

  Watches(Group group) {
    this.group = group;
    this.range = group.range();
  }

  /**
   * Takes a question. That this node leads was confirmed since it came: so no earlier answer, from
   * whomever, knew more.
   */
  void asked(ClientMessage.WatchArc question, Consumer<ClientMessage.Reply> done) {
    if (changes.isEmpty()) {
      changes = Optional.of(new Changes(group));
    }
    ClientMessage.Reply reply = answer(question);
    boolean isNews =
        !(reply instanceof ClientMessage.Told told)
            || !told.changes().isEmpty()
            || told.reset()
            || !told.all();
    if (isNews || !question.hold()) {
      done.accept(reply);
    } else if (question.exact()
        ? held.size() - prefixes.size() >= MOST_KEYS
        : prefixes.size() >= MOST) {
      done.accept(new ClientMessage.Busy());
    } else {
      hold(question, done);
    }
  }

  private ClientMessage.Reply answer(ClientMessage.WatchArc question) {
    if (!group.range().contains(question.at())) {
      return ClientMessage.NotDaddy.UNKNOWN;
    }
    return changes
        .flatMap(each -> each.tell(question))
        .<ClientMessage.Reply>map(told -> told)
        .orElse(ClientMessage.NotDaddy.UNKNOWN);
  }

  private void hold(ClientMessage.WatchArc question, Consumer<ClientMessage.Reply> done) {
    Held waiting = new Held(question, group.node.world.now() + HOLD.toNanos(), done);
    held.add(waiting);
    if (question.exact()) {
      keys.computeIfAbsent(question.text(), key -> new LinkedHashSet<>()).add(waiting);
    } else {
      prefixes.add(waiting);
    }
    if (timer == NONE) {
      timer = group.node.world.after(HOLD, this::timeUp);
    }
  }

  /** Records were changed; or the range was, and whoever asked should know. */
  void applied(List<Machine.Touched> touched) {
    changes.ifPresent(each -> touched.forEach(record -> each.saw(record.key(), record.state())));
    if (held.isEmpty()) {
      range = group.range();
    } else if (!group.range().equals(range)) {
      range = group.range();
      release(List.copyOf(held));
    } else {
      Set<Held> concerned = new LinkedHashSet<>();
      for (Machine.Touched record : touched) {
        concerned.addAll(keys.getOrDefault(record.key(), NOBODY));
        prefixes.stream()
            .filter(each -> each.question.matches(record.key()))
            .forEach(concerned::add);
      }
      release(List.copyOf(concerned));
    }
  }

  private void timeUp() {
    timer = NONE;
    long now = group.node.world.now();
    List<Held> due = new ArrayList<>();
    for (Held each : held) {
      if (each.until > now) {
        timer = group.node.world.after(Duration.ofNanos(each.until - now), this::timeUp);
        break;
      }
      due.add(each);
    }
    release(due);
  }

  /** Answers, whatever there is to say; only then do the answered come back with more. */
  private void release(List<Held> some) {
    some.forEach(this::drop);
    some.forEach(each -> each.done.accept(answer(each.question)));
  }

  private void drop(Held waiting) {
    held.remove(waiting);
    prefixes.remove(waiting);
    keys.computeIfPresent(
        waiting.question.text(),
        (key, waitingForIt) -> {
          waitingForIt.remove(waiting);
          return waitingForIt.isEmpty() ? null : waitingForIt;
        });
  }

  /** How many questions wait. */
  int size() {
    return held.size();
  }

  /** Leadership is over: they are asked elsewhere. */
  void end() {
    timer.cancel();
    List<Held> all = List.copyOf(held);
    all.forEach(this::drop);
    all.forEach(each -> each.done.accept(ClientMessage.NotDaddy.UNKNOWN));
  }
}
