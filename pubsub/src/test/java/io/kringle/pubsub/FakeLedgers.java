package io.kringle.pubsub;

import io.kringle.replication.Ledgers;
import io.kringle.replication.Retention;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.ring.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Ledgers that never lose an item, and are led by whichever live node is closest: what the topics
 * take for granted. Those of all nodes share what is in them.
 */
final class FakeLedgers implements Ledgers {
  private static final Duration ONE_WAY = Duration.ofMillis(20);

  private final World world;
  private final Peer self;
  private final Shared shared;
  private Optional<Desk> desk = Optional.empty();

  /** What is in the ledgers of a ring, and who leads them. */
  static final class Shared {
    private final Map<Id, List<Item>> items = new HashMap<>();
    private final Map<Keyed, Long> keys = new HashMap<>();
    private final Map<Id, Long> firsts = new HashMap<>();
    private final Map<Id, Integer> mosts = new HashMap<>();
    private final Map<Peer, FakeLedgers> byPeer = new HashMap<>();
    private final Map<Id, Term> terms = new HashMap<>();
    private final Function<Id, Peer> closest;
    private Optional<Peer> dead = Optional.empty();
    private boolean isDamaged;
    private boolean isUnsettled;
    private double unreadable;

    Shared(Function<Id, Peer> closest) {
      this.closest = closest;
    }

    /** Nobody takes over from this daddy. */
    void staysWith(Peer daddy) {
      dead = Optional.of(daddy);
    }

    /** Whether nobody can read what is here. */
    void damaged(boolean is) {
      isDamaged = is;
    }

    /** Whether nobody leads anything. */
    void unsettled(boolean is) {
      isUnsettled = is;
    }

    /** An operator has recovered a ledger, from replicas that had so much. */
    void cutTo(Id ledger, int last) {
      of(ledger).subList(last, of(ledger).size()).clear();
    }

    /** How many of the reads from afar fail; 1: all of them. */
    void unreadable(double share) {
      unreadable = share;
    }

    private Peer daddy(Id ledger) {
      return dead.orElseGet(() -> closest.apply(ledger));
    }

    /** Who leads a ledger, and since when anybody has noticed. */
    private Term term(Id ledger, long now) {
      Peer daddy = daddy(ledger);
      return terms.merge(
          ledger,
          new Term(daddy, now),
          (known, begun) -> known.daddy.equals(daddy) ? known : begun);
    }

    private record Term(Peer daddy, long since) {}

    private List<Item> of(Id ledger) {
      return items.computeIfAbsent(ledger, id -> new ArrayList<>());
    }

    /** An item that somebody has appended. */
    void put(Id ledger, Bytes payload) {
      of(ledger).add(new Item(size(ledger) + 1, payload));
    }

    /** How many items there ever were. */
    long size(Id ledger) {
      return of(ledger).size();
    }

    /**
     * How many items a ledger keeps from now on; none for long if they are not to last a second.
     */
    private void keep(Id ledger, Retention retention) {
      mosts.put(ledger, retention.age().toSeconds() == 0 ? 0 : retention.items());
      trim(ledger);
    }

    private void trim(Id ledger) {
      long most = mosts.getOrDefault(ledger, Integer.MAX_VALUE);
      long first = of(ledger).size() - most + 1;
      firsts.put(ledger, Math.max(first, firsts.getOrDefault(ledger, 1L)));
    }

    /** Items before this one are not kept. */
    void trim(Id ledger, long first) {
      firsts.put(ledger, first);
    }
  }

  FakeLedgers(World world, Peer self, Shared shared) {
    this.world = world;
    this.self = self;
    this.shared = shared;
    shared.byPeer.put(self, this);
  }

  @Override
  public void append(
      Id ledger,
      Optional<String> once,
      Bytes payload,
      Duration timeout,
      Consumer<Result<Appended>> done) {
    at(ledger, payload, daddy -> Result.ok(daddy.add(ledger, once, payload)), done);
  }

  private Appended add(Id ledger, Optional<String> once, Bytes payload) {
    Optional<Keyed> keyed = once.map(key -> new Keyed(ledger, key));
    Optional<Long> known = keyed.map(shared.keys::get);
    Appended appended =
        known.map(there -> new Appended(there, 0)).orElseGet(() -> add(ledger, payload));
    keyed.ifPresent(key -> shared.keys.put(key, appended.sequence()));
    return appended;
  }

  private record Keyed(Id ledger, String key) {}

  @Override
  public void appendAt(
      Id ledger, long sequence, Bytes payload, Duration timeout, Consumer<Result<Appended>> done) {
    at(
        ledger,
        payload,
        daddy ->
            shared.size(ledger) + 1 == sequence
                ? Result.ok(daddy.add(ledger, payload))
                : Result.failed(Failure.Kind.REFUSED, sequence + " is not next"),
        done);
  }

  private void at(
      Id ledger,
      Bytes payload,
      Function<FakeLedgers, Result<Appended>> add,
      Consumer<Result<Appended>> done) {
    if (payload.size() > TopicsConfig.DEFAULT.maxPayload()) {
      throw new IllegalArgumentException(payload + " is more than a ledger takes");
    }
    world.after(
        ONE_WAY,
        () -> {
          FakeLedgers daddy = shared.byPeer.get(shared.daddy(ledger));
          daddy.world.after(
              Duration.ZERO,
              () -> {
                Result<Appended> appended = add.apply(daddy);
                world.after(ONE_WAY, () -> done.accept(appended));
              });
        });
  }

  private Appended add(Id ledger, Bytes payload) {
    List<Item> items = shared.of(ledger);
    Item item = new Item(items.size() + 1, payload);
    items.add(item);
    shared.trim(ledger);
    return new Appended(item.sequence(), desk.map(each -> each.appended(ledger, item)).orElse(0));
  }

  @Override
  public void read(Id ledger, long after, Duration timeout, Consumer<Result<Page>> done) {
    boolean fails = shared.unreadable > world.random().nextDouble();
    Result<Page> nothing = Result.failed(Failure.Kind.UNAVAILABLE, "not now");
    world.after(ONE_WAY, () -> done.accept(fails ? nothing : Result.ok(page(ledger, after))));
  }

  @Override
  public void retain(
      Id ledger, Retention retention, Duration timeout, Consumer<Result<Retention>> done) {
    world.after(
        ONE_WAY,
        () -> {
          shared.keep(ledger, retention);
          done.accept(Result.ok(retention));
        });
  }

  @Override
  public boolean leads(Id ledger) {
    return !shared.isUnsettled && shared.term(ledger, world.now()).daddy.equals(self);
  }

  @Override
  public Duration ledFor(Id ledger) {
    long since = shared.term(ledger, world.now()).since;
    return leads(ledger) ? Duration.ofNanos(world.now() - since) : Duration.ZERO;
  }

  @Override
  public Optional<Peer> daddy(Id ledger) {
    return shared.isUnsettled ? Optional.empty() : Optional.of(shared.daddy(ledger));
  }

  @Override
  public Optional<Page> readHere(Id ledger, long after) {
    return shared.isDamaged ? Optional.empty() : Optional.of(page(ledger, after));
  }

  private Page page(Id ledger, long after) {
    List<Item> items = shared.of(ledger);
    long first = shared.firsts.getOrDefault(ledger, 1L);
    int from = (int) Math.min(items.size(), Math.max(after, first - 1));
    return new Page(first, items.size(), items.subList(from, Math.min(items.size(), from + 50)));
  }

  @Override
  public void listen(Desk listener) {
    desk = Optional.of(listener);
  }
}
