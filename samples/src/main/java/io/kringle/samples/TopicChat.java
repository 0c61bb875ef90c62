package io.kringle.samples;

import io.kringle.node.Kringle;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.Optional;

/**
 * A chat room is a topic: whoever runs this with the address of somebody in the room is in it as
 * well. Says what others say; what is typed, it says to all. The end of the input leaves.
 */
public final class TopicChat {
  private static final String ROOM = "chat";

  private TopicChat() {}

  /** Takes a nickname and, unless it is the first, the {@code host:port} of a node. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 0) {
      System.err.println("usage: TopicChat NICKNAME [HOST:PORT]");
      System.exit(2);
    }
    Optional<String> seed = arguments.length > 1 ? Optional.of(arguments[1]) : Optional.empty();
    BufferedReader typed =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    chat(arguments[0], seed, typed);
  }

  private static void chat(String nickname, Optional<String> seed, BufferedReader typed)
      throws IOException {
    try (Kringle node =
        Kringle.builder().seeds(seed.stream().toArray(String[]::new)).startAndWait()) {
      node.topics()
          .subscribe(ROOM, message -> System.out.println(message.text()))
          .toCompletableFuture()
          .join();
      System.out.println("others join with: TopicChat NICKNAME " + node.endpoint());
      for (String line = typed.readLine(); line != null; line = typed.readLine()) {
        node.topics().publish(ROOM, nickname + ": " + line).toCompletableFuture().join();
      }
    }
  }
}
