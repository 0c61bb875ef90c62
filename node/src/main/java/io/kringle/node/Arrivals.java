package io.kringle.node;

import akka.actor.typed.ActorRef;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Inbound;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What the transport reports, on its way to the node's actor. What arrived in one turn of the loop
 * enters together, in its order, so that the actor's mailbox costs little. On the loop only.
 */
final class Arrivals implements Inbound {
  private final CompletableFuture<ActorRef<Step>> node;
  private List<Step> waiting = new ArrayList<>();

  Arrivals(CompletableFuture<ActorRef<Step>> node) {
    this.node = node;
  }

  @Override
  public void received(Peer from, Message message) {
    add(stack -> stack.received(from, message));
  }

  @Override
  public void unreachable(Peer peer, String reason) {
    add(stack -> stack.unreachable(peer, reason));
  }

  @Override
  public void contactFailed(Endpoint endpoint, String reason) {
    add(stack -> stack.contactFailed(endpoint, reason));
  }

  @Override
  public void contactRefused(Endpoint endpoint, String reason) {
    add(stack -> stack.contactRefused(endpoint, reason));
  }

  private void add(Step step) {
    waiting.add(step);
    if (waiting.size() == 1) {
      node.join().tell(this::enter);
    }
  }

  private void enter(Stack stack) {
    List<Step> entering = waiting;
    waiting = new ArrayList<>();
    entering.forEach(step -> step.run(stack));
  }
}
