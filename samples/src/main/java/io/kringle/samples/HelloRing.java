package io.kringle.samples;

import io.kringle.node.Kringle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** A ring of one node: a record, a topic, and a service that is asked by key. */
public final class HelloRing {
  private HelloRing() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) {
    try (Kringle node = Kringle.builder().startAndWait()) {
      node.store().put("greeting", "hello").toCompletableFuture().join();
      node.store()
          .updateText("greeting", text -> text.map(old -> old + ", ring"))
          .toCompletableFuture()
          .join();

      node.topics()
          .subscribe("news", message -> System.out.println(message.text()))
          .toCompletableFuture()
          .join();
      node.topics().publish("news", "fresh kringles").toCompletableFuture().join();

      node.services().registerFunction("shout", HelloRing::shout);
      byte[] answer =
          node.services()
              .ask("any key", "shout", bytes("hey"), Duration.ofSeconds(1))
              .toCompletableFuture()
              .join();
      System.out.println(text(answer));
    }
  }

  private static byte[] shout(byte[] request) {
    return bytes(text(request).toUpperCase(Locale.ROOT) + "!");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
