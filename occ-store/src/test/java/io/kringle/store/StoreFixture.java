package io.kringle.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.replication.Versioned;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Inbound;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.ring.World;
import io.kringle.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A store in a simulated node of its own, over fake records. */
final class StoreFixture {
  static final StoreConfig CONFIG = new StoreConfig(100, Duration.ofSeconds(5));

  final Simulation simulation;
  final World world;
  final FakeRecords records;
  final Store store;

  private StoreFixture(Simulation simulation, World world, Map<String, Versioned> map) {
    this.simulation = simulation;
    this.world = world;
    this.records = new FakeRecords(world, map);
    this.store = new Store(world, records, CONFIG);
  }

  static StoreFixture create() {
    return create(new Simulation(1, UnaryOperator.identity()), 1, FakeRecords.newMap());
  }

  static StoreFixture create(Simulation simulation, int number, Map<String, Versioned> map) {
    List<World> worlds = new ArrayList<>();
    Peer peer = new Peer(Id.ofKey("node " + number), new Endpoint("node", number), 1);
    simulation.start(
        peer,
        world -> {
          worlds.add(world);
          return new Deaf();
        });
    return new StoreFixture(simulation, worlds.get(0), map);
  }

  /** The result of an operation, which comes once, and not before the operation was called for. */
  <T> Result<T> await(Consumer<Consumer<Result<T>>> operation) {
    List<Result<T>> results = new ArrayList<>();
    operation.accept(results::add);
    assertThat(results).as("results within the call").isEmpty();
    simulation.run(Duration.ofMinutes(5));
    assertThat(results).as("results").hasSize(1);
    return results.get(0);
  }

  static <T> T value(Result<T> result) {
    return result.fold(
        value -> value,
        failure -> {
          throw new AssertionError("failed: " + failure);
        });
  }

  static Failure failure(Result<?> result) {
    return result.fold(
        value -> {
          throw new AssertionError("succeeded: " + value);
        },
        failure -> failure);
  }

  /** Has no need for messages. */
  private static final class Deaf implements Inbound {
    @Override
    public void received(Peer from, Message message) {}

    @Override
    public void unreachable(Peer peer, String reason) {}

    @Override
    public void contactFailed(Endpoint endpoint, String reason) {}
  }
}
