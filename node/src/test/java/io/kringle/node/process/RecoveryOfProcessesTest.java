package io.kringle.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kringle.testkit.JvmNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two of three processes are gone, and somebody says that it is for good. */
class RecoveryOfProcessesTest {
  private static final Duration SETTLING = Duration.ofSeconds(60);
  private static final int KEYS = 20;

  @TempDir Path directory;

  private static void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(SETTLING)
        .pollInterval(Duration.ofMillis(300))
        .ignoreExceptions()
        .until(condition);
  }

  /** The numbers of all arcs that this node knows, if each has this health. */
  private static List<String> arcs(Web node, String health) {
    List<String> numbers = new ArrayList<>();
    for (JsonNode arc : node.json("/v1/ring/nodes").path("arcs")) {
      if (!arc.path("health").asText().equals(health)) {
        return List.of();
      }
      numbers.add(arc.path("number").asText());
    }
    return numbers;
  }

  private static boolean isWhole(Web node) {
    JsonNode ring = node.json("/v1/ring/nodes");
    for (JsonNode arc : ring.path("arcs")) {
      if (arc.path("members").size() != 3) {
        return false;
      }
    }
    return ring.path("nodes").size() == 3 && !arcs(node, "ok").isEmpty();
  }

  private static void expectAll(Web node) {
    for (int i = 0; i < KEYS; i++) {
      assertThat(node.get("/v1/kv/key-" + i).body()).isEqualTo("value " + i);
    }
  }

  @Test
  void theLastOneGoesOnByRequestAndTheOthersYieldWhenTheyAreBack()
      throws IOException, InterruptedException {
    try (Processes processes = new Processes(directory)) {
      JvmNode a = processes.start("a");
      CompletableFuture<JvmNode> startingB = processes.startAsync("b", "--seeds", a.listen());
      JvmNode c = processes.start("c", "--seeds", a.listen());
      JvmNode b = startingB.join();
      Web last = new Web(a);
      await(() -> isWhole(last));
      for (int i = 0; i < KEYS; i++) {
        assertThat(last.put("/v1/kv/key-" + i, "value " + i).statusCode()).isEqualTo(201);
      }

      Processes.killAtOnce(List.of(b, c));
      await(() -> !arcs(last, "unavailable").isEmpty());
      assertThat(last.get("/v1/kv/key-1").statusCode()).isEqualTo(503);
      String some = arcs(last, "unavailable").get(0);

      Processes.Ended look = processes.run("arc", "recover", some, "--node", last.base());
      assertThat(look.exit()).as(look.out() + look.err()).isEqualTo(2);
      assertThat(look.out())
          .contains(some, b.id(), c.id(), "does not answer", "--accept-data-loss");
      assertThat(last.get("/v1/kv/key-1").statusCode()).isEqualTo(503);
      Processes.Ended list = processes.run("arc", "list", "--node", last.base());
      assertThat(list.out()).contains(some, "unavailable: ", "no majority: 1 of 3 members live");

      for (String arc : arcs(last, "unavailable")) {
        assertThat(
                Web.json(last.post("/v1/arcs/" + arc + "/recover", "{\"acceptDataLoss\": true}"))
                    .path("recovered")
                    .asBoolean())
            .isTrue();
      }
      await(() -> last.get("/v1/kv/key-1").statusCode() == 200);
      expectAll(last);
      assertThat(last.get("/metrics").body()).contains("kringle_replication_recovered_total");
      assertThat(last.put("/v1/kv/key-0", "value 0").statusCode()).isEqualTo(200);

      JvmNode again = processes.start("b", "--listen", b.listen());
      processes.start("c", "--listen", c.listen());
      await(() -> isWhole(last));
      expectAll(new Web(again));
      assertThat(Web.tag(new Web(again).get("/v1/kv/key-0"))).isEqualTo("\"2\"");
    }
  }
}
