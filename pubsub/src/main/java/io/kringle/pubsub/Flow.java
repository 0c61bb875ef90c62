package io.kringle.pubsub;

import io.kringle.pubsub.TopicMessage.Carry;
import io.kringle.pubsub.TopicMessage.Pull;
import io.kringle.pubsub.TopicMessage.Pulled;
import io.kringle.replication.Ledgers;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What flows through one node's place in the tree of a topic: messages come from the parent, or at
 * the root from the topic's ledger, and go on to the children and the subscribers, in order and
 * each once. What is missing is pulled from above; the root has all that is kept.
 */
final class Flow {
  /** Bytes of messages in one answer to a pull, beyond the first message. */
  private static final int PULL_BYTES = 256 << 10;

  /** How often a pull is passed up before it is dropped; it is tried again. */
  private static final int MAX_HOPS = 64;

  /** For how many beats after its last message a topic counts as in use. */
  private static final int BUSY_BEATS = 5;

  private static final Duration PULL_PAUSE = Duration.ofMillis(200);

  private final Surroundings around;
  private final String name;
  private final Id key;
  private final Log log;
  private final Children children;
  private final Subscribers subscribers;
  private final ParentLink up;
  private long usedAt;
  private long pulledAt;

  /** The last number that the parent is known to have. */
  private long target;

  Flow(
      Surroundings around,
      String name,
      Id key,
      Log log,
      Children children,
      Subscribers subscribers,
      ParentLink up) {
    this.around = around;
    this.name = name;
    this.key = key;
    this.log = log;
    this.children = children;
    this.subscribers = subscribers;
    this.up = up;
    this.usedAt = around.world().now();
    this.pulledAt = usedAt - PULL_PAUSE.toNanos();
  }

  /** The topic counts as in use from now on. */
  void used() {
    usedAt = around.world().now();
  }

  /** Whether messages came lately, so that whoever missed one is to hear of it. */
  boolean isBusy() {
    return around.world().now() - usedAt <= BUSY_BEATS * around.config().beat().toNanos();
  }

  /**
   * As the root: comes up to the ledger, of which this node has all that is decided.
   *
   * @return whether it could be read to its end
   */
  boolean readLedger() {
    Optional<Ledgers.Page> page = around.ledgers().readHere(key, log.last());
    // A ledger that an operator has recovered from few replicas may have lost its end.
    page.filter(some -> !log.hasBegun() || log.last() > some.last())
        .ifPresent(some -> beginAgain(some.last()));
    while (page.filter(some -> log.last() < some.last()).isPresent()) {
      skipTo(page.get().first() - 1);
      page.get().items().forEach(item -> log.offer(numbered(item)));
      page = around.ledgers().readHere(key, log.last());
    }
    return page.isPresent();
  }

  /** What is kept nowhere above is maybe kept in the ledger; whoever wants it looks there. */
  private void skipTo(long sequence) {
    log.skipTo(sequence);
    subscribers.advance();
  }

  private void beginAgain(long last) {
    log.begin(last);
    subscribers.rewind(last);
  }

  private static Numbered numbered(Ledgers.Item item) {
    return new Numbered(item.sequence(), item.payload());
  }

  /** A message from above. */
  void carried(Numbered message) {
    log.offer(message);
    pullIfBehind();
  }

  /** The parent, a new one or the one before, has everything up to {@code last}. */
  void aimAt(long last, boolean newParent) {
    target = newParent ? last : Math.max(target, last);
    if (!log.hasBegun()) {
      log.begin(last);
    }
  }

  long target() {
    return target;
  }

  /** In order, once for each number: on to the children, then to whoever is here. */
  void taken(Numbered message) {
    usedAt = around.world().now();
    for (Peer child : children.peers()) {
      around.counters().forwarded++;
      around.world().send(child, new Carry(name, message));
    }
    subscribers.deliver(message);
  }

  /** Asks for what is missing, now and then. */
  void pullIfBehind() {
    Peer parent = up.parent();
    boolean behind = log.hasGap() || log.hasBegun() && log.last() < target;
    if (parent != null && behind && around.world().now() - pulledAt >= PULL_PAUSE.toNanos()) {
      pull(parent);
    }
  }

  private void pull(Peer parent) {
    pulledAt = around.world().now();
    around.counters().pulled++;
    around.world().send(parent, new Pull(name, log.last(), around.self(), 0));
  }

  /** Answers if it remembers all that is asked for; else asks further up. */
  void pulled(Pull pull, boolean isRoot) {
    History history = log.history();
    Peer parent = up.parent();
    boolean remembers =
        log.hasBegun() && pull.after() >= history.base() && pull.after() < log.last();
    if (remembers) {
      List<Numbered> found = history.after(pull.after(), PULL_BYTES);
      boolean more = found.get(found.size() - 1).sequence() < log.last();
      around.world().send(pull.asker(), new Pulled(name, pull.after(), found, more));
    } else if (isRoot) {
      around.ledgers().readHere(key, pull.after()).ifPresent(page -> answer(pull, page));
    } else if (parent != null && pull.hops() < MAX_HOPS) {
      around.world().send(parent, new Pull(name, pull.after(), pull.asker(), pull.hops() + 1));
    }
  }

  private void answer(Pull pull, Ledgers.Page page) {
    List<Numbered> found = page.items().stream().map(Flow::numbered).toList();
    boolean more = !found.isEmpty() && found.get(found.size() - 1).sequence() < page.last();
    around.world().send(pull.asker(), new Pulled(name, page.first() - 1, found, more));
  }

  /** What was asked for has come. */
  void caughtUp(Pulled pulled) {
    if (!log.hasBegun()) {
      return;
    }
    skipTo(pulled.base());
    pulled.messages().forEach(log::offer);
    Peer parent = up.parent();
    if (pulled.more() && parent != null) {
      pull(parent);
    }
  }
}
