package io.kringle.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Main.line(new PrintWriter(out, true), new PrintWriter(err, true)).execute(arguments);
  }

  @Test
  void everyCommandHasHelp() {
    List<String> commands = new ArrayList<>(new CommandLine(new Main()).getSubcommands().keySet());
    assertThat(commands)
        .containsExactlyInAnyOrder(
            "demo",
            "node",
            "get",
            "put",
            "delete",
            "locate",
            "ring",
            "arc",
            "scan",
            "load",
            "publish",
            "subscribe",
            "topic",
            "watch",
            "anycast",
            "broadcast",
            "sim");
    for (String command : commands) {
      assertThat(run(command, "--help")).as(command).isEqualTo(Exit.DONE);
    }
    assertThat(run("--help")).isEqualTo(Exit.DONE);
    assertThat(out.toString()).contains("Exit codes: 0 done, 1 failed, 2 bad usage");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--nonsense | --nonsense",
        "fly | fly",
        "get | K",
        "get a b | b",
        "put k v --if-version x | x",
        "put k v --if-version 1 --if-absent | --if-absent",
        "put k v --if-version -1 | -1",
        "get k --node ftp://x | ftp://x",
        "get k --node ::: | :::",
        "load nowhere.json --key id | nowhere.json",
        "load x | --key",
        "topic retain t --age soon | soon",
        "topic retain t --items many | many",
        "node --listen nonsense | nonsense",
        "node --listen 127.0.0.1:99999 | 99999",
        "node --id xyz | hexadecimal",
        "node --replicas 0 | replicas",
        "node --config nowhere.conf | nowhere.conf",
        "node --seeds a | 'a'",
      })
  void badUsageExitsWithTwoAndNamesTheCulprit(String arguments, String culprit) {
    assertThat(run(arguments.split(" "))).isEqualTo(Exit.USAGE);
    assertThat(err.toString()).startsWith("kringle: ").contains(culprit).doesNotContain("\tat ");
    assertThat(err.toString().lines().findFirst().orElseThrow()).contains(culprit);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "get k",
        "put k v",
        "delete k",
        "locate k",
        "ring",
        "arc",
        "arc list",
        "arc recover 1",
        "publish t m",
        "anycast t m",
        "broadcast m",
        "anycast t m --takers 3 --order random --timeout 2s --idempotent"
      })
  void aNodeThatIsNotThereExitsWithFiveAndIsNamed(String arguments) {
    List<String> all = new ArrayList<>(List.of(arguments.split(" ")));
    all.addAll(List.of("--node", "http://127.0.0.1:1"));
    assertThat(run(all.toArray(String[]::new))).isEqualTo(Exit.UNAVAILABLE);
    assertThat(err.toString()).contains("http://127.0.0.1:1").contains("--node");
  }
}
