package io.kringle.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ring}: all nodes with their arcs. */
@Command(
    name = "ring",
    description = "Show every node of the ring with what it owns, and every arc with its group.",
    mixinStandardHelpOptions = true)
final class RingCommand implements Callable<Integer> {
  @Mixin private final NodeAddress node = new NodeAddress();

  @Override
  public Integer call() throws InterruptedException {
    JsonNode nodes = node.connect().getJson("/v1/ring/nodes");
    System.out.println(node.json() ? nodes.toString() : RingPicture.of(nodes));
    return Exit.DONE;
  }
}
