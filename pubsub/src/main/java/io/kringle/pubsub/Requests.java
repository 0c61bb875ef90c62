package io.kringle.pubsub;

import io.kringle.pubsub.TopicMessage.Adopt;
import io.kringle.pubsub.TopicMessage.JoinTree;
import io.kringle.pubsub.TopicMessage.Look;
import io.kringle.pubsub.TopicMessage.Offer;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.routing.Delivery;
import io.kringle.routing.Forward;
import io.kringle.routing.Responder;
import io.kringle.routing.Routing;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What other nodes ask of this one by routing: to be taken into a tree, and the questions of an
 * anycast.
 */
final class Requests {
  private final Surroundings around;
  private final TopicTable topics;
  private final Offers offers;

  Requests(Surroundings around, TopicTable topics) {
    this.around = around;
    this.topics = topics;
    this.offers = new Offers(around);
  }

  void serve(Routing routing) {
    routing.onForward(JoinTree.class, this::joinPasses);
    routing.onDeliver(JoinTree.class, (delivery, join, responder) -> arrived(join));
    routing.onDeliver(Look.class, this::look);
    routing.onDeliver(
        Offer.class,
        (delivery, offer, responder) -> offer(offer, result -> answer(responder, result)));
  }

  private Forward.Decision joinPasses(Delivery delivery, JoinTree join, Peer next) {
    boolean here = !around.isSelf(join.child().id()) && admit(join, 0);
    return here ? Forward.Decision.STOP : Forward.Decision.CONTINUE;
  }

  /** At the end of the way: if the topic's root is not here, it is asked. */
  private void arrived(JoinTree join) {
    Id key = Id.ofKey(join.topic());
    boolean isElsewhere = !around.ledgers().leads(key);
    Optional<Peer> root = around.ledgers().daddy(key).filter(peer -> !around.isSelf(peer.id()));
    if (isElsewhere && root.isPresent()) {
      around.world().send(root.get(), new Adopt(join, 0));
    } else {
      admit(join, 0);
    }
  }

  /** Takes a child in, if this node may; whether it did. */
  boolean admit(JoinTree join, int depth) {
    boolean leads = around.ledgers().leads(Id.ofKey(join.topic()));
    Topic known = topics.find(join.topic());
    boolean passes =
        join.rootOnly() && depth == 0 && !leads || known != null && known.hangsBelow(join.child());
    if (passes || around.isSelf(join.child().id())) {
      return false;
    }
    Topic topic = topics.findOrCreate(join.topic());
    if (topic == null) {
      return false;
    }
    topic.adopt(join, depth);
    topic.takePlace();
    return true;
  }

  /**
   * At the end of the way; if the topic's root is not here, it is named. Where nobody is known to
   * be the root, nobody knows how many subscribers there are.
   */
  private void look(Delivery delivery, Look look, Responder responder) {
    Id key = Id.ofKey(look.topic());
    Optional<Peer> root = around.ledgers().daddy(key).filter(peer -> !around.isSelf(peer.id()));
    boolean isRouted = delivery.key().equals(key);
    if (!isRouted || around.ledgers().leads(key)) {
      responder.reply(lookHere(look));
    } else if (root.isPresent()) {
      responder.reply(new TopicMessage.RootAt(look.topic(), root.get()));
    } else {
      responder.fail(
          Failure.of(
              Failure.Kind.UNAVAILABLE,
              around.self() + " knows no root of " + look.topic() + " now: try again"));
    }
  }

  /** What is below this node. */
  Message lookHere(Look look) {
    Topic topic = topics.find(look.topic());
    return topic == null ? nothing(look) : topic.look(offers.life());
  }

  private TopicMessage.Looked nothing(Look look) {
    long rootMillis = around.ledgers().ledFor(Id.ofKey(look.topic())).toMillis();
    return new TopicMessage.Looked(
        look.topic(), around.self(), offers.life(), 0, 0, 0, rootMillis, List.of());
  }

  /** Offers an anycast to the subscribers here. */
  void offer(Offer offer, Consumer<Result<Message>> answer) {
    Topic topic = topics.find(offer.topic());
    offers.offer(offer, topic == null ? List.of() : topic.subscribers().active(), answer);
  }

  void checkInvariants() {
    offers.checkInvariants();
  }

  private static void answer(Responder responder, Result<Message> result) {
    if (result instanceof Result.Ok<Message> ok) {
      responder.reply(ok.value());
    } else {
      responder.fail(((Result.Failed<Message>) result).failure());
    }
  }
}
