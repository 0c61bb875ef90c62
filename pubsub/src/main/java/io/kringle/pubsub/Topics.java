package io.kringle.pubsub;

import io.kringle.pubsub.TopicMessage.Adopt;
import io.kringle.pubsub.TopicMessage.Beat;
import io.kringle.pubsub.TopicMessage.Carry;
import io.kringle.pubsub.TopicMessage.Invite;
import io.kringle.pubsub.TopicMessage.Invited;
import io.kringle.pubsub.TopicMessage.Leave;
import io.kringle.pubsub.TopicMessage.Look;
import io.kringle.pubsub.TopicMessage.NotParent;
import io.kringle.pubsub.TopicMessage.Offer;
import io.kringle.pubsub.TopicMessage.Pull;
import io.kringle.pubsub.TopicMessage.Pulled;
import io.kringle.pubsub.TopicMessage.Refresh;
import io.kringle.pubsub.TopicMessage.TakenOver;
import io.kringle.replication.Ledgers;
import io.kringle.replication.Retention;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.ring.RingView;
import io.kringle.ring.World;
import io.kringle.routing.AskOptions;
import io.kringle.routing.Routing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The topics of one node: trees of reversed routes, after Scribe (Castro, Druschel, Kermarrec,
 * Rowstron 2002).
 *
 * <p>A topic's messages are the items of a {@link Ledgers ledger}, whose daddy is the topic's root:
 * so an acknowledged message is at a majority of replicas, and whoever is the root next goes on
 * with the next number. Publishing appends to the ledger.
 *
 * <p>Whoever wants to be in the tree routes a {@code JoinTree} towards the root; the first node on
 * the way takes the child in and, if it is not in the tree yet, joins itself (Scribe, section 3.2).
 * A join is answered only by a parent that is connected to the root, so that a confirmed subscriber
 * misses nothing. Joins are routed without asking, and sent again until a parent speaks up: so
 * stopping them on the way leaves no request behind. A parent has at most {@link
 * TopicsConfig#fanOut} children and hands any more down to them (Scribe, section 3.3.3): each of
 * them invites the newcomer, which goes to the one of which it hears first.
 *
 * <p>Every node takes messages in order and each once, and pulls what it misses from its parent,
 * which it notices by the next message or by the parent's beat. What the nodes above do not
 * remember, the root reads from the ledger.
 *
 * <p>Used by one thread at a time, within steps of the node. Callbacks come in a later step, each
 * once.
 */
public final class Topics implements Messaging {
  private static final int MAX_NAME_BYTES = 1_024;
  private static final int MAX_TAKERS = 1_024;

  private final Surroundings around;
  private final Counters counters = new Counters();
  private final TopicTable topics;
  private final Requests requests;
  private final Groups groups;
  private long numbers;
  private int pending;

  /**
   * The topics of the node that {@code ring} speaks for; it hooks itself into ring and routing.
   *
   * @param ledgers of the node, which tell this of theirs from now on
   */
  public Topics(World world, RingView ring, Routing routing, Ledgers ledgers, TopicsConfig config) {
    this.around =
        new Surroundings(
            world,
            ring,
            routing,
            ledgers,
            config,
            counters,
            new Pages(ledgers, config.publishTimeout()),
            new Durables(),
            new Pieces(ledgers, config.publishTimeout()));
    this.topics = new TopicTable(around);
    this.requests = new Requests(around, topics);
    this.numbers = world.random().nextLong() >>> 2;
    this.groups = new Groups(around, this);
    requests.serve(routing);
    ring.listen(topics);
    ledgers.listen(topics);
  }

  // ---- the face

  @Override
  public void subscribe(
      String topic,
      Subscriber subscriber,
      SubscribeOptions options,
      Consumer<Result<Subscription>> done) {
    Topic found = isName(topic) ? topics.findOrCreate(topic) : null;
    if (found == null) {
      refuse(topic, done);
      return;
    }
    found.subscribers().add(subscriber, options, done);
    found.takePlace();
    if (found.isConnected()) {
      found.confirm();
    }
  }

  @Override
  public void retain(String topic, Retention retention, Consumer<Result<Retention>> done) {
    if (isName(topic)) {
      around
          .ledgers()
          .retain(
              Id.ofKey(topic),
              retention,
              around.config().publishTimeout(),
              kept -> retainPieces(topic, kept, done));
    } else {
      refuse(topic, done);
    }
  }

  /** Of the pieces of large messages as much is kept, whatever their number. */
  private void retainPieces(
      String topic, Result<Retention> kept, Consumer<Result<Retention>> done) {
    if (kept instanceof Result.Ok<Retention> ok) {
      Retention pieces = new Retention(Pieces.MOST_KEPT, ok.value().bytes(), ok.value().age());
      around
          .ledgers()
          .retain(
              Pieces.ledger(topic),
              pieces,
              around.config().publishTimeout(),
              result -> later(() -> done.accept(result.map(also -> ok.value()))));
    } else {
      later(() -> done.accept(kept));
    }
  }

  @Override
  public void forget(String topic, String name, Consumer<Result<Boolean>> done) {
    if (isName(topic)) {
      Durables.forget(around, topic, name, forgotten -> later(() -> done.accept(forgotten)));
    } else {
      refuse(topic, done);
    }
  }

  @Override
  public void publish(
      String topic, Optional<String> once, Bytes payload, Consumer<Result<Published>> done) {
    if (!isName(topic)) {
      refuse(topic, done);
    } else if (once.filter(key -> key.isEmpty() || key.length() > MAX_KEY).isPresent()) {
      String wrong = "a message's key has 1 to " + MAX_KEY + " characters";
      later(() -> done.accept(Result.failed(Failure.Kind.INVALID, wrong)));
    } else if (payload.size() > MAX_MESSAGE_BYTES) {
      tooLarge(payload, MAX_MESSAGE_BYTES, done);
    } else {
      Consumer<Result<Ledgers.Appended>> told =
          appended -> later(() -> done.accept(appended.map(Topics::published)));
      if (payload.size() > around.config().maxPayload() || Manifest.isOne(payload)) {
        around.pieces().append(topic, once, payload, told);
      } else {
        Duration timeout = around.config().publishTimeout();
        around.ledgers().append(Id.ofKey(topic), once, payload, timeout, told);
      }
    }
  }

  private static Published published(Ledgers.Appended appended) {
    return new Published(appended.sequence(), appended.audience());
  }

  @Override
  public void anycast(
      String topic, Bytes payload, AnycastOptions options, Consumer<Result<Bytes>> done) {
    offer(topic, payload, 1, options, done, AnycastOutcome::one);
  }

  @Override
  public void manycast(
      String topic,
      Bytes payload,
      int takers,
      AnycastOptions options,
      Consumer<Result<Takers>> done) {
    if (takers < 1 || takers > MAX_TAKERS) {
      Result<Takers> failed =
          Result.failed(
              Failure.Kind.INVALID,
              "a manycast is for 1 to " + MAX_TAKERS + " takers, not " + takers);
      later(() -> done.accept(failed));
    } else {
      offer(topic, payload, takers, options, done, AnycastOutcome::several);
    }
  }

  private <T> void offer(
      String topic,
      Bytes payload,
      int takers,
      AnycastOptions options,
      Consumer<Result<T>> done,
      Function<AnycastOutcome, Result<T>> result) {
    if (!isName(topic)) {
      refuse(topic, done);
    } else if (payload.size() > around.config().maxPayload()) {
      tooLarge(payload, around.config().maxPayload(), done);
    } else if (pending >= around.config().maxPending()) {
      String text = pending + " anycasts are under way";
      later(() -> done.accept(Result.failed(Failure.Kind.OVERLOADED, text)));
    } else {
      pending++;
      Anycast.Errand errand = new Anycast.Errand(topic, nextId(), payload, takers);
      Consumer<AnycastOutcome> ended =
          outcome -> {
            pending--;
            done.accept(result.apply(outcome));
          };
      new Anycast(around, this::ask, errand, options, ended).start();
    }
  }

  @Override
  public void join(
      String topic,
      String group,
      Member member,
      GroupOptions options,
      Consumer<Result<Membership>> done) {
    if (isName(topic) && isName(group)) {
      groups.join(new GroupName(topic, group), member, options, done);
    } else {
      refuse(isName(topic) ? group : topic, done);
    }
  }

  private MessageId nextId() {
    Peer self = around.self();
    return new MessageId(self.id(), self.incarnation(), numbers++);
  }

  private static boolean isName(String topic) {
    int bytes = topic.getBytes(StandardCharsets.UTF_8).length;
    return bytes >= 1 && bytes <= MAX_NAME_BYTES;
  }

  private <T> void refuse(String topic, Consumer<Result<T>> done) {
    Result<T> result =
        isName(topic)
            ? Result.failed(
                Failure.Kind.OVERLOADED,
                "this node takes part in " + topics.size() + " topics already")
            : Result.failed(
                Failure.Kind.INVALID, "a topic's name has 1 to " + MAX_NAME_BYTES + " bytes");
    later(() -> done.accept(result));
  }

  private <T> void tooLarge(Bytes payload, int most, Consumer<Result<T>> done) {
    Result<T> result = Result.failed(Failure.Kind.TOO_LARGE, payload + " are more than " + most);
    later(() -> done.accept(result));
  }

  private void later(Runnable callback) {
    around.world().after(Duration.ZERO, callback);
  }

  /** Asks a peer; this node itself is asked without the network, in a later step. */
  private void ask(Peer peer, Message request, AskOptions options, Consumer<Result<Message>> done) {
    if (!around.isSelf(peer.id())) {
      around.routing().ask(peer, request, options, done);
    } else if (request instanceof Offer offer) {
      later(() -> requests.offer(offer, done));
    } else {
      later(() -> done.accept(Result.ok(requests.lookHere((Look) request))));
    }
  }

  // ---- what other nodes say

  /** Takes a message of this protocol that was sent here directly. */
  public void received(Peer from, TopicMessage message) {
    if (message instanceof Adopt adopt) {
      requests.admit(adopt.join(), adopt.depth());
      return;
    }
    if (message instanceof TakenOver news) {
      around.durables().takenOver(news);
      return;
    }
    Topic topic = topics.find(message.topic());
    if (topic == null) {
      unknownTopic(from, message);
    } else if (message instanceof Carry carry) {
      topic.carried(from, carry.numbered());
    } else if (message instanceof Beat beat) {
      topic.beat(from, beat);
    } else if (message instanceof Refresh refresh) {
      topic.refreshed(from, refresh);
    } else if (message instanceof Invite invite) {
      topic.invite(invite);
    } else if (message instanceof Invited invited) {
      topic.invited(from, invited);
    } else if (message instanceof NotParent) {
      topic.notParent(from);
    } else if (message instanceof Leave) {
      topic.left(from);
    } else if (message instanceof Pull pull) {
      topic.pulled(pull);
    } else if (message instanceof Pulled pulled) {
      topic.caughtUp(pulled);
    } else {
      throw new IllegalArgumentException(message.getClass() + " is asked for, not sent");
    }
  }

  private void unknownTopic(Peer from, TopicMessage message) {
    if (message instanceof Carry || message instanceof Beat) {
      around.world().send(from, new Leave(message.topic()));
    } else if (message instanceof Refresh) {
      around.world().send(from, new NotParent(message.topic()));
    }
  }

  /** A connection was refused, broke, or fell silent. */
  public void unreachable(Peer peer, String reason) {
    topics.all().forEach(topic -> topic.unreachable(peer));
  }

  /** What this node's topics have come to. */
  public TopicsStats stats() {
    int subscribers = 0;
    int children = 0;
    int mostChildren = 0;
    int depth = 0;
    for (Topic topic : topics.all()) {
      subscribers += topic.subscribers().size();
      children += topic.children().size();
      mostChildren = Math.max(mostChildren, topic.children().size());
      depth = Math.max(depth, topic.depth());
    }
    return new TopicsStats(
        topics.size(),
        subscribers,
        children,
        mostChildren,
        depth,
        counters.numbered,
        counters.delivered,
        counters.forwarded,
        counters.repeated,
        counters.pulled,
        counters.lost,
        counters.skipped,
        counters.rejoined,
        counters.failing);
  }

  /**
   * Checks what must hold between any two steps.
   *
   * @throws IllegalStateException if it does not, saying what
   */
  public void checkInvariants() {
    topics.checkInvariants();
    around.pages().checkInvariants();
    around.pieces().checkInvariants();
    requests.checkInvariants();
    groups.checkInvariants();
    if (pending < 0) {
      throw new IllegalStateException(pending + " anycasts under way");
    }
  }
}
