package io.kringle.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code arc}: the arcs of the ring, and what can be done for one. */
@Command(
    name = "arc",
    description = "Show every arc of the ring with its group and how that is.",
    mixinStandardHelpOptions = true,
    subcommands = {ArcCommand.ListCommand.class, ArcRecoverCommand.class})
final class ArcCommand implements Callable<Integer> {
  @Mixin private final NodeAddress node = new NodeAddress();

  @Override
  public Integer call() throws InterruptedException {
    return list(node);
  }

  private static int list(NodeAddress node) throws InterruptedException {
    JsonNode ring = node.connect().getJson("/v1/ring/nodes");
    if (node.json()) {
      ring.path("arcs").forEach(System.out::println);
    } else {
      System.out.print(ArcLines.of(ring));
    }
    return Exit.DONE;
  }

  /** {@code arc list}: the same by its full name. */
  @Command(
      name = "list",
      description = "Show every arc of the ring with its group and how that is.",
      mixinStandardHelpOptions = true)
  static final class ListCommand implements Callable<Integer> {
    @Mixin private final NodeAddress node = new NodeAddress();

    @Override
    public Integer call() throws InterruptedException {
      return list(node);
    }
  }
}
