package io.kringle.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one node of this process runs on: an event loop with one thread, and an actor system whose
 * node dispatcher is that loop.
 */
final class Host {
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final String name = "kringle-" + NUMBERS.incrementAndGet();
  private final AtomicInteger lives = new AtomicInteger();
  private final EventLoopGroup group;
  private final ActorSystem<Void> system;

  Host() {
    DefaultThreadFactory threads = new DefaultThreadFactory(name, true);
    group =
        Epoll.isAvailable()
            ? new EpollEventLoopGroup(1, threads)
            : new NioEventLoopGroup(1, threads);
    LoopExecutor.offer(name, group.next());
    Config config =
        ConfigFactory.parseResources(Host.class.getClassLoader(), "kringle-akka.conf")
            .withValue("kringle-loop.loop", ConfigValueFactory.fromAnyRef(name))
            .withFallback(ConfigFactory.defaultReference(Host.class.getClassLoader()))
            .resolve();
    system = ActorSystem.create(Behaviors.empty(), name, config);
  }

  /** The loop that the node's sockets and its actor share. */
  EventLoop loop() {
    return group.next();
  }

  /** For everything else: HTTP has its own threads there. */
  ActorSystem<Void> system() {
    return system;
  }

  /** Starts a node's actor on the loop. */
  ActorRef<Step> spawn(Behavior<Step> node) {
    return system.systemActorOf(
        node, "node-" + lives.incrementAndGet(), DispatcherSelector.fromConfig("kringle-loop"));
  }

  /** Ends both. */
  CompletionStage<Void> stop() {
    system.terminate();
    return system
        .getWhenTerminated()
        .thenCompose(
            done -> {
              LoopExecutor.withdraw(name);
              CompletableFuture<Void> ended = new CompletableFuture<>();
              group
                  .shutdownGracefully(0, 1, TimeUnit.SECONDS)
                  .addListener(ignored -> ended.complete(null));
              return ended;
            });
  }
}
