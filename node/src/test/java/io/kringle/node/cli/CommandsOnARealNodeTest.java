package io.kringle.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.testkit.JvmNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that talk to a node, with one that is a process of its own. */
class CommandsOnARealNodeTest {
  @TempDir static Path directory;
  private static JvmNode node;

  @BeforeAll
  static void startOne() {
    node =
        JvmNode.start(
            directory.resolve("node.log"),
            Duration.ofSeconds(60),
            Main.class.getName(),
            List.of("node", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0"));
  }

  @AfterAll
  static void kill() {
    node.close();
  }

  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--node", "http://" + node.http()));
    PrintWriter out = new PrintWriter(new StringWriter(), true);
    return Main.line(out, new PrintWriter(err, true)).execute(all.toArray(String[]::new));
  }

  @Test
  void exitCodesSayWhatHappened() {
    assertThat(run("get", "codes")).isEqualTo(Exit.NOT_FOUND);
    assertThat(run("delete", "codes")).isEqualTo(Exit.NOT_FOUND);
    assertThat(run("put", "codes", "one")).isEqualTo(Exit.DONE);
    assertThat(run("put", "codes", "two", "--if-version", "7")).isEqualTo(Exit.CONFLICT);
    assertThat(run("put", "codes", "two", "--if-absent")).isEqualTo(Exit.CONFLICT);
    assertThat(run("delete", "codes", "--if-version", "7")).isEqualTo(Exit.CONFLICT);
    assertThat(run("get", "codes")).isEqualTo(Exit.DONE);
    assertThat(run("delete", "codes", "--if-version", "1")).isEqualTo(Exit.DONE);
    assertThat(run("put", "k".repeat(2_000), "v")).isEqualTo(Exit.FAILED);
    assertThat(err.toString()).doesNotContain("\tat ");
  }

  @Test
  void aNodeThatIsGoneIsFive() {
    try (JvmNode brief =
        JvmNode.start(
            directory.resolve("brief.log"),
            Duration.ofSeconds(60),
            Main.class.getName(),
            List.of("node", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0"))) {
      brief.kill();
      String url = "http://" + brief.http();
      PrintWriter out = new PrintWriter(new StringWriter(), true);
      for (String command : List.of("get k", "put k v", "delete k")) {
        List<String> all = new ArrayList<>(List.of(command.split(" ")));
        all.addAll(List.of("--node", url));
        assertThat(Main.line(out, new PrintWriter(err, true)).execute(all.toArray(String[]::new)))
            .as(command)
            .isEqualTo(Exit.UNAVAILABLE);
      }
      assertThat(err.toString().lines()).hasSize(3).allMatch(line -> line.contains(url));
    }
  }

  /** In a process of its own, for what it prints. */
  private static String load(String name, String text, int exit)
      throws IOException, InterruptedException {
    Path file = Files.writeString(directory.resolve(name), text);
    Path report = directory.resolve(name + ".err");
    Process process =
        JvmNode.launch(
            report,
            Main.class.getName(),
            List.of("load", file.toString(), "--key", "k", "--node", "http://" + node.http()));
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(exit);
      return Files.readString(report);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void loadNamesTheLinesOfMalformedJsonAndStoresTheRest() throws IOException, InterruptedException {
    String report =
        load(
            "rows.json",
            "{\"k\":\"json-1\"}\n{\"k\":\n\n{\"no\":1}\n[]\n{\"k\":\"json-2\"}\n",
            Exit.FAILED);

    assertThat(report).contains("line 2: not JSON", "line 4: no field 'k'", "line 5: not a JSON");
    assertThat(report).doesNotContain("line 1:", "line 3:", "line 6:", "\tat ");
    assertThat(run("get", "json-1")).isEqualTo(Exit.DONE);
    assertThat(run("get", "json-2")).isEqualTo(Exit.DONE);
  }

  @Test
  void loadNamesTheLinesOfMalformedCsvAndStoresTheRest() throws IOException, InterruptedException {
    String report =
        load(
            "rows.csv",
            "k,v\ncsv-1,a\ntoo,many,values\ncsv-2,b\ncsv-3,\"never closed\n",
            Exit.FAILED);

    assertThat(report).contains("line 3: 3 values").contains("line 5: ");
    assertThat(report).doesNotContain("line 2:", "line 4:", "\tat ");
    assertThat(run("get", "csv-1")).isEqualTo(Exit.DONE);
    assertThat(run("get", "csv-2")).isEqualTo(Exit.DONE);
    assertThat(run("get", "csv-3")).isEqualTo(Exit.NOT_FOUND);
  }

  @Test
  void aBriefRecordAStaleReadAndAScan() {
    assertThat(run("put", "of a kind 1", "one", "--ttl", "2h")).isEqualTo(Exit.DONE);
    assertThat(run("put", "of a kind 2", "two")).isEqualTo(Exit.DONE);
    assertThat(run("get", "of a kind 1", "--stale-ok")).isEqualTo(Exit.DONE);
    assertThat(run("scan", "--prefix", "of a kind", "--values")).isEqualTo(Exit.DONE);
    assertThat(run("put", "of a kind 3", "three", "--ttl", "a while")).isEqualTo(Exit.USAGE);
    assertThat(err.toString()).contains("'a while' is no length of time");
  }
}
