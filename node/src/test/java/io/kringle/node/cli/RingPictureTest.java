package io.kringle.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.junit.jupiter.api.Test;

class RingPictureTest {

  @Test
  void eachNodeStandsWhereItsIdIsAndOwnsTheLettersAroundIt() throws JsonProcessingException {
    String picture =
        RingPicture.of(
            HttpNode.JSON.readTree(
                """
                {"nodes": [
                  {"id": "4000000000000000000000000000000000000000", "endpoint": "a:1",
                   "arc": {"from": "2000000000000000000000000000000000000000",
                           "to": "8000000000000000000000000000000000000000"}},
                  {"id": "c000000000000000000000000000000000000000", "endpoint": "b:2",
                   "arc": {"from": "8000000000000000000000000000000000000000",
                           "to": "2000000000000000000000000000000000000000"}}
                ], "partial": false}
                """));
    String[] lines = picture.lines().toArray(String[]::new);
    assertThat(lines[8].stripLeading()).startsWith("B").endsWith("A");
    assertThat(lines[0]).contains("b").doesNotContain("a");
    assertThat(picture)
        .contains("A  4000000000000000000000000000000000000000  a:1")
        .contains("owns 20000000 to 80000000, 37.5 %")
        .contains("62.5 %")
        .endsWith("2 nodes");
  }

  @Test
  void anArcIsALineBelowTheNodes() throws JsonProcessingException {
    String picture =
        RingPicture.of(
            HttpNode.JSON.readTree(
                """
                {"nodes": [], "arcs": [
                  {"number": "00000000000000ff",
                   "from": "2000000000000000000000000000000000000000",
                   "to": "8000000000000000000000000000000000000000",
                   "epoch": 7, "daddy": "4000000000000000000000000000000000000000",
                   "members": [{"id": "4000000000000000000000000000000000000000", "endpoint": "a:1"},
                     {"id": "c000000000000000000000000000000000000000", "endpoint": "b:2",
                      "lag": 12}],
                   "learners": [{"id": "d000000000000000000000000000000000000000",
                     "endpoint": "c:3"}],
                   "health": "degraded", "problems": ["d0000000 is being filled", "and more"]}
                ], "partial": false}
                """));
    assertThat(picture)
        .endsWith(
            "0 nodes\n"
                + "  00000000000000ff  20000000 to 80000000  epoch 7  daddy 40000000"
                + "  members 40000000 c0000000-12 (d0000000)"
                + "  degraded: d0000000 is being filled; and more");
  }

  @Test
  void aWalkThatWasNotAnsweredByAllSaysSo() throws JsonProcessingException {
    assertThat(RingPicture.of(HttpNode.JSON.readTree("{\"nodes\": [], \"partial\": true}")))
        .endsWith("0 nodes; not all answered");
  }
}
