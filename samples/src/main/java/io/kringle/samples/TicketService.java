package io.kringle.samples;

import io.kringle.node.Kringle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Numbers for those who queue up: 1, 2, 3, …, each given to one customer at most. The node that
 * owns the name of a queue gives them out; the store remembers the last one, whoever owns the name
 * next. A number may be left out when an answer gets lost.
 */
public final class TicketService {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Kringle node;

  /** Offers the service at a node. */
  public TicketService(Kringle node) {
    this.node = node;
    node.services().register("tickets", this::draw);
  }

  /** Draws the next number of a queue, from whichever node gives them out. */
  public CompletionStage<Integer> next(String queue) {
    return node.services()
        .ask(queue, "tickets", bytes(queue), PATIENCE)
        .thenApply(number -> Integer.parseInt(text(number)));
  }

  private CompletionStage<byte[]> draw(byte[] queue) {
    return node.store()
        .of(Integer.class)
        .update("queue " + text(queue), last -> Optional.of(last.orElse(0) + 1))
        .thenApply(number -> bytes(number.orElseThrow().toString()));
  }

  /** Takes the name of a queue; three draw from it. */
  public static void main(String[] arguments) {
    String queue = arguments.length > 0 ? arguments[0] : "bakery";
    try (Kringle first = Kringle.builder().startAndWait();
        Kringle second = Kringle.builder().seeds(first.endpoint()).startAndWait()) {
      TicketService here = new TicketService(first);
      TicketService there = new TicketService(second);
      System.out.println(here.next(queue).toCompletableFuture().join());
      System.out.println(there.next(queue).toCompletableFuture().join());
      System.out.println(here.next(queue).toCompletableFuture().join());
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
