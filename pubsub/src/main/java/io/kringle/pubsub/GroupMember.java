package io.kringle.pubsub;

import io.kringle.pubsub.GroupMessage.Elsewhere;
import io.kringle.pubsub.GroupMessage.Report;
import io.kringle.pubsub.GroupMessage.Reported;
import io.kringle.pubsub.Messaging.Event;
import io.kringle.pubsub.Messaging.Member;
import io.kringle.pubsub.Messaging.Membership;
import io.kringle.replication.Ledgers;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.ring.Timer;
import io.kringle.routing.AskOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member of a group, at its node.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>What it was handed it has in hand until it has acknowledged it or given it back; then that
 *       is told to the dispatcher, whoever that is by then, until it has recorded it.
 *   <li>It handles nothing that it has in hand, has acknowledged and not been told to be recorded,
 *       or is among the last {@value #RECENT} recorded.
 *   <li>One report is under way at a time; while nothing is new, there is one in each beat.
 * </ul>
 */
final class GroupMember implements Membership {
  private static final Logger LOG = LoggerFactory.getLogger(GroupMember.class);
  private static final int RECENT = 1_024;
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Surroundings around;
  private final GroupName name;
  private final long number;
  private final Member handler;
  private final GroupOptions options;
  private final Consumer<GroupMember> gone;
  private final Set<Long> inHand = new LinkedHashSet<>();
  private final Set<Long> done = new LinkedHashSet<>();
  private final Set<Long> givenBack = new LinkedHashSet<>();
  private final Set<Long> recent = new LinkedHashSet<>();
  private Optional<Peer> dispatcher = Optional.empty();
  private @Nullable Consumer<Result<Membership>> confirmed;
  private @Nullable Timer patience;
  private @Nullable Timer next;
  private @Nullable Runnable left;
  private boolean isReporting;
  private boolean isNews;
  private boolean isLeaving;
  private boolean hasEnded;

  GroupMember(
      Surroundings around,
      GroupName name,
      long number,
      Member handler,
      GroupOptions options,
      Consumer<GroupMember> gone,
      Consumer<Result<Membership>> confirmed) {
    this.around = around;
    this.name = name;
    this.number = number;
    this.handler = handler;
    this.options = options;
    this.gone = gone;
    this.confirmed = confirmed;
  }

  GroupName name() {
    return name;
  }

  long number() {
    return number;
  }

  void begin() {
    patience = around.world().after(around.config().subscribeTimeout(), this::giveUp);
    report();
  }

  private void giveUp() {
    Consumer<Result<Membership>> waiting = confirmed;
    if (waiting != null) {
      end();
      waiting.accept(
          Result.failed(Failure.Kind.TIMEOUT, "no dispatcher of " + name + " was found in time"));
    }
  }

  private void confirm() {
    Consumer<Result<Membership>> waiting = confirmed;
    confirmed = null;
    stop(patience);
    if (waiting != null) {
      waiting.accept(Result.ok(this));
    }
  }

  private static void stop(@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }

  // ---- messages

  /**
   * Takes a message, unless it goes; whether it has it, or had. Whoever is handed one is a member,
   * though the answer that says so may be late or lost.
   */
  boolean hand(GroupMessage.Hand hand) {
    Numbered message = hand.message();
    long sequence = message.sequence();
    boolean isKnown =
        inHand.contains(sequence) || done.contains(sequence) || recent.contains(sequence);
    if (isKnown) {
      again(sequence);
    } else if (isLeaving || hasEnded) {
      return false;
    } else {
      confirm();
      givenBack.remove(sequence);
      inHand.add(sequence);
      around
          .world()
          .after(Duration.ZERO, hand.isLarge() ? () -> fetch(sequence) : () -> handle(message));
    }
    return true;
  }

  /** It was recorded, but by one who does not lead any more: the dispatcher now is to know. */
  private void again(long sequence) {
    if (recent.remove(sequence)) {
      done.add(sequence);
    }
    if (!inHand.contains(sequence)) {
      soon();
    }
  }

  /** It is too large to be handed over: it is in the topic, in pieces. */
  private void fetch(long sequence) {
    around
        .ledgers()
        .read(
            Id.ofKey(name.topic()),
            sequence - 1,
            around.config().publishTimeout(),
            page -> fetched(sequence, page.map(some -> find(sequence, some))));
  }

  private static Optional<Bytes> find(long sequence, Ledgers.Page page) {
    return page.items().stream()
        .filter(item -> item.sequence() == sequence && Manifest.isOne(item.payload()))
        .map(Ledgers.Item::payload)
        .findFirst();
  }

  private void fetched(long sequence, Result<Optional<Bytes>> manifest) {
    if (manifest instanceof Result.Ok<Optional<Bytes>> ok && ok.value().isPresent()) {
      around
          .pieces()
          .read(
              name.topic(),
              Manifest.decode(ok.value().get()),
              whole -> putTogether(sequence, whole));
    } else {
      putTogether(sequence, manifest);
    }
  }

  /** What is not kept any more nobody can handle; what cannot be read now, perhaps another can. */
  private void putTogether(long sequence, Result<Optional<Bytes>> whole) {
    if (whole instanceof Result.Ok<Optional<Bytes>> ok) {
      ok.value()
          .ifPresentOrElse(
              payload -> handle(new Numbered(sequence, payload)), () -> settle(sequence, true));
    } else {
      settle(sequence, false);
    }
  }

  private void handle(Numbered message) {
    long sequence = message.sequence();
    if (Manifest.isOne(message.payload())) {
      Manifest manifest = Manifest.decode(message.payload());
      around.pieces().read(name.topic(), manifest, result -> handle(sequence, result));
    } else {
      give(sequence, message.payload());
    }
  }

  /** What the topic does not keep any more is nobody's; what cannot be read now, comes again. */
  private void handle(long sequence, Result<Optional<Bytes>> message) {
    Optional<Bytes> whole = message.fold(found -> found, failure -> Optional.empty());
    if (whole.isPresent()) {
      give(sequence, whole.get());
    } else {
      settle(sequence, message.isOk());
    }
  }

  private void give(long sequence, Bytes payload) {
    if (hasEnded || !inHand.contains(sequence)) {
      return;
    }
    around.counters().delivered++;
    try {
      handler.handed(
          new Event(name.topic(), sequence, payload), isHandled -> settle(sequence, isHandled));
    } catch (RuntimeException thrown) {
      around.counters().failing++;
      LOG.warn("a member of {} threw at message {}, which it gives back", name, sequence, thrown);
      settle(sequence, false);
    }
  }

  private void settle(long sequence, boolean isHandled) {
    if (inHand.remove(sequence)) {
      (isHandled ? done : givenBack).add(sequence);
      soon();
    }
  }

  // ---- reports

  /** Several acknowledgements of one step go together. */
  private void soon() {
    if (!isNews) {
      isNews = true;
      around.world().after(Duration.ZERO, this::report);
    }
  }

  private void report() {
    stop(next);
    if (isReporting || hasEnded) {
      return;
    }
    isReporting = true;
    isNews = false;
    Report report =
        new Report(
            name,
            around.self(),
            number,
            startAfter(),
            options.room(),
            options.acknowledgeWithin().toMillis(),
            isLeaving,
            List.copyOf(inHand),
            List.copyOf(done),
            List.copyOf(givenBack));
    AskOptions within = new AskOptions(PATIENCE, Duration.ofSeconds(1));
    Consumer<Result<Message>> answered = answer -> answered(report, answer);
    if (dispatcher.isPresent()) {
      around.routing().ask(dispatcher.get(), report, within, answered);
    } else {
      around.routing().ask(name.ledger(), report, within, answered);
    }
  }

  private long startAfter() {
    SubscribeOptions.Start start = options.from();
    if (start instanceof SubscribeOptions.Start.After after) {
      return after.sequence();
    } else if (start instanceof SubscribeOptions.Start.Resume resume) {
      return resume.sequence();
    }
    return start instanceof SubscribeOptions.Start.Oldest ? 0 : Report.FROM_NOW;
  }

  private void answered(Report report, Result<Message> answer) {
    isReporting = false;
    if (hasEnded) {
      return;
    }
    Duration pause = PAUSE;
    if (answer instanceof Result.Ok<Message> ok && ok.value() instanceof Reported reported) {
      dispatcher = Optional.of(reported.dispatcher());
      recorded(report);
      pause = isNews ? Duration.ZERO : around.config().beat();
    } else if (answer instanceof Result.Ok<Message> ok && ok.value() instanceof Elsewhere other) {
      boolean isNew = !dispatcher.equals(Optional.of(other.dispatcher()));
      dispatcher = isNew ? Optional.of(other.dispatcher()) : Optional.empty();
      pause = isNew ? Duration.ZERO : PAUSE;
    } else {
      dispatcher = Optional.empty();
    }
    if (!hasEnded) {
      next = around.world().after(pause, this::report);
    }
  }

  private void recorded(Report report) {
    report.givenBack().forEach(givenBack::remove);
    for (long sequence : report.done()) {
      if (done.remove(sequence)) {
        recent.add(sequence);
      }
    }
    Iterator<Long> oldest = recent.iterator();
    while (recent.size() > RECENT) {
      oldest.next();
      oldest.remove();
    }
    confirm();
    if (report.leaving() && done.isEmpty()) {
      end();
    }
  }

  // ---- the end

  /** What it has in hand is given back, what it has acknowledged is recorded, if there is time. */
  @Override
  public void leave(Runnable ended) {
    Runnable before = left;
    left =
        () -> {
          if (before != null) {
            before.run();
          }
          ended.run();
        };
    if (hasEnded) {
      around.world().after(Duration.ZERO, this::tellLeft);
    } else if (!isLeaving) {
      isLeaving = true;
      givenBack.addAll(inHand);
      inHand.clear();
      soon();
      around.world().after(around.config().subscribeTimeout(), this::end);
    }
  }

  private void end() {
    if (!hasEnded) {
      hasEnded = true;
      stop(next);
      stop(patience);
      inHand.clear();
      gone.accept(this);
      tellLeft();
    }
  }

  private void tellLeft() {
    Runnable told = left;
    left = null;
    if (told != null) {
      told.run();
    }
  }

  void checkInvariants() {
    List<Long> all = new ArrayList<>(inHand);
    all.addAll(done);
    all.addAll(recent);
    if (new LinkedHashSet<>(all).size() != all.size() || recent.size() > RECENT) {
      throw new IllegalStateException(
          name + ": in hand " + inHand + ", done " + done + ", recorded " + recent);
    }
  }
}
