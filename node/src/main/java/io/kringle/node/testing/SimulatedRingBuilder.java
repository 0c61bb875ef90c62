package io.kringle.node.testing;

import io.kringle.node.Kringle;
import io.kringle.node.NodeConfig;
import io.kringle.node.SimulatedHost;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What a simulated ring is made of.
 *
 * @param <S> what runs on each node
 */
public final class SimulatedRingBuilder<S> {
  private final Map<String, Object> settings;
  private final Function<Kringle, S> service;
  private int nodes = 5;
  private long seed = 1;

  private SimulatedRingBuilder(Map<String, Object> settings, Function<Kringle, S> service) {
    this.settings = settings;
    this.service = service;
  }

  static SimulatedRingBuilder<Kringle> create() {
    return new SimulatedRingBuilder<>(new LinkedHashMap<>(), kringle -> kringle);
  }

  /** How many nodes there are at first; 5 if it is not said. */
  public SimulatedRingBuilder<S> nodes(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("a ring has at least one node, not " + count);
    }
    nodes = count;
    return this;
  }

  /** What everything random is drawn from; 1 if it is not said. */
  public SimulatedRingBuilder<S> seed(long number) {
    seed = number;
    return this;
  }

  /**
   * A setting of every node, by its name below {@code kringle} in {@code reference.conf}.
   * Addresses, directories, durability and HTTP mean nothing in a simulation.
   */
  public SimulatedRingBuilder<S> set(String name, Object value) {
    settings.put(name, value);
    return this;
  }

  /**
   * What runs on each node: made anew whenever the node has started and is in its ring, with
   * callbacks that come one at a time. It must not wait, nor start threads, nor look at any clock
   * but {@link Kringle#clock}.
   */
  public <T> SimulatedRingBuilder<T> service(Function<Kringle, T> application) {
    return new SimulatedRingBuilder<>(settings, application).nodes(nodes).seed(seed);
  }

  /**
   * Makes the ring: the nodes join one after the other, until each knows its neighbours.
   *
   * @throws IllegalArgumentException if a setting is unknown or out of range
   */
  public SimulatedRing<S> start() {
    NodeConfig config = NodeConfig.load(Optional.empty(), settings);
    SimulatedRing<S> ring = new SimulatedRing<>(new SimulatedHost(seed, config), service);
    ring.form(nodes);
    return ring;
  }

  /**
   * Makes a ring for each seed, and tries the same on all of them.
   *
   * @param last the last seed, inclusive
   * @throws AssertionError at the first seed with which something is thrown; it names the seed
   */
  // Justification for the broad catch: whatever is thrown is thrown on, with the seed.
  @SuppressWarnings("IllegalCatch")
  public void forSeeds(long first, long last, Consumer<SimulatedRing<S>> scenario) {
    for (long each = first; each <= last; each++) {
      try (SimulatedRing<S> ring = seed(each).start()) {
        scenario.accept(ring);
      } catch (RuntimeException | Error failed) {
        throw new AssertionError("with seed " + each + ": " + failed.getMessage(), failed);
      }
    }
  }
}
