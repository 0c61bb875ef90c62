package io.kringle.node.cli;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code put K [V]}: writes a value, from the command line or from standard input. */
@Command(
    name = "put",
    description = "Store a value under a key; exit 4 if the condition is not met.",
    mixinStandardHelpOptions = true)
final class PutCommand implements Callable<Integer> {
  @Mixin private final NodeAddress node = new NodeAddress();

  @Parameters(index = "0", paramLabel = "K", description = "The key: 1 to 1024 bytes of UTF-8.")
  private String key = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "V",
      description = "The value; read from standard input if it is left out.")
  private Optional<String> value = Optional.empty();

  @Option(
      names = "--ttl",
      paramLabel = "TIME",
      converter = DurationOption.class,
      description = "Delete it after this time, such as 500ms, 90s, 5m or 2h.")
  private Optional<Duration> timeToLive = Optional.empty();

  @ArgGroup private final OnlyIf onlyIf = new OnlyIf();

  /** At most one condition. */
  static final class OnlyIf {
    @Option(
        names = "--if-version",
        paramLabel = "N",
        description = "Only if the key is at this version.")
    private Optional<Long> version = Optional.empty();

    @Option(names = "--if-absent", description = "Only if the key has no value.")
    private boolean absent;
  }

  @Override
  public Integer call() throws InterruptedException, IOException {
    HttpNode http = node.connect();
    byte[] bytes =
        value.isPresent() ? value.get().getBytes(StandardCharsets.UTF_8) : System.in.readAllBytes();
    HttpRequest.Builder request =
        http.request(
                HttpNode.key(key)
                    + timeToLive.map(life -> "?ttl=" + life.toMillis() + "ms").orElse(""))
            .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes));
    onlyIf.version.ifPresent(version -> request.header("If-Match", Conditions.etag(version)));
    if (onlyIf.absent) {
      request.header("If-None-Match", "*");
    }
    HttpResponse<byte[]> response = HttpNode.expect(http.send(request.build()), 200, 201, 204);
    Conditions.printVersion(node.json(), key, response);
    return Exit.DONE;
  }
}
