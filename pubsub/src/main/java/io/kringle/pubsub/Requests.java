package io.kringle.pubsub;

import io.kringle.pubsub.TopicMessage.Ahead;
import io.kringle.pubsub.TopicMessage.JoinTree;
import io.kringle.pubsub.TopicMessage.Look;
import io.kringle.pubsub.TopicMessage.Offer;
import io.kringle.pubsub.TopicMessage.Publish;
import io.kringle.pubsub.TopicMessage.PublishReply;
import io.kringle.pubsub.TopicMessage.Pulled;
import io.kringle.pubsub.TopicMessage.Salvage;
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
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What other nodes ask of this one by routing: to be taken into a tree, and, of the root, to number
 * a message; and the questions of an anycast.
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
    routing.onDeliver(JoinTree.class, (delivery, join, responder) -> admit(join, 0));
    routing.onDeliver(
        Publish.class, (delivery, publish, responder) -> publishAtRoot(publish, responder));
    routing.onDeliver(Ahead.class, (delivery, ahead, responder) -> heardOf(ahead));
    routing.onDeliver(Salvage.class, (delivery, salvage, responder) -> salvage(salvage, responder));
    routing.onDeliver(Look.class, this::look);
    routing.onDeliver(
        Offer.class,
        (delivery, offer, responder) -> offer(offer, result -> answer(responder, result)));
  }

  private Forward.Decision joinPasses(Delivery delivery, JoinTree join, Peer next) {
    boolean here = !around.isSelf(join.child().id()) && admit(join, 0);
    return here ? Forward.Decision.STOP : Forward.Decision.CONTINUE;
  }

  /** Takes a child in, if this node may; whether it did. */
  boolean admit(JoinTree join, int depth) {
    boolean owner = around.ring().owns(Id.ofKey(join.topic()));
    Topic known = topics.find(join.topic());
    boolean passes =
        join.rootOnly() && depth == 0 && !owner || known != null && known.hangsBelow(join.child());
    if (passes || around.isSelf(join.child().id())) {
      return false;
    }
    Topic topic = topics.findOrCreate(join.topic());
    if (topic == null) {
      return false;
    }
    if (owner) {
      topic.takePlace(topics.patience());
    }
    topic.adopt(join, depth);
    topic.takePlace(topics.patience());
    return true;
  }

  private void publishAtRoot(Publish publish, Responder responder) {
    atRoot(
        publish.topic(),
        responder,
        root -> new PublishReply(publish.topic(), root.publish(publish.id(), publish.payload())));
  }

  private void heardOf(Ahead ahead) {
    boolean owner = around.ring().owns(Id.ofKey(ahead.topic()));
    Topic topic = owner ? topics.findOrCreate(ahead.topic()) : null;
    if (topic != null) {
      topic.takePlace(topics.patience());
      topic.heardOf(ahead.holder(), ahead.last());
    }
  }

  /** Answers a request at the settled root, or says why it cannot be. */
  private void atRoot(String name, Responder responder, Function<Root, Message> answer) {
    if (!around.ring().owns(Id.ofKey(name))) {
      responder.fail(
          Failure.of(Failure.Kind.UNAVAILABLE, around.self() + " is not the root of " + name));
      return;
    }
    Topic topic = topics.findOrCreate(name);
    if (topic == null) {
      responder.fail(
          Failure.of(
              Failure.Kind.OVERLOADED,
              "the root takes part in " + topics.size() + " topics already"));
      return;
    }
    topic.takePlace(topics.patience());
    Root root = topic.root();
    if (root == null || !root.whenSettled(() -> answerSettled(name, root, responder, answer))) {
      responder.fail(
          Failure.of(Failure.Kind.OVERLOADED, "the root of " + name + " has not settled yet"));
    }
  }

  private static void answerSettled(
      String name, Root root, Responder responder, Function<Root, Message> answer) {
    if (root.isSettled()) {
      responder.reply(answer.apply(root));
    } else {
      responder.fail(
          Failure.of(Failure.Kind.UNAVAILABLE, "the root of " + name + " has just changed"));
    }
  }

  private void look(Delivery delivery, Look look, Responder responder) {
    if (delivery.key().equals(Id.ofKey(look.topic()))) {
      atRoot(look.topic(), responder, root -> lookHere(look));
    } else {
      responder.reply(lookHere(look));
    }
  }

  /** What is below this node. */
  Message lookHere(Look look) {
    Topic topic = topics.find(look.topic());
    return topic == null
        ? new TopicMessage.Looked(look.topic(), around.self(), 0, 0, List.of())
        : topic.look();
  }

  /** Offers an anycast to the subscribers here. */
  void offer(Offer offer, Consumer<Result<Message>> answer) {
    Topic topic = topics.find(offer.topic());
    offers.offer(offer, topic == null ? List.of() : topic.subscribers().active(), answer);
  }

  private void salvage(Salvage salvage, Responder responder) {
    Topic topic = topics.find(salvage.topic());
    responder.reply(
        topic == null ? new Pulled(salvage.topic(), 0, List.of(), false) : topic.salvage(salvage));
  }

  private static void answer(Responder responder, Result<Message> result) {
    if (result instanceof Result.Ok<Message> ok) {
      responder.reply(ok.value());
    } else {
      responder.fail(((Result.Failed<Message>) result).failure());
    }
  }
}
