package io.kringle.node;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Message;
import io.kringle.ring.wire.KryoCodec;
import io.kringle.testkit.Simulation;
import java.util.List;

/**
 * Where nodes of the Java API run in a simulation: one thread, virtual time, one seed. The nodes
 * are whole, with every layer, and every message goes through its bytes. Applications use {@code
 * io.kringle.node.testing}, which is built on this.
 */
public final class SimulatedHost {
  private final KryoCodec codec = new KryoCodec(Schemas.all());
  private final NodeConfig config;
  private final Simulation simulation;

  /**
   * A simulation without nodes.
   *
   * @param config of every node; what is said there of addresses, directories and HTTP means
   *     nothing here
   */
  public SimulatedHost(long seed, NodeConfig config) {
    this.config = config;
    simulation = new Simulation(seed, this::throughBytes);
  }

  private Message throughBytes(Message message) {
    int length = codec.encodeToBuffer(message);
    return codec.decode(codec.buffer(), 0, length);
  }

  /** What the nodes run on. */
  public Simulation simulation() {
    return simulation;
  }

  /**
   * Starts a life of a node, which goes into its ring at once: the one that it knows, else the one
   * of its seeds, else a new one.
   *
   * @param at where it listens; the same in every life
   * @param log notes what it sends and hears
   */
  public SimulatedLife start(
      Endpoint at, SimulatedDirectory directory, List<Endpoint> seeds, NodeLog log) {
    return new SimulatedLife(simulation, codec, config, at, directory, seeds, log);
  }
}
