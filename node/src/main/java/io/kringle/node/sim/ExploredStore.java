package io.kringle.node.sim;

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

/**
 * All layers, and durable records.
 *
 * <p>What is promised to the store: of the members of each arc, in every configuration that any
 * node has ever known last, a majority keeps its disk, and has it as it was written: where a bit
 * has rotted and is not mended yet, the whole disk counts as lost. Everything may be down at once,
 * but comes back when the faults stop.
 */
final class ExploredStore implements Explored<StoreNode> {
  private final Codec codec;
  private final StoreSettings settings;
  private final Map<Endpoint, StoreNode> latest = new HashMap<>();

  ExploredStore(Codec codec, StoreSettings settings) {
    this.codec = codec;
    this.settings = settings;
  }

  @Override
  public StoreNode assemble(
      World world, Peer self, RememberedPeers remembered, SimulatedDisk disk) {
    StoreNode node =
        new StoreNode(world, codec, self, settings.stack(), remembered, disk.open(world));
    latest.put(self.endpoint(), node);
    return node;
  }

  @Override
  public boolean keepsRecords() {
    return true;
  }

  @Override
  public boolean mayLoseDisk(
      ExploreProcess<StoreNode> process, List<ExploreProcess<StoreNode>> all) {
    List<Peer> left =
        all.stream()
            .filter(each -> !each.equals(process) && !each.disk().isRotten())
            .map(ExploreProcess::self)
            .toList();
    for (ExploreProcess<StoreNode> each : all) {
      for (ArcStatus arc : lastKnown(each).map(StoreNode::arcs).orElse(List.of())) {
        boolean hasSay = arc.members().contains(process.self());
        if (hasSay && !isMajority(arc.members().stream().filter(left::contains).count(), arc)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Its present life, or the last that it had with the disk that it has. */
  private Optional<StoreNode> lastKnown(ExploreProcess<StoreNode> process) {
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
