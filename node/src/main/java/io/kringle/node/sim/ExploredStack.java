package io.kringle.node.sim;

import io.kringle.node.StackConfig;
import io.kringle.replication.ArcStatus;
import io.kringle.ring.Codec;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Peer;
import io.kringle.ring.RememberedPeers;
import io.kringle.ring.World;
import io.kringle.store.engine.SimulatedDisk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * All layers, and durable records.
 *
 * <p>What is promised to the store: of the members of each arc, in every configuration that any
 * node has ever known last, a majority keeps its disk, and has it as it was written: where a bit
 * has rotted and is not mended yet, the whole disk counts as lost. What a node knew whose disk is
 * lost counts too, until its arc has a later daddy: it may have proposed a member, and the two of
 * them may be half of the group. A disk may be lost while what its node has said is still under
 * way. Everything may be down at once, but comes back when the faults stop.
 */
final class ExploredStack implements Explored<StackNode> {
  private final Codec codec;
  private final StackConfig config;
  private final Consumer<StackNode> observer;
  private final Map<Endpoint, StackNode> latest = new HashMap<>();

  /** What nodes knew whose disks are lost. */
  private final List<ArcStatus> outlived = new ArrayList<>();

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
    outlive(self);
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
    all.forEach(each -> outlive(each.self()));
    List<ArcStatus> known = latest.values().stream().flatMap(node -> node.arcs().stream()).toList();
    outlived.removeIf(old -> known.stream().anyMatch(each -> hasLaterDaddy(each, old)));
    List<Peer> left =
        all.stream()
            .filter(each -> !each.equals(process) && !each.disk().isRotten())
            .map(ExploreProcess::self)
            .toList();
    return Stream.concat(known.stream(), outlived.stream())
        .filter(arc -> arc.members().contains(process.self()))
        .allMatch(arc -> isMajority(arc.members().stream().filter(left::contains).count(), arc));
  }

  private static boolean hasLaterDaddy(ArcStatus arc, ArcStatus old) {
    return arc.number() == old.number() && arc.epoch() > old.epoch() && arc.daddy().isPresent();
  }

  /** If the disk is another than the last life had, what that knew is remembered. */
  private void outlive(Peer self) {
    Optional.ofNullable(latest.get(self.endpoint()))
        .filter(last -> !last.ring().self().equals(self))
        .ifPresent(
            last -> {
              latest.remove(self.endpoint());
              outlived.addAll(last.arcs());
            });
  }

  static boolean isMajority(long members, ArcStatus of) {
    return members > of.members().size() / 2;
  }

  @Override
  public boolean isEverybodyNeeded() {
    return true;
  }
}
