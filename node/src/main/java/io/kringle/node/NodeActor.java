package io.kringle.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.kringle.ring.World;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shell around a node's stack: one actor that runs on the event loop of the node's sockets.
 * Whatever happens to the node is a message here, and each message is one step. A step that throws
 * has met a broken invariant: the stack is never entered again, and the actor ends.
 */
final class NodeActor extends AbstractBehavior<Step> {
  private static final Logger LOG = LoggerFactory.getLogger(NodeActor.class);

  private final ActorWorld world;
  private final Stack stack;
  private final Consumer<Throwable> broken;

  private NodeActor(
      ActorContext<Step> context, ActorWorld world, Stack stack, Consumer<Throwable> broken) {
    super(context);
    this.world = world;
    this.stack = stack;
    this.broken = broken;
  }

  /**
   * A node's behaviour.
   *
   * @param world made for the actor's own reference
   * @param assemble puts the stack together, within the actor
   * @param broken told once if a step has thrown, on the node's loop
   */
  static Behavior<Step> create(
      Function<ActorRef<Step>, ActorWorld> world,
      Function<World, Stack> assemble,
      Consumer<Throwable> broken) {
    return Behaviors.setup(
        context -> {
          ActorWorld itsWorld = world.apply(context.getSelf());
          return new NodeActor(context, itsWorld, assemble.apply(itsWorld), broken);
        });
  }

  /** Ends the actor after what waits already; its stack is just let go. */
  static Step end() {
    return End.END;
  }

  @Override
  public Receive<Step> createReceive() {
    return newReceiveBuilder()
        .onMessageEquals(End.END, Behaviors::stopped)
        .onMessage(Step.class, this::onStep)
        .build();
  }

  // Justification for catching everything: no invariant can be trusted after a throw, whatever was
  // thrown.
  @SuppressWarnings("IllegalCatch")
  private Behavior<Step> onStep(Step step) {
    world.beginStep();
    try {
      step.run(stack);
      return this;
    } catch (Throwable brokenInvariant) {
      LOG.error("a step of the node failed; its state cannot be trusted any more", brokenInvariant);
      broken.accept(brokenInvariant);
      return Behaviors.stopped();
    }
  }

  private enum End implements Step {
    END;

    @Override
    public void run(Stack stack) {
      throw new IllegalStateException("handled by the actor itself");
    }
  }
}
