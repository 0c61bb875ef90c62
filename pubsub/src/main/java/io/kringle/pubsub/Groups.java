package io.kringle.pubsub;

import io.kringle.pubsub.GroupMessage.Elsewhere;
import io.kringle.pubsub.GroupMessage.Hand;
import io.kringle.pubsub.GroupMessage.Held;
import io.kringle.pubsub.GroupMessage.Report;
import io.kringle.pubsub.Messaging.Member;
import io.kringle.pubsub.Messaging.Membership;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.routing.Delivery;
import io.kringle.routing.Responder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Shared groups at one node: the members that are here, and the groups that this node dispatches
 * for, because it leads their ledgers. At most {@link TopicsConfig#maxTopics} of these, and as many
 * members as a topic has subscribers.
 *
 * <p>Invariant: while there are dispatchers, there is exactly one timer.
 */
final class Groups {
  private final Surroundings around;
  private final Messaging topics;
  private final Map<GroupName, Dispatcher> dispatchers = new LinkedHashMap<>();
  private final Map<Long, GroupMember> members = new LinkedHashMap<>();
  private long numbers;
  private boolean ticking;

  Groups(Surroundings around, Messaging topics) {
    this.around = around;
    this.topics = topics;
    this.numbers = around.world().random().nextLong() >>> 2;
    around.routing().onDeliver(Report.class, this::reported);
    around.routing().onDeliver(Hand.class, (delivery, hand, responder) -> handed(hand, responder));
  }

  void join(
      GroupName name, Member handler, GroupOptions options, Consumer<Result<Membership>> done) {
    if (members.size() >= around.config().maxSubscribers()) {
      Result<Membership> full =
          Result.failed(
              Failure.Kind.OVERLOADED, members.size() + " members of groups are on this node");
      around.world().after(Duration.ZERO, () -> done.accept(full));
      return;
    }
    long number = numbers++;
    GroupMember member =
        new GroupMember(
            around, name, number, handler, options, gone -> members.remove(gone.number()), done);
    members.put(number, member);
    member.begin();
  }

  private void handed(Hand hand, Responder responder) {
    GroupMember member = members.get(hand.member());
    if (member != null && member.name().equals(hand.name()) && member.hand(hand)) {
      responder.reply(new Held(hand.message().sequence()));
    } else {
      responder.fail(Failure.of(Failure.Kind.REFUSED, "no such member is here"));
    }
  }

  private void reported(Delivery delivery, Report report, Responder responder) {
    Id ledger = report.name().ledger();
    if (around.ledgers().leads(ledger)) {
      dispatch(report, responder);
      return;
    }
    Optional<Peer> daddy = around.ledgers().daddy(ledger).filter(peer -> !around.isSelf(peer.id()));
    if (daddy.isPresent()) {
      responder.reply(new Elsewhere(daddy.get()));
    } else {
      responder.fail(
          Failure.of(
              Failure.Kind.UNAVAILABLE,
              around.self() + " knows no dispatcher of " + report.name()));
    }
  }

  private void dispatch(Report report, Responder responder) {
    Dispatcher known = dispatchers.get(report.name());
    if (known != null) {
      known.report(report, responder);
    } else if (dispatchers.size() >= around.config().maxTopics()) {
      responder.fail(
          Failure.of(
              Failure.Kind.OVERLOADED, around.self() + " dispatches for enough groups already"));
    } else {
      Dispatcher dispatcher = new Dispatcher(around, topics, report.name());
      dispatchers.put(report.name(), dispatcher);
      dispatcher.report(report, responder);
      dispatcher.begin(report.startAfter());
      tickLater();
    }
  }

  private void tickLater() {
    if (!ticking) {
      ticking = true;
      around.world().after(around.config().beat(), this::tick);
    }
  }

  private void tick() {
    for (GroupName name : List.copyOf(dispatchers.keySet())) {
      Dispatcher dispatcher = dispatchers.get(name);
      if (dispatcher != null && !dispatcher.tick()) {
        dispatchers.remove(name);
      }
    }
    ticking = false;
    if (!dispatchers.isEmpty()) {
      tickLater();
    }
  }

  void checkInvariants() {
    dispatchers.values().forEach(Dispatcher::checkInvariants);
    members.values().forEach(GroupMember::checkInvariants);
    if (ticking == dispatchers.isEmpty()) {
      throw new IllegalStateException(dispatchers.size() + " dispatchers, ticking: " + ticking);
    }
  }
}
