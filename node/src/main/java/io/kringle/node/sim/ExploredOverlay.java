package io.kringle.node.sim;

import io.kringle.ring.Codec;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.RememberedPeers;
import io.kringle.ring.World;
import io.kringle.store.engine.SimulatedDisk;
import java.util.List;

/** Ring and routing alone, and lookups in them. */
final class ExploredOverlay implements Explored<OverlayNode> {
  private final Codec codec;
  private final ExploreDice dice;
  private final ExploreLookups lookups;

  ExploredOverlay(Codec codec, ExploreDice dice, ExploreLookups lookups) {
    this.codec = codec;
    this.dice = dice;
    this.lookups = lookups;
  }

  @Override
  public OverlayNode assemble(
      World world, Peer self, RememberedPeers remembered, SimulatedDisk disk) {
    return new OverlayNode(
        world,
        codec,
        self,
        remembered,
        (delivery, lookup, responder) -> lookups.arrived(self, lookup));
  }

  @Override
  public boolean keepsRecords() {
    return dice.chance(0.5);
  }

  @Override
  public boolean mayLoseDisk(
      ExploreProcess<OverlayNode> process, List<ExploreProcess<OverlayNode>> all) {
    return true;
  }

  @Override
  public boolean isEverybodyNeeded() {
    return false;
  }

  /** Has a node look for the owner of a key; it must be active. */
  void look(ExploreProcess<OverlayNode> from, Id key) {
    lookups.look(from.node().orElseThrow(), key);
  }
}
