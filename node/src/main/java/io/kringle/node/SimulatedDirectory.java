package io.kringle.node;

import io.kringle.ring.Id;
import io.kringle.ring.RememberedPeers;
import io.kringle.store.engine.SimulatedDisk;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What a node on a {@link SimulatedHost} keeps from one life to the next, as a real one does in its
 * data directory: who it is, which ring it is in, whom it knew, its records.
 */
public final class SimulatedDirectory {
  private final RandomGenerator random;
  private final SimulatedDisk records = new SimulatedDisk();
  private Identity identity;
  private RememberedPeers peers = new RememberedPeers();

  /**
   * The directory of a node that has never run.
   *
   * @param random draws incarnations, and what a crash leaves
   */
  public SimulatedDirectory(Id id, RandomGenerator random) {
    this.random = random;
    identity = new Identity(id, random.nextLong(), Optional.empty());
  }

  /** The node's place on the ring. */
  public Id id() {
    return identity.id();
  }

  /** The disk, to be made slow or full. */
  public SimulatedDisk records() {
    return records;
  }

  /** The node has died: some of what was not yet durable is gone. */
  public void crash() {
    records.crash(random);
  }

  /** Everything in it is gone. The next life has the same id, and is a stranger to everybody. */
  public void lose() {
    records.lose();
    peers = new RememberedPeers();
    identity = new Identity(identity.id(), random.nextLong(), Optional.empty());
  }

  Identity identity() {
    return identity;
  }

  RememberedPeers peers() {
    return peers;
  }

  void joinedRing(Id ring) {
    identity = identity.inRing(ring);
  }
}
