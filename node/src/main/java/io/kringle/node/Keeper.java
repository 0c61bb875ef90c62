package io.kringle.node;

import io.kringle.ring.Peer;
import java.util.concurrent.CompletionStage;

/** Keeps a node alive, from its start to its end. */
interface Keeper {

  /** Starts the node; done when it has joined its ring, or started one. */
  CompletionStage<?> start();

  /** Ends the node in order; done when everything is closed. */
  CompletionStage<Void> stop();

  /** Done when the node has been stopped; failed when it broke down for good. */
  CompletionStage<Void> ended();

  /**
   * Who the node is.
   *
   * @throws IllegalStateException if it was not started
   */
  Peer self();

  /**
   * The way into the node as it is now.
   *
   * @throws IllegalStateException if it was not started
   */
  Steps steps();
}
