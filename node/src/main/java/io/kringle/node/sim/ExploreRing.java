package io.kringle.node.sim;

import io.kringle.ring.Arc;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Peer;
import io.kringle.ring.RingView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The processes of one exploration.
 *
 * <p>What is promised to the ring, so that whatever happens it can become one again: the first few
 * processes, the founders, are the seeds that every process is configured with, themselves
 * included. Their addresses never change, and those that are down when the faults stop are started
 * again. At any time at least one founder has a disk that knows the ring, since a ring of which
 * every disk is lost is gone. Nothing else is promised: all may be down at once, every node may be
 * one of a part that has forgotten the others, and a founder may come back as a stranger.
 *
 * @param <N> what runs in the processes
 */
final class ExploreRing<N extends ExploredNode> {
  private static final int MOST_FOUNDERS = 3;
  private static final Duration BETWEEN_STARTS = Duration.ofSeconds(1);

  private final ExploreStage stage;
  private final Explored<N> explored;
  private final int most;
  private final int founders;
  private final List<ExploreProcess<N>> processes = new ArrayList<>();
  private boolean faultless = true;

  /**
   * No process yet.
   *
   * @param most how many there are at most
   */
  ExploreRing(ExploreStage stage, Explored<N> explored, int most) {
    this.stage = stage;
    this.explored = explored;
    this.most = most;
    this.founders = stage.dice().between(1, Math.min(MOST_FOUNDERS, most));
  }

  // ---- who there is

  /** The first process starts, and makes the ring. */
  void found() {
    stage.story().tell(founders + " of the first nodes are the seeds of all");
    newProcess().create(stage.dice().id());
  }

  /** How many processes there have ever been. */
  int founded() {
    return processes.size();
  }

  /** Another process starts, for the first time; none if there are enough already. */
  void add() {
    if (processes.size() < most) {
      newProcess().start();
    }
  }

  private ExploreProcess<N> newProcess() {
    List<Endpoint> seeds = IntStream.range(0, founders).mapToObj(ExploreProcess::endpoint).toList();
    ExploreProcess<N> added =
        new ExploreProcess<>(stage, explored, processes.size(), seeds, this::joined);
    processes.add(added);
    return added;
  }

  List<ExploreProcess<N>> processes() {
    return List.copyOf(processes);
  }

  List<ExploreProcess<N>> up() {
    return processes.stream().filter(ExploreProcess::isUp).toList();
  }

  List<ExploreProcess<N>> active() {
    return processes.stream().filter(ExploreProcess::isActive).toList();
  }

  /** Those that are active, and not in the middle of a pause. */
  List<ExploreProcess<N>> awake() {
    return active().stream().filter(ExploreProcess::isAwake).toList();
  }

  /** How often a node was not let in. */
  int failedJoins() {
    return processes.stream().mapToInt(ExploreProcess::failedJoins).sum();
  }

  /** Those that are up, in the order of their ids: once round the ring. */
  List<ExploreProcess<N>> upInOrder() {
    return up().stream().sorted(Comparator.comparing(up -> up.self().id())).toList();
  }

  private boolean isFounder(ExploreProcess<N> process) {
    return process.number() < founders;
  }

  /** Whether the ring goes on if this process loses its disk. */
  boolean mayLoseDisk(ExploreProcess<N> process) {
    boolean isRemembered =
        !isFounder(process)
            || processes.stream()
                .anyMatch(
                    other -> isFounder(other) && !other.equals(process) && other.knowsItsRing());
    return isRemembered && explored.mayLoseDisk(process, processes);
  }

  // ---- what is to hold

  /** From now on nodes may be wrong for a while. */
  void faultsBegin() {
    faultless = false;
  }

  /**
   * The founders that are down are started, and nobody else from now on; or, where everybody is
   * needed, all who are down, now and whenever somebody has left after all.
   */
  void faultsEnd() {
    if (explored.isEverybodyNeeded()) {
      startAll();
    } else {
      processes.stream().filter(this::isFounder).forEach(ExploreProcess::startIfDown);
    }
  }

  private void startAll() {
    processes.forEach(ExploreProcess::startIfDown);
    stage.simulation().at(BETWEEN_STARTS, this::startAll);
  }

  /**
   * Without faults a join is consistent at any moment: whoever is active owns its arc alone, since
   * all around it know it by then.
   */
  private void joined(ExploreProcess<N> newcomer) {
    if (faultless) {
      Arc arc = arc(newcomer);
      for (ExploreProcess<N> other : active()) {
        if (!other.equals(newcomer) && arc(other).overlaps(arc)) {
          throw new IllegalStateException(
              newcomer + " is active too early: " + other + " owns a part of its arc");
        }
      }
    }
  }

  private static Arc arc(ExploreProcess<?> process) {
    return process.node().orElseThrow().ring().leafSet().arc();
  }

  /** Why the processes that are up are not one ring yet; empty if they are. */
  Optional<String> disagreement() {
    for (ExploreProcess<N> process : processes) {
      if (process.isTrying() || process.isUp() && !process.isActive()) {
        return Optional.of(process + " is not in the ring");
      }
    }
    return RingAgreement.disagreement(views());
  }

  private List<RingView> views() {
    return active().stream()
        .flatMap(process -> process.node().stream())
        .map(ExploredNode::ring)
        .toList();
  }

  List<Peer> peers() {
    return active().stream().map(ExploreProcess::self).toList();
  }
}
