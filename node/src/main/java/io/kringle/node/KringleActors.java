package io.kringle.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import io.kringle.pubsub.SubscribeOptions;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The node for the actors of an application's own actor system. May be used from any thread. */
public final class KringleActors {
  private final ActorSystem<?> system;
  private final KringleTopics topics;
  private final KringleServices services;
  private final ActorRef<ServiceCall> proxy;

  KringleActors(ActorSystem<?> system, KringleTopics topics, KringleServices services) {
    this.system = system;
    this.topics = topics;
    this.services = services;
    this.proxy =
        system.systemActorOf(
            Behaviors.receiveMessage(
                call -> {
                  serve(call);
                  return Behaviors.same();
                }),
            "kringle-services-" + UUID.randomUUID(),
            Props.empty());
  }

  private void serve(ServiceCall call) {
    services
        .ask(call.key(), call.service(), call.request(), call.timeout())
        .whenComplete(
            (reply, failure) ->
                call.replyTo()
                    .tell(
                        failure == null ? StatusReply.success(reply) : StatusReply.error(failure)));
  }

  /** An actor that takes {@link ServiceCall}s to the ring and brings the answers. */
  public ActorRef<ServiceCall> services() {
    return proxy;
  }

  /**
   * Subscribes an actor; it is told each message published, however many wait in its mailbox. To be
   * cancelled when the actor ends.
   */
  public CompletionStage<TopicSubscription> subscribe(
      String topic, ActorRef<TopicMessage> subscriber) {
    return topics.subscribe(topic, subscriber::tell);
  }

  /**
   * Subscribes an actor that says when it is done with a message: no more than the options' bounds
   * wait in its mailbox. To be cancelled when the actor ends.
   */
  public CompletionStage<TopicSubscription> subscribe(
      String topic, ActorRef<TopicDelivery> subscriber, SubscribeOptions options) {
    return topics.subscribe(topic, new ActorHandler(subscriber), options);
  }

  /** An actor as a handler. */
  private record ActorHandler(ActorRef<TopicDelivery> actor) implements TopicHandler {
    @Override
    public void received(TopicMessage message) {
      take(message);
    }

    @Override
    public CompletionStage<?> take(TopicMessage message) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      actor.tell(new TopicDelivery.Message(message, () -> done.complete(null)));
      return done;
    }

    @Override
    public void missed(MissedMessages some) {
      actor.tell(new TopicDelivery.Missed(some));
    }

    @Override
    public void ended(KringleException why) {
      actor.tell(new TopicDelivery.Ended(why));
    }
  }

  /**
   * Offers a service at this node that an actor answers.
   *
   * @param timeout until an answer of the actor must be here; then who asked is told {@code
   *     REFUSED}
   * @throws IllegalArgumentException if this node has a service of that name
   */
  public KringleServices.Registration register(
      String service, ActorRef<ServedRequest> handler, Duration timeout) {
    return services.register(
        service,
        request ->
            AskPattern.askWithStatus(
                handler,
                (ActorRef<StatusReply<byte[]>> replyTo) -> new ServedRequest(request, replyTo),
                timeout,
                system.scheduler()));
  }
}
