package io.kringle.samples;

import io.kringle.node.Kringle;

/** Two nodes, one ring: what one writes, the other reads. */
public final class HelloRing {
  private HelloRing() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) {
    try (Kringle first = Kringle.builder().startAndWait();
        Kringle second = Kringle.builder().seeds(first.endpoint()).startAndWait()) {
      first.store().put("greeting", "hello, ring").toCompletableFuture().join();
      System.out.println(
          second.store().get("greeting").toCompletableFuture().join().text().orElse("nothing"));
    }
  }
}
