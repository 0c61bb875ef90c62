package io.kringle.node;

import java.util.concurrent.CompletionStage;

/** A watch of the store that can be ended. */
public interface StoreWatch {

  /** Ends it. Nothing is told once the stage has completed. Calling it again does no harm. */
  CompletionStage<Void> close();
}
