package io.kringle.node;

import io.kringle.node.http.HttpGateway;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * What a node of the Java API stands on: threads, sockets and files of this process, or a
 * simulation. Everything above it is the same.
 */
interface Platform {

  /** Runs what must not run at the same time as a step of the node. */
  Executor loop();

  /** Completes stages, and calls subscribers and services. */
  Executor callbacks();

  /** The time. */
  KringleClock clock();

  /**
   * Makes the one that keeps the node alive.
   *
   * @param calls to be connected with each life of the node
   * @param begun told the way into each life before anything else goes there
   * @param revived told when a later life has joined the ring
   */
  Keeper keeper(Calls calls, Consumer<Steps> begun, Runnable revived);

  /** Serves HTTP, if the node is to. */
  CompletionStage<Optional<HttpGateway.Server>> serveHttp(Kringle node);

  /** Waits for a stage, if that is possible here. */
  void await(CompletionStage<?> stage);

  /** Lets go of everything, once the node has ended. */
  CompletionStage<Void> release();
}
