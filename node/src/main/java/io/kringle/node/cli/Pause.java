package io.kringle.node.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A wait between two looks at something outside this process. */
public final class Pause {
  private static final CountDownLatch NEVER = new CountDownLatch(1);

  private Pause() {}

  /** Waits that long. */
  public static void of(Duration duration) throws InterruptedException {
    boolean released = NEVER.await(duration.toNanos(), TimeUnit.NANOSECONDS);
    if (released) {
      throw new IllegalStateException("nobody counts this latch down");
    }
  }
}
