package io.kringle.node;

import java.util.concurrent.CompletionStage;

/** A subscription that can be ended. */
public interface TopicSubscription {

  /**
   * The number of the first message that the subscriber was to get: whoever resumes without having
   * got any goes on from there.
   */
  long first();

  /** Ends it. Nothing is received once the stage has completed. Calling it again does no harm. */
  CompletionStage<Void> cancel();
}
