package io.kringle.node.sim;

import io.kringle.ring.Peer;
import io.kringle.ring.RememberedPeers;
import io.kringle.ring.World;
import io.kringle.store.engine.SimulatedDisk;
import java.util.List;

/** Which layers an exploration is of, and what faults may do to them. */
interface Explored<N extends ExploredNode> {
  /**
   * The layers of one life of a process.
   *
   * @param remembered whom it knew before; kept up to date
   * @param disk what it has kept of its records
   */
  N assemble(World world, Peer self, RememberedPeers remembered, SimulatedDisk disk);

  /** Whether the next new process keeps its records, and with them its incarnation. */
  boolean keepsRecords();

  /** Whether nothing that was promised is lost if one of all processes loses its disk. */
  boolean mayLoseDisk(ExploreProcess<N> process, List<ExploreProcess<N>> all);

  /** Whether the processes that are down when the faults stop are all started again. */
  boolean isEverybodyNeeded();
}
