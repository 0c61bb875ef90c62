package io.kringle.node.testing;

import io.kringle.node.Kringle;
import io.kringle.node.NodeLog;
import io.kringle.node.SimulatedDirectory;
import io.kringle.node.SimulatedHost;
import io.kringle.node.SimulatedLife;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.RingView;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/** One node of a simulated ring, with its service, over all its lives. */
final class Member<S> {
  private static final int PORT = 7400;

  private final Endpoint at;
  private final SimulatedDirectory directory;
  private final NodeLog log;
  private SimulatedLife life;
  private CompletionStage<S> service;

  /** A node that is started at once. */
  Member(
      int number,
      SimulatedDirectory directory,
      SimulatedHost host,
      List<Endpoint> seeds,
      Function<Kringle, S> application) {
    at = new Endpoint("node" + number, PORT);
    this.directory = directory;
    log = new NodeLog(host.simulation()::now);
    log.add("**", at, "starts");
    life = host.start(at, directory, seeds, log);
    service = life.entered().thenApply(application);
  }

  /** Starts the next life. */
  void restart(SimulatedHost host, List<Endpoint> seeds, Function<Kringle, S> application) {
    log.add("**", at, "starts again");
    life = host.start(at, directory, seeds, log);
    service = life.entered().thenApply(application);
  }

  /** Ends the present life without its doing. */
  void end(String how, Consumer<Id> killing) {
    log.add("**", at, how);
    killing.accept(id());
    directory.crash();
  }

  Id id() {
    return directory.id();
  }

  Endpoint endpoint() {
    return at;
  }

  SimulatedDirectory directory() {
    return directory;
  }

  NodeLog log() {
    return log;
  }

  boolean isUp() {
    return life.isUp();
  }

  boolean isActive() {
    return life.isUp() && life.ring().isActive();
  }

  RingView ring() {
    return life.ring();
  }

  Kringle kringle() {
    return life.kringle();
  }

  /** What runs on the node, once the node is in its ring. */
  CompletionStage<S> service() {
    return service;
  }

  void checkInvariants() {
    if (life.isUp()) {
      life.checkInvariants();
    }
  }
}
