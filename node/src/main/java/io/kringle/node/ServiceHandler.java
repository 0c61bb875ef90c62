package io.kringle.node;

import java.util.concurrent.CompletionStage;

/**
 * Answers requests to a service of this node. Called on the callback executor; on the node's loop
 * it must not block.
 */
@FunctionalInterface
public interface ServiceHandler {

  /**
   * Answers one request, now or later. Throwing, or a stage that fails, reaches who asked as {@code
   * REFUSED}.
   *
   * @param request what was sent; not to be changed
   */
  CompletionStage<byte[]> handle(byte[] request);
}
