package io.kringle.node;

import java.util.concurrent.CompletionStage;

/** A subscription that can be ended. */
public interface TopicSubscription {

  /** Ends it. Nothing is received once the stage has completed. Calling it again does no harm. */
  CompletionStage<Void> cancel();
}
