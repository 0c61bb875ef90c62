package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Requests for many keys, taken together to the daddies: an {@link Errand} to each. Where it is not
 * known who leads, that is asked once for each arc, and the errand is that arc's alone. What came
 * to nothing on the way goes on alone, as an {@link Operation} with the same operation id.
 *
 * <p>Invariant: each item is in one place, an errand, a list whose daddy is being looked for, or an
 * operation of its own, until it has a result.
 */
final class Batch {
  /** How often an item is taken to a daddy that turns out to be none, before it goes on alone. */
  private static final int TRIES = 3;

  private static final Duration LOOK = Duration.ofSeconds(1);

  final Client client;
  final long deadline;
  private final List<Item> items;
  private final List<Optional<Result<ClientMessage.Reply>>> results;
  private final Consumer<List<Result<ClientMessage.Reply>>> done;
  private int open;
  private long valueBytes;

  /** One key's request, and how often it was in vain. */
  static final class Item {
    final int place;
    final Id id;
    ClientMessage.ByKey request;
    private int tries;

    Item(int place, ClientMessage.ByKey request) {
      this.place = place;
      this.id = Id.ofKey(request.key());
      this.request = request;
    }

    /** Sent now for the first time: it is not older than the arc's log is known to be. */
    void bornAt(long applied) {
      if (request instanceof ClientMessage.Operate write) {
        request = write.bornAt(applied);
      }
    }
  }

  Batch(
      Client client,
      List<? extends ClientMessage.ByKey> requests,
      Duration timeout,
      Consumer<List<Result<ClientMessage.Reply>>> done) {
    this.client = client;
    this.deadline = client.node.world.now() + timeout.toNanos();
    this.done = done;
    this.open = requests.size();
    this.results = new ArrayList<>(Collections.nCopies(open, Optional.empty()));
    this.items = new ArrayList<>(open);
    for (ClientMessage.ByKey request : requests) {
      items.add(new Item(items.size(), request));
    }
  }

  void begin() {
    items.sort((one, other) -> one.id.compareTo(other.id));
    sortOut(items, true);
  }

  /**
   * Sends off what belongs to known arcs, and has the others looked for.
   *
   * @param wanted in the order of the circle
   * @param all whether the arc that is found may lie at the end and at the beginning
   */
  private void sortOut(List<Item> wanted, boolean all) {
    Map<Peer, List<Item>> known = new LinkedHashMap<>();
    List<Item> unknown = new ArrayList<>();
    for (Item item : wanted) {
      client
          .known(item.id)
          .ifPresentOrElse(
              daddy -> known.computeIfAbsent(daddy.daddy(), none -> new ArrayList<>()).add(item),
              () -> unknown.add(item));
    }
    known.forEach(this::send);
    if (!unknown.isEmpty()) {
      look(unknown, all);
    }
  }

  private void send(Peer daddy, List<Item> theirs) {
    new Errand(this, daddy, theirs).next();
  }

  /**
   * Asks about the one in the middle. What is left on either side of its arc is then looked for at
   * the same time, so that many arcs take few round trips, and none is asked about twice.
   */
  private void look(List<Item> unknown, boolean all) {
    int middle = unknown.size() / 2;
    Id id = unknown.get(middle).id;
    long left = Math.max(1, deadline - client.node.world.now());
    client.carryOut(
        id,
        new ClientMessage.Locate(id, Optional.empty()),
        Duration.ofNanos(Math.min(left, LOOK.toNanos())),
        result -> {
          if (result instanceof Result.Ok<ClientMessage.Reply> ok
              && ok.value() instanceof ClientMessage.Located found) {
            found(unknown, middle, found, all);
          } else {
            unknown.forEach(item -> goOn(item, false, Optional.empty()));
          }
        });
  }

  private void found(List<Item> unknown, int middle, ClientMessage.Located located, boolean all) {
    Arc arc = located.status().arc();
    List<Item> here = new ArrayList<>();
    List<Item> before = new ArrayList<>();
    List<Item> after = new ArrayList<>();
    for (int i = 0; i < unknown.size(); i++) {
      Item item = unknown.get(i);
      List<Item> side = i < middle ? before : after;
      (arc.contains(item.id) ? here : side).add(item);
    }
    send(located.daddy(), here);
    if (all) {
      // Clockwise from the end of the arc: no other goes around the end of that.
      after.addAll(before);
      sortOut(after, false);
    } else {
      sortOut(before, false);
      sortOut(after, false);
    }
  }

  /** These were not where they were looked for, and nothing was done. */
  void lookAgain(List<Item> missed) {
    List<Item> again = new ArrayList<>();
    for (Item item : missed) {
      client.daddies.forget(item.id);
      item.tries++;
      if (item.tries < TRIES) {
        again.add(item);
      } else {
        goOn(item, false, Optional.empty());
      }
    }
    if (!again.isEmpty()) {
      sortOut(again, true);
    }
  }

  /** This one goes on alone. */
  void goOn(Item item, boolean maybeAppended, Optional<Id> unreachable) {
    client.goOn(
        item.id,
        item.request,
        maybeAppended && item.request instanceof ClientMessage.Operate,
        unreachable,
        deadline,
        result -> settle(item, result));
  }

  /** Whether so much was read that the rest is better left. */
  boolean isFull() {
    return valueBytes >= Records.MAX_BATCH_BYTES;
  }

  /** So much was read for others that there is no room for this one. */
  void leaveOut(Item item) {
    settle(
        item,
        Result.failed(
            Failure.Kind.TOO_LARGE,
            "the values of one call have more than " + Records.MAX_BATCH_BYTES + " bytes"));
  }

  /** This is what became of an item. */
  void settle(Item item, Result<ClientMessage.Reply> result) {
    if (results.get(item.place).isPresent()) {
      throw new IllegalStateException(item.request.key() + " has two results");
    }
    if (result instanceof Result.Ok<ClientMessage.Reply> ok
        && ok.value() instanceof ClientMessage.Found found) {
      valueBytes += found.bytes();
    }
    results.set(item.place, Optional.of(result));
    open--;
    if (open == 0) {
      done.accept(results.stream().map(Optional::orElseThrow).toList());
    }
  }
}
