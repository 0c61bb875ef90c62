package io.kringle.node.sim;

import io.kringle.node.StackConfig;
import io.kringle.replication.ArcStatus;
import io.kringle.ring.Codec;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Peer;
import io.kringle.ring.RememberedPeers;
import io.kringle.ring.World;
import io.kringle.store.engine.SimulatedDisk;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * All layers, and durable records.
 *
 * <p>What is promised to the store: of the members of each arc, in every configuration that any
 * node has ever known last, a majority keeps its disk, and has it as it was written: where a bit
 * has rotted and is not mended yet, the whole disk counts as lost. A disk may be lost while what
 * its node has said is still under way. Everything may be down at once, but comes back when the
 * faults stop.
 */
final class ExploredStack implements Explored<StackNode> {
  private final Codec codec;
  private final StackConfig config;
  private final Consumer<StackNode> observer;
  private final Map<Endpoint, StackNode> latest = new HashMap<>();

  /**
   * Nodes that are not there yet.
   *
   * @param observer is shown each of them before it begins
   */
  ExploredStack(Codec codec, StackConfig config, Consumer<StackNode> observer) {
    this.codec = codec;
    this.config = config;
    this.observer = observer;
  }

  @Override
  public StackNode assemble(
      World world, Peer self, RememberedPeers remembered, SimulatedDisk disk) {
    StackNode node = new StackNode(world, codec, self, config, remembered, disk.open(world));
    latest.put(self.endpoint(), node);
    observer.accept(node);
    return node;
  }

  @Override
  public boolean keepsRecords() {
    return true;
  }

  @Override
  public boolean mayLoseDisk(
      ExploreProcess<StackNode> process, List<ExploreProcess<StackNode>> all) {
    List<Peer> left =
        all.stream()
            .filter(each -> !each.equals(process) && !each.disk().isRotten())
            .map(ExploreProcess::self)
            .toList();
    for (ExploreProcess<StackNode> each : all) {
      for (ArcStatus arc : lastKnown(each).map(StackNode::arcs).orElse(List.of())) {
        boolean hasSay = arc.members().contains(process.self());
        if (hasSay && !isMajority(arc.members().stream().filter(left::contains).count(), arc)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Its present life, or the last that it had with the disk that it has. */
  private Optional<StackNode> lastKnown(ExploreProcess<StackNode> process) {
    return Optional.ofNullable(latest.get(process.self().endpoint()))
        .filter(node -> node.ring().self().equals(process.self()));
  }

  static boolean isMajority(long members, ArcStatus of) {
    return members > of.members().size() / 2;
  }

  @Override
  public boolean isEverybodyNeeded() {
    return true;
  }
}
