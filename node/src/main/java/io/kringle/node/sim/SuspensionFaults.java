package io.kringle.node.sim;

import io.kringle.replication.ArcStatus;
import io.kringle.ring.Id;
import io.kringle.testkit.Network;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A node's machine is suspended, and goes on in the middle of a step with a network that comes back
 * only a little later: while it asks nobody, it believes what it believed before. Of a pause alone
 * a node hears by the messages that have waited for it. Who leads an arc with records is suspended
 * rather than others, since others have nothing to be wrong about.
 */
final class SuspensionFaults {
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(15);
  private static final Duration SOONEST_NETWORK = Duration.ofMillis(100);
  private static final Duration LATEST_NETWORK = Duration.ofSeconds(2);

  private final ExploreStage stage;
  private final ExploreRing<StackNode> ring;

  SuspensionFaults(ExploreStage stage, ExploreRing<StackNode> ring) {
    this.stage = stage;
    this.ring = ring;
  }

  /** What may happen; what is listed twice is as likely as that. */
  List<Fault> kinds() {
    return List.of(
        new Fault(FaultKind.SUSPENSION, this::suspend),
        new Fault(FaultKind.SUSPENSION, this::suspend));
  }

  private void suspend() {
    List<ExploreProcess<StackNode>> leading =
        ring.up().stream().filter(SuspensionFaults::leadsRecords).toList();
    stage.dice().some(leading.isEmpty() ? ring.up() : leading, 1).forEach(this::suspend);
  }

  private static boolean leadsRecords(ExploreProcess<StackNode> process) {
    Optional<Id> self = Optional.of(process.self().id());
    List<ArcStatus> arcs = process.node().map(StackNode::arcs).orElse(List.of());
    return arcs.stream().anyMatch(arc -> arc.records() > 0 && arc.daddy().equals(self));
  }

  private void suspend(ExploreProcess<StackNode> process) {
    Duration lasts = stage.dice().between(SHORTEST, LONGEST);
    Duration network = stage.dice().between(SOONEST_NETWORK, LATEST_NETWORK);
    stage
        .story()
        .tell(
            "%s is suspended for %d ms, and its network for %d ms longer"
                .formatted(process, lasts.toMillis(), network.toMillis()));
    Id self = process.self().id();
    List<Id> others =
        ring.processes().stream()
            .map(other -> other.self().id())
            .filter(other -> !other.equals(self))
            .toList();
    Network links = stage.simulation().network();
    both(others, other -> links.cut(self, other), other -> links.cut(other, self));
    process.pause(lasts);
    stage
        .simulation()
        .at(
            lasts.plus(network),
            () -> both(others, other -> links.join(self, other), other -> links.join(other, self)));
  }

  private static void both(List<Id> others, Consumer<Id> there, Consumer<Id> back) {
    others.forEach(there.andThen(back));
  }
}
