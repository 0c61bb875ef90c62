package io.kringle.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.testkit.JvmNode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real node does without room on its disk. */
class FullDiskOfProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @TempDir Path directory;

  private String config(String text) throws IOException {
    return Files.writeString(directory.resolve("node.conf"), text).toString();
  }

  @Test
  void aNodeWithAFullDiskRefusesValuesAndSaysSoWhileReadingAndDeletingGoOn() throws IOException {
    try (Processes processes = new Processes(directory)) {
      JvmNode roomy = processes.start("a");
      new Web(roomy).put("/v1/kv/kept", "value");
      new Web(roomy).put("/v1/kv/dropped", "value");
      roomy.kill();

      long more = 2 * directory.toFile().getUsableSpace();
      JvmNode full = processes.start("a", "--config", config("kringle.store.reserve = " + more));
      Web web = new Web(full);
      Awaitility.await().atMost(PATIENCE).until(() -> web.get("/v1/kv/kept").statusCode() == 200);
      HttpResponse<String> refused = web.put("/v1/kv/kept", "more");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body()).contains("urn:kringle:unavailable", "full");
      assertThat(web.get("/v1/kv/kept").body()).isEqualTo("value");
      HttpResponse<String> deleted =
          Web.send(web.at("/v1/kv/dropped").method("DELETE", BodyPublishers.noBody()));
      assertThat(deleted.statusCode()).isEqualTo(204);
      HttpResponse<String> health = web.get("/healthz");
      assertThat(health.statusCode()).isEqualTo(503);
      assertThat(health.body()).contains("the disk is nearly full");
      full.kill();

      Web again = new Web(processes.start("a"));
      Awaitility.await().atMost(PATIENCE).until(() -> again.get("/healthz").statusCode() == 200);
      assertThat(Web.tag(again.put("/v1/kv/kept", "more"))).isEqualTo("\"2\"");
      assertThat(again.get("/v1/kv/dropped").statusCode()).isEqualTo(404);
    }
  }
}
