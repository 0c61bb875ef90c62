package io.kringle.pubsub;

import io.kringle.pubsub.GroupMessage.Hand;
import io.kringle.pubsub.GroupMessage.Held;
import io.kringle.pubsub.GroupMessage.Report;
import io.kringle.pubsub.GroupMessage.Reported;
import io.kringle.pubsub.Messaging.Event;
import io.kringle.pubsub.Messaging.Missed;
import io.kringle.pubsub.Messaging.Subscription;
import io.kringle.pubsub.SubscribeOptions.Start;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Message;
import io.kringle.ring.Result;
import io.kringle.routing.AskOptions;
import io.kringle.routing.Responder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Hands the messages of a topic to the members of a group, each to one of them: the node that leads
 * the group's ledger. It hears of the messages as a subscriber of the topic.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Every message above {@link GroupLedger#low} that has come and is not acknowledged is in
 *       {@code messages}: at most {@link Place#WINDOW}, and 4 MiB or one.
 *   <li>A message is with one member at a time; it goes to another only when that one has given it
 *       back, left, died, been silent, or not acknowledged it in time.
 *   <li>A message is handed out for the first time in the order of the topic.
 *   <li>A new dispatcher hands out nothing until members have had time to tell what they have in
 *       hand, unless the place that it found says that nobody has anything.
 *   <li>What a member says to be done is confirmed to it once it is written into the ledger; until
 *       then it says so again.
 * </ul>
 */
final class Dispatcher implements PassesOn {
  private static final int MOST_BYTES = 4 << 20;

  /** Until a message that was given back is handed out again. */
  private static final Duration AGAIN = Duration.ofMillis(500);

  private final Surroundings around;
  private final Messaging topics;
  private final GroupName name;
  private final GroupLedger ledger;
  private final Roster roster;
  private final TreeMap<Long, Waiting> messages = new TreeMap<>();

  /** Reports that came before the group's place was known. */
  private List<Runnable> early = new ArrayList<>();

  private @Nullable Subscription subscription;
  private boolean isOpen;
  private boolean hasEnded;
  private long handsOutAt;

  Dispatcher(Surroundings around, Messaging topics, GroupName name) {
    this.around = around;
    this.topics = topics;
    this.name = name;
    this.ledger = new GroupLedger(around, name);
    this.roster = new Roster(around);
    this.handsOutAt = around.world().now();
  }

  // ---- beginning

  /**
   * Finds the group's place, or gives it one.
   *
   * @param startAfter where it is to begin if it is new
   */
  void begin(long startAfter) {
    Result<Optional<Place>> read = ledger.read();
    if (read instanceof Result.Ok<Optional<Place>> ok) {
      if (ok.value().isEmpty()) {
        ledger.create(created -> subscribe(created, startAfter, true));
      } else {
        Duration grace = ok.value().get().isQuiet() ? Duration.ZERO : lease();
        handsOutAt = around.world().now() + grace.toNanos();
        subscribe(read, ledger.low(), false);
      }
    } else {
      end();
    }
  }

  private void subscribe(Result<?> prepared, long after, boolean isNew) {
    if (!prepared.isOk() || hasEnded) {
      end();
      return;
    }
    Start start = after == Report.FROM_NOW ? new Start.Now() : new Start.After(after);
    SubscribeOptions options =
        SubscribeOptions.DEFAULT.from(start).buffer(Place.WINDOW, MOST_BYTES);
    topics.subscribe(name.topic(), this, options, result -> subscribed(result, isNew));
  }

  private void subscribed(Result<Subscription> result, boolean isNew) {
    if (result instanceof Result.Ok<Subscription> ok) {
      subscription = ok.value();
      if (hasEnded) {
        ok.value().cancel(() -> {});
        return;
      }
      if (isNew) {
        ledger.begin(ok.value().next() - 1);
      }
      ledger.reopen();
      ledger.write(false, this::opened);
    } else {
      end();
    }
  }

  private void opened(Result<Long> written) {
    if (!written.isOk()) {
      end();
    } else if (!hasEnded) {
      isOpen = true;
      List<Runnable> waiting = early;
      early = new ArrayList<>();
      waiting.forEach(Runnable::run);
      long wait = Math.max(0, handsOutAt - around.world().now());
      around.world().after(Duration.ofNanos(wait), this::dispatch);
    }
  }

  // ---- what the topic brings

  @Override
  public void received(Event event) {
    throw new IllegalStateException("a dispatcher takes its time");
  }

  @Override
  public void received(Event event, Runnable done) {
    long sequence = event.sequence();
    if (hasEnded || ledger.isDone(sequence)) {
      done.run();
    } else {
      Numbered message = new Numbered(sequence, event.payload());
      messages.put(sequence, new Waiting(message, done, roster.whoHas(sequence)));
      dispatch();
    }
  }

  /** What the topic does not keep any more is nobody's. */
  @Override
  public void missed(Missed missed) {
    ledger.passOver(missed.from(), missed.from() + missed.count() - 1);
  }

  @Override
  public void ended(Failure why) {
    end();
  }

  // ---- what members say

  /** A member's report; its answer comes once what it says is written. */
  void report(Report report, Responder responder) {
    if (hasEnded) {
      refuse(responder);
    } else if (isOpen) {
      take(report, responder);
    } else if (early.size() >= around.config().maxPending()) {
      refuse(responder);
    } else {
      early.add(() -> report(report, responder));
    }
  }

  private void refuse(Responder responder) {
    responder.fail(
        Failure.of(
            Failure.Kind.UNAVAILABLE,
            around.self() + " does not dispatch for " + name + " now: try again"));
  }

  private void take(Report report, Responder responder) {
    if (roster.isFullFor(report)) {
      responder.fail(Failure.of(Failure.Kind.OVERLOADED, name + " has too many members"));
      return;
    }
    Roster.Member member = roster.heard(report);
    report.done().forEach(sequence -> acknowledged(sequence, member));
    for (long sequence : report.givenBack()) {
      giveBack(sequence, member, AGAIN);
    }
    for (long sequence : report.inHand()) {
      claim(sequence, member);
    }
    if (report.leaving()) {
      remove(member);
    }
    ledger.write(false, written -> confirm(written, responder));
    dispatch();
  }

  private void confirm(Result<Long> written, Responder responder) {
    if (written.isOk()) {
      responder.reply(new Reported(around.self()));
      dispatch();
    } else {
      refuse(responder);
    }
  }

  private void acknowledged(long sequence, Roster.Member member) {
    member.inHand().remove(sequence);
    if (ledger.done(sequence)) {
      Waiting waiting = messages.remove(sequence);
      if (waiting != null) {
        waiting.holder().ifPresent(holder -> holder.inHand().remove(sequence));
        waiting.done.run();
      }
    }
  }

  /** It has in hand what the dispatcher before has handed it. */
  private void claim(long sequence, Roster.Member member) {
    Waiting waiting = messages.get(sequence);
    boolean isFree = waiting == null || waiting.member == null;
    if (isFree && !ledger.isDone(sequence) && roster.whoHas(sequence) == null) {
      member.inHand().put(sequence, around.world().now());
      if (waiting != null) {
        waiting.member = member;
      }
    }
  }

  private void giveBack(long sequence, Roster.Member member, Duration pause) {
    if (member.inHand().remove(sequence) != null) {
      Waiting waiting = messages.get(sequence);
      if (waiting != null) {
        waiting.member = null;
        waiting.last = member;
        waiting.notBefore = around.world().now() + pause.toNanos();
        around.world().after(pause, this::dispatch);
      }
    }
  }

  private void remove(Roster.Member member) {
    roster.remove(member);
    List.copyOf(member.inHand().keySet())
        .forEach(sequence -> giveBack(sequence, member, Duration.ZERO));
  }

  // ---- handing out

  /** As long as there are messages and members with room, in the order of the topic. */
  private void dispatch() {
    long now = around.world().now();
    if (!isOpen || hasEnded || now - handsOutAt < 0 || ledger.isStale()) {
      return;
    }
    for (Waiting waiting : List.copyOf(messages.values())) {
      if (!ledger.isInWindow(waiting.message.sequence())) {
        return;
      }
      if (waiting.member == null && now - waiting.notBefore >= 0) {
        Optional<Roster.Member> free = roster.next(waiting.last);
        if (free.isEmpty()) {
          return;
        }
        hand(waiting, free.get());
      }
    }
  }

  private void hand(Waiting waiting, Roster.Member member) {
    long sequence = waiting.message.sequence();
    waiting.member = member;
    member.inHand().put(sequence, around.world().now());
    around
        .routing()
        .ask(
            member.node(),
            hand(waiting.message, member),
            AskOptions.within(lease()),
            answer -> handed(sequence, member, answer));
  }

  private Hand hand(Numbered message, Roster.Member member) {
    boolean isLarge = message.payload().size() > around.config().maxPayload();
    Numbered told = isLarge ? new Numbered(message.sequence(), Bytes.EMPTY) : message;
    return new Hand(name, member.number(), told, isLarge);
  }

  /** Whoever cannot be reached, or knows nothing of being a member, is none. */
  private void handed(long sequence, Roster.Member member, Result<Message> answer) {
    boolean isHeld = answer instanceof Result.Ok<Message> ok && ok.value() instanceof Held;
    if (!isHeld && !hasEnded && member.inHand().containsKey(sequence)) {
      remove(member);
      dispatch();
    }
  }

  /** How long a member may be silent. */
  private Duration lease() {
    return around.config().beat().multipliedBy(4);
  }

  // ---- the end

  /** Looks at everything that may be overdue; false if it has ended. */
  boolean tick() {
    if (!hasEnded && ledger.isStale()) {
      end();
    }
    if (!hasEnded && isOpen) {
      roster.silent(lease()).forEach(this::remove);
      roster.overdue((member, sequence) -> giveBack(sequence, member, Duration.ZERO));
      if (roster.isEmpty()) {
        ledger.write(true, written -> {});
        end();
      } else {
        dispatch();
      }
    }
    return !hasEnded;
  }

  /** From now on nobody is handed anything; members will find who is dispatcher next. */
  void end() {
    hasEnded = true;
    Subscription ending = subscription;
    subscription = null;
    if (ending != null) {
      ending.cancel(() -> {});
    }
    messages.clear();
    List<Runnable> waiting = early;
    early = new ArrayList<>();
    waiting.forEach(Runnable::run);
  }

  void checkInvariants() {
    ledger.checkInvariants();
    for (Map.Entry<Long, Waiting> each : messages.entrySet()) {
      Roster.Member member = each.getValue().member;
      if (ledger.isDone(each.getKey())
          || member != null && !member.inHand().containsKey(each.getKey())) {
        throw new IllegalStateException(
            name + ": message " + each.getKey() + " is done, or not with who has it");
      }
    }
  }

  /** A message that is not acknowledged. */
  private static final class Waiting {
    private final Numbered message;
    private final Runnable done;
    private Roster.@Nullable Member member;

    /** Who gave it back; somebody else is preferred. */
    private Roster.@Nullable Member last;

    private long notBefore;

    private Waiting(Numbered message, Runnable done, Roster.@Nullable Member member) {
      this.message = message;
      this.done = done;
      this.member = member;
    }

    private Optional<Roster.Member> holder() {
      return Optional.ofNullable(member);
    }
  }
}
