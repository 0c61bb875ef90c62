package io.kringle.samples;

import io.kringle.node.Kringle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/**
 * A service on a ring: every node offers it, and a request goes to the node that owns its key. So
 * the work is spread by key, and all that concerns one key comes to one node.
 */
public final class WordService {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private WordService() {}

  /** Takes words; without any it takes some of its own. */
  public static void main(String[] arguments) {
    String[] words = arguments.length > 0 ? arguments : new String[] {"bread", "flour", "salt"};
    try (Kringle first = Kringle.builder().startAndWait();
        Kringle second = Kringle.builder().seeds(first.endpoint()).startAndWait()) {
      offer(first);
      offer(second);
      for (String word : words) {
        byte[] reply =
            first
                .services()
                .ask(word, "shout", word.getBytes(StandardCharsets.UTF_8), PATIENCE)
                .toCompletableFuture()
                .join();
        System.out.println(new String(reply, StandardCharsets.UTF_8));
      }
    }
  }

  private static void offer(Kringle node) {
    node.services().registerFunction("shout", request -> shout(node, request));
  }

  private static byte[] shout(Kringle node, byte[] request) {
    String word = new String(request, StandardCharsets.UTF_8).toUpperCase(Locale.ROOT);
    return (word + " from " + node.id().substring(0, 8)).getBytes(StandardCharsets.UTF_8);
  }
}
