package io.kringle.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.kringle.node.DurationText;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code topic}: what is looked after for a topic. */
@Command(
    name = "topic",
    description = "Say how much of a topic is kept, or forget a durable subscription.",
    mixinStandardHelpOptions = true,
    subcommands = {TopicCommand.Retain.class, TopicCommand.Forget.class})
final class TopicCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do: retain, or forget");
  }

  /** {@code topic retain}: how much of a topic is kept. */
  @Command(
      name = "retain",
      description = {
        "Say how much of a topic is kept for those who come back or begin in the past: what is"
            + " beyond any of the three goes, the oldest first.",
        "What is not named is as usual: 10 000 messages, 64 MiB, 24h."
      },
      mixinStandardHelpOptions = true)
  static final class Retain implements Callable<Integer> {
    @Mixin private final NodeAddress node = new NodeAddress();

    @Parameters(paramLabel = "T", description = "The topic.")
    private String topic = "";

    @Option(names = "--items", paramLabel = "N", description = "Messages; 1 to 1 000 000.")
    private Optional<Long> items = Optional.empty();

    @Option(names = "--bytes", paramLabel = "N", description = "Bytes of messages; at least 1.")
    private Optional<Long> bytes = Optional.empty();

    @Option(
        names = "--age",
        paramLabel = "TIME",
        description = "How old a message may be; " + DurationText.EXAMPLES + ".",
        converter = DurationOption.class)
    private Optional<Duration> age = Optional.empty();

    @Override
    public Integer call() throws InterruptedException {
      List<String> query = new ArrayList<>();
      items.ifPresent(number -> query.add("items=" + number));
      bytes.ifPresent(number -> query.add("bytes=" + number));
      age.ifPresent(time -> query.add("age=" + time.toMillis() + "ms"));
      HttpNode http = node.connect();
      HttpRequest request =
          http.request(HttpNode.topic(topic) + "/retention?" + String.join("&", query))
              .PUT(HttpRequest.BodyPublishers.noBody())
              .build();
      JsonNode kept = HttpNode.json(HttpNode.expect(http.send(request), 200));
      System.out.println(
          node.json()
              ? kept.toString()
              : "kept: %d messages, %d bytes, %s"
                  .formatted(
                      kept.path("items").asLong(),
                      kept.path("bytes").asLong(),
                      Duration.ofMillis(kept.path("ageMillis").asLong())));
      return Exit.DONE;
    }
  }

  /** {@code topic forget}: ends a durable subscription for good. */
  @Command(
      name = "forget",
      description = {
        "Forget a durable subscription and its place; who holds it is told that it has ended.",
        "Exit 3 if there is none of that name."
      },
      mixinStandardHelpOptions = true)
  static final class Forget implements Callable<Integer> {
    @Mixin private final NodeAddress node = new NodeAddress();

    @Parameters(index = "0", paramLabel = "T", description = "The topic.")
    private String topic = "";

    @Parameters(index = "1", paramLabel = "NAME", description = "The subscription's name.")
    private String name = "";

    @Override
    public Integer call() throws InterruptedException {
      HttpNode http = node.connect();
      String path = HttpNode.topic(topic) + "/durable/" + HttpNode.segment(name);
      HttpNode.expect(http.send(http.request(path).DELETE().build()), 204);
      return Exit.DONE;
    }
  }
}
