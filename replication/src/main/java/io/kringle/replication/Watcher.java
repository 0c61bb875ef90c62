package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The origin's side of one watch: asks the daddies of all arcs that it is about, each again as soon
 * as it has answered, and hands on what they say. What a question is about is kept here, by the
 * indexes of the arcs' logs, so that it does not matter who answers the next one.
 *
 * <p>Invariants: the stretches cover what is watched once; each has one question under way, or
 * waits for its next, or is parked; at most {@value #MOST_BATCHES} answers wait for the listener.
 */
final class Watcher implements Watch {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration REST = Duration.ofMillis(200);
  private static final int MOST_BATCHES = 4;

  private final Context node;
  private final Client client;
  private final Watched what;
  private final WatchListener listener;
  private final Runnable whenClosed;
  private final TreeMap<Id, Stretch> stretches = new TreeMap<>();

  /** Answered to, and waiting for the listener. */
  private final Deque<Batch> batches = new ArrayDeque<>();

  /** Their answers found no room, and are asked for again once there is. */
  private final List<Stretch> parked = new ArrayList<>();

  /** What a watch of one key has told last. */
  private Optional<ClientMessage.Change> last = Optional.empty();

  private boolean isCurrent;
  private boolean isTelling;
  private boolean isClosed;

  /** What one answer comes to. */
  private record Batch(List<WatchEvent> events, Stretch stretch, Optional<OptionalLong> asOf) {}

  Watcher(Context node, Client client, Watched what, WatchListener listener, Runnable whenClosed) {
    this.node = node;
    this.client = client;
    this.what = what;
    this.listener = listener;
    this.whenClosed = whenClosed;
    Id id = Id.ofKey(what.text());
    Arc all = what.isPrefix() ? Arc.CIRCLE : new Arc(id, id.next());
    long index = what.fromNow() ? ClientMessage.WatchArc.FROM_NOW : 0;
    stretches.put(all.from(), new Stretch(all.from(), all.to(), index));
  }

  /** Asks for the first time, in a step of its own. */
  void begin() {
    node.world.after(Duration.ZERO, () -> List.copyOf(stretches.values()).forEach(this::ask));
  }

  private void ask(Stretch stretch) {
    if (!isClosed) {
      long askedAt = node.world.now();
      ClientMessage.WatchArc question = stretch.question(what);
      client.carryOut(
          question.at(), question, PATIENCE, result -> answered(stretch, askedAt, result));
    }
  }

  private void answered(Stretch stretch, long askedAt, Result<ClientMessage.Reply> result) {
    if (isClosed) {
      return;
    }
    if (!(result instanceof Result.Ok<ClientMessage.Reply> ok
        && ok.value() instanceof ClientMessage.Told told)) {
      long rest = REST.toMillis() + node.world.random().nextLong(REST.toMillis());
      node.world.after(Duration.ofMillis(rest), () -> ask(stretch));
    } else if (batches.size() >= MOST_BATCHES) {
      parked.add(stretch);
    } else {
      take(stretch, askedAt, told);
      ask(stretch);
    }
  }

  private void take(Stretch stretch, long askedAt, ClientMessage.Told told) {
    stretch
        .took(told)
        .ifPresent(
            rest -> {
              stretches.put(rest.from(), rest);
              ask(rest);
            });
    List<WatchEvent> events = new ArrayList<>();
    if (told.reset()) {
      isCurrent = false;
      last = Optional.empty();
      events.add(new WatchEvent.Reset(stretch.arc()));
    }
    told.changes().forEach(change -> event(change).ifPresent(events::add));
    if (!isCurrent && stretches.values().stream().allMatch(Stretch::isConfirmed)) {
      isCurrent = true;
      events.add(new WatchEvent.Current());
    }
    Optional<OptionalLong> asOf = Optional.empty();
    if (told.reset()) {
      asOf = Optional.of(OptionalLong.empty());
    } else if (told.all()) {
      asOf = Optional.of(OptionalLong.of(askedAt));
    }
    batches.add(new Batch(events, stretch, asOf));
    tell();
  }

  private Optional<WatchEvent> event(ClientMessage.Change change) {
    if (what.isPrefix()) {
      return Optional.of(changed(change, change.version()));
    }
    Optional<ClientMessage.Change> before = last;
    boolean isFirst = before.isEmpty();
    boolean isNewer = before.filter(each -> change.version() > each.version()).isPresent();
    boolean isGone =
        change.version() == 0 && before.filter(ClientMessage.Change::present).isPresent();
    if (!isFirst && !isNewer && !isGone) {
      return Optional.empty();
    }
    // The tombstone of a version that was told is gone already: it had the next one at the least.
    long version = isGone ? before.get().version() + 1 : change.version();
    last =
        Optional.of(
            new ClientMessage.Change(change.key(), version, change.present(), Optional.empty()));
    return Optional.of(changed(change, version));
  }

  private static WatchEvent changed(ClientMessage.Change change, long version) {
    return new WatchEvent.Changed(change.key(), version, change.present(), change.value());
  }

  /** Hands on what waits, one batch at a time. */
  private void tell() {
    while (!isTelling && !isClosed && !batches.isEmpty()) {
      Batch batch = batches.remove();
      if (batch.events().isEmpty()) {
        batch.asOf().ifPresent(batch.stretch()::freshAsOf);
      } else {
        isTelling = true;
        listener.told(batch.events(), taking(batch));
      }
    }
    if (!isClosed && batches.isEmpty()) {
      List<Stretch> again = List.copyOf(parked);
      parked.clear();
      again.forEach(this::ask);
    }
  }

  /** What the listener runs; a second time it does nothing. */
  private Runnable taking(Batch batch) {
    boolean[] taken = new boolean[1];
    return () -> {
      if (!taken[0]) {
        taken[0] = true;
        isTelling = false;
        batch.asOf().ifPresent(batch.stretch()::freshAsOf);
        tell();
      }
    };
  }

  @Override
  public OptionalLong asOf(String key) {
    return Optional.ofNullable(stretches.floorEntry(Id.ofKey(key)))
        .map(Map.Entry::getValue)
        .filter(stretch -> stretch.arc().contains(Id.ofKey(key)))
        .map(Stretch::asOf)
        .orElse(OptionalLong.empty());
  }

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      batches.clear();
      parked.clear();
      whenClosed.run();
    }
  }
}
