package io.kringle.node.sim;

import io.kringle.ring.Id;
import io.kringle.testkit.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;

/** What may happen to the network of an explored ring. */
final class ExploreLinkFaults {
  private static final Duration SHORTEST = Duration.ofMillis(200);
  private static final Duration LONGEST = Duration.ofSeconds(100);
  private static final double MOST_LOSS = 0.3;
  private static final double MOST_DUPLICATION = 0.3;
  private static final double MOST_REORDERING = 0.5;
  private static final int MOST_LINKS = 20;

  private final ExploreStage stage;
  private final ExploreRing<?> ring;
  private final ExploreDice dice;
  private final Network network;

  /** One direction between two nodes. */
  private record Way(Id from, Id to) {}

  ExploreLinkFaults(ExploreStage stage, ExploreRing<?> ring) {
    this.stage = stage;
    this.ring = ring;
    this.dice = stage.dice();
    this.network = stage.simulation().network();
  }

  /** What may happen; what is listed twice is as likely as that. */
  List<Fault> kinds() {
    return List.of(
        new Fault(FaultKind.LOSS, () -> disturb("lost", MOST_LOSS, network::lose)),
        new Fault(
            FaultKind.DUPLICATION, () -> disturb("doubled", MOST_DUPLICATION, network::duplicate)),
        new Fault(
            FaultKind.REORDERING, () -> disturb("overtaken", MOST_REORDERING, network::reorder)),
        new Fault(FaultKind.PARTITION, this::cutSomeLinks),
        new Fault(FaultKind.PARTITION, this::cutSomeLinks),
        new Fault(FaultKind.PARTITION, () -> isolate(true, false)),
        new Fault(FaultKind.PARTITION, () -> isolate(false, true)),
        new Fault(FaultKind.PARTITION, () -> isolate(true, true)),
        new Fault(
            FaultKind.PARTITION,
            () -> divide(dice.some(ids(), dice.between(1, Math.max(1, ids().size() - 1))))),
        new Fault(FaultKind.PARTITION, () -> divide(dice.some(ids(), (ids().size() + 1) / 2))),
        new Fault(FaultKind.PARTITION, () -> divide(stretch())));
  }

  /** Everything is as it was in the beginning. */
  void mend() {
    network.heal();
    network.lose(0);
    network.duplicate(0);
    network.reorder(0);
  }

  private Duration lasts() {
    return dice.between(SHORTEST, LONGEST);
  }

  private void disturb(String how, double most, DoubleConsumer degree) {
    double share = dice.upTo(most);
    Duration lasts = lasts();
    stage
        .story()
        .tell("%.1f %% of messages are %s for %d ms".formatted(100 * share, how, lasts.toMillis()));
    degree.accept(share);
    stage.simulation().at(lasts, () -> degree.accept(0));
  }

  private List<Id> ids() {
    return ring.processes().stream().map(process -> process.self().id()).toList();
  }

  private void cutSomeLinks() {
    int count = dice.between(1, MOST_LINKS);
    boolean both = dice.chance(0.5);
    List<Way> ways = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Id> ends = dice.some(ids(), 2);
      add(ways, ends.get(0), ends.get(1), true, both);
    }
    cut(count + " links, " + (both ? "in both directions" : "one way"), ways);
  }

  /** One node hears nothing, or is not heard, or both. */
  private void isolate(boolean deaf, boolean mute) {
    Id one = dice.pick(ids());
    List<Way> ways = new ArrayList<>();
    for (Id other : ids()) {
      if (!other.equals(one)) {
        add(ways, other, one, deaf, mute);
      }
    }
    String how = deaf && mute ? "is cut off" : deaf ? "is deaf" : "is mute";
    cut(one.brief() + ", which " + how, ways);
  }

  /** Neighbours on the ring, of any number. */
  private List<Id> stretch() {
    List<Id> circle = ids().stream().sorted().toList();
    int first = dice.between(0, circle.size() - 1);
    int size = dice.between(1, circle.size());
    List<Id> stretch = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      stretch.add(circle.get((first + i) % circle.size()));
    }
    return stretch;
  }

  /** Those on one side and the rest no longer hear each other, or in one direction only. */
  private void divide(List<Id> side) {
    boolean both = dice.chance(0.75);
    List<Way> ways = new ArrayList<>();
    for (Id one : side) {
      for (Id other : ids()) {
        if (!side.contains(other)) {
          add(ways, one, other, true, both);
        }
      }
    }
    cut(
        "%s from the others, %s: %s"
            .formatted(
                side.size() + " nodes",
                both ? "in both directions" : "which do not hear them",
                side.stream().map(Id::brief).toList()),
        ways);
  }

  private static void add(List<Way> ways, Id from, Id to, boolean there, boolean back) {
    if (there) {
      ways.add(new Way(from, to));
    }
    if (back) {
      ways.add(new Way(to, from));
    }
  }

  private void cut(String what, List<Way> ways) {
    Duration lasts = lasts();
    stage.story().tell("cut for " + lasts.toMillis() + " ms: " + what);
    ways.forEach(way -> network.cut(way.from(), way.to()));
    stage.simulation().at(lasts, () -> ways.forEach(way -> network.join(way.from(), way.to())));
  }
}
