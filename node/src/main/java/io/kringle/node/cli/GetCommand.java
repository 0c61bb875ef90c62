package io.kringle.node.cli;

import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code get K}: prints a value as it is. */
@Command(
    name = "get",
    description = "Print the value of a key; exit 3 if it has none.",
    mixinStandardHelpOptions = true)
final class GetCommand implements Callable<Integer> {
  @Mixin private final NodeAddress node = new NodeAddress();

  @Parameters(paramLabel = "K", description = "The key.")
  private String key = "";

  @Option(
      names = "--stale-ok",
      description = "Any replica may answer, without a majority: maybe an old value.")
  private boolean staleOk;

  @Override
  public Integer call() throws InterruptedException {
    HttpNode http = node.connect();
    HttpResponse<byte[]> response =
        http.send(http.request(HttpNode.key(key) + (staleOk ? "?stale-ok" : "")).GET().build());
    HttpNode.expect(response, 200);
    if (node.json()) {
      System.out.println(Output.entry(key, HttpNode.version(response).orElse(0L), response.body()));
    } else {
      PrintStream out = System.out;
      out.write(response.body(), 0, response.body().length);
      out.println();
      out.flush();
    }
    return Exit.DONE;
  }
}
