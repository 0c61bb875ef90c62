package io.kringle.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Several nodes tell of one arc. */
class ArcAccountsTest {
  private static NodeInfo node(String id, NodeInfo.Replica... arcs) {
    return new NodeInfo(
        id, id + ":1", Optional.empty(), true, "0", "0", List.of(), List.of(), List.of(arcs));
  }

  private static NodeInfo.Replica arc(
      String number, String from, long epoch, String daddy, String health, String... problems) {
    return new NodeInfo.Replica(
        number,
        from,
        "ff",
        epoch,
        Optional.of(daddy).filter(known -> !known.isEmpty()),
        List.of(),
        List.of(),
        1,
        epoch,
        List.of(),
        health,
        List.of(problems));
  }

  @Test
  void theDaddyOfTheHighestEpochIsBelievedAndTheOthersAddWhatTheyKnowOfThemselves() {
    List<NodeInfo.Replica> arcs =
        new RingNodes(
                List.of(
                    node("a", arc("01", "00", 3, "a", "ok")),
                    node("b", arc("01", "00", 4, "b", "ok")),
                    node("c", arc("01", "00", 4, "b", "degraded", "the disk of c is full")),
                    node("d", arc("01", "00", 5, "", "unavailable", "no daddy is known at d"))),
                false)
            .arcs();
    assertThat(arcs).containsExactly(arc("01", "00", 4, "b", "degraded", "the disk of c is full"));
  }

  @Test
  void whereNobodyLeadsWhatEverybodySaysIsTold() {
    List<NodeInfo.Replica> arcs =
        new RingNodes(
                List.of(
                    node("a", arc("02", "80", 3, "", "unavailable", "no majority")),
                    node("b", arc("02", "80", 4, "", "unavailable", "no majority", "b is empty"))),
                false)
            .arcs();
    assertThat(arcs)
        .containsExactly(arc("02", "80", 4, "", "unavailable", "no majority", "b is empty"));
  }

  @Test
  void arcsComeInTheOrderOfTheirBeginnings() {
    List<NodeInfo.Replica> arcs =
        new RingNodes(
                List.of(node("a", arc("01", "80", 1, "a", "ok"), arc("02", "00", 1, "a", "ok"))),
                false)
            .arcs();
    assertThat(arcs).extracting(NodeInfo.Replica::number).containsExactly("02", "01");
  }
}
