package io.kringle.node.bench;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Inbound;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Timer;
import io.kringle.ring.World;
import io.kringle.testkit.Latencies;
import io.kringle.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * How fast the simulator is without what it simulates: nodes that send each message on to another
 * peer, and wait for the next with a timeout that is called off in time. Prints rounds, their
 * median, and whether the mark of 500 000 messages per second holds.
 */
public final class SimulatorBenchmark {
  private static final int ROUNDS = 7;
  private static final int PEERS_OF_A_NODE = 50;
  private static final Duration ROUND = Duration.ofSeconds(20);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final double MARK = 500_000;

  private final Simulation simulation = new Simulation(1, Latencies.euclid(1), message -> message);
  private final SplittableRandom random = new SplittableRandom(1);
  private final List<Peer> peers = new ArrayList<>();
  private final List<PassingOn> nodes = new ArrayList<>();

  private record Parcel() implements Message {}

  private SimulatorBenchmark(int count) {
    for (int i = 0; i < count; i++) {
      peers.add(new Peer(Id.random(random), new Endpoint("node-" + i, 7400), 1));
    }
    for (Peer peer : peers) {
      simulation.start(
          peer,
          world -> {
            PassingOn node = new PassingOn(world);
            nodes.add(node);
            return node;
          });
    }
    nodes.forEach(PassingOn::passOn);
  }

  /** Sends on whatever comes. */
  private final class PassingOn implements Inbound {
    private final World world;
    private final Peer[] known = new Peer[PEERS_OF_A_NODE];
    private Timer timeout = () -> {};

    PassingOn(World world) {
      this.world = world;
      Arrays.setAll(known, i -> peers.get(random.nextInt(peers.size())));
    }

    void passOn() {
      timeout.cancel();
      timeout = world.after(TIMEOUT, () -> {});
      world.send(known[world.random().nextInt(known.length)], new Parcel());
    }

    @Override
    public void received(Peer from, Message message) {
      passOn();
    }

    @Override
    public void unreachable(Peer peer, String reason) {
      throw new IllegalStateException(peer + " is unreachable: " + reason);
    }

    @Override
    public void contactFailed(Endpoint endpoint, String reason) {
      throw new IllegalStateException(endpoint + " cannot be reached: " + reason);
    }
  }

  /** Runs it. Exit code 1: the mark was missed. */
  public static void main(String[] arguments) {
    System.out.println(Machine.describe());
    boolean holds = true;
    for (int nodes : new int[] {1_000, 10_000}) {
      holds = new SimulatorBenchmark(nodes).measure() && holds;
    }
    System.exit(holds ? 0 : 1);
  }

  private boolean measure() {
    double[] rates = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long before = simulation.messages();
      long start = System.nanoTime();
      simulation.run(ROUND);
      rates[round] = (simulation.messages() - before) * 1e9 / (System.nanoTime() - start);
    }
    Arrays.sort(rates);
    double median = rates[ROUNDS / 2];
    System.out.printf(
        Locale.ROOT,
        "%,6d nodes: %,9.0f messages/s (%,.0f to %,.0f), mark %,.0f: %s%n",
        nodes.size(),
        median,
        rates[0],
        rates[ROUNDS - 1],
        MARK,
        median >= MARK ? "holds" : "missed");
    return median >= MARK;
  }
}
