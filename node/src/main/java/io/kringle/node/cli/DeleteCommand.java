package io.kringle.node.cli;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code delete K}: leaves a tombstone. */
@Command(
    name = "delete",
    description = "Delete a key; exit 3 if it has no value, 4 if the condition is not met.",
    mixinStandardHelpOptions = true)
final class DeleteCommand implements Callable<Integer> {
  @Mixin private final NodeAddress node = new NodeAddress();

  @Parameters(paramLabel = "K", description = "The key.")
  private String key = "";

  @Option(
      names = "--if-version",
      paramLabel = "N",
      description = "Only if the key is at this version.")
  private Optional<Long> version = Optional.empty();

  @Override
  public Integer call() throws InterruptedException {
    HttpNode http = node.connect();
    HttpRequest.Builder request = http.request(HttpNode.key(key)).DELETE();
    version.ifPresent(at -> request.header("If-Match", Conditions.etag(at)));
    HttpResponse<byte[]> response = HttpNode.expect(http.send(request.build()), 200, 204);
    Conditions.printVersion(node.json(), key, response);
    return Exit.DONE;
  }
}
