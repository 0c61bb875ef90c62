package io.kringle.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.node.testing.SimulatedRing;
import io.kringle.testkit.JvmNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What README.md tells people to type works as it says, and its links lead somewhere. */
class ReadmeTest {
  private static final Path ROOT = root();
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

  /** A word as a shell reads it: quoted, or without blanks. */
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  private static final Pattern METHOD = Pattern.compile("`(\\w+)\\(");

  private static final Pattern EXPECTED =
      Pattern.compile("# (?<status>\\d{3})(, ETag: (?<tag>\"\\d+\"))?$");

  @TempDir Path directory;

  private JvmNode freshNode() {
    return JvmNode.start(
        directory.resolve("node.log"),
        Duration.ofSeconds(60),
        Main.class.getName(),
        List.of("node", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0"));
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("README.md"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  /** The lines of the code blocks below a heading. */
  private static List<String> code(String heading) throws IOException {
    return code("README.md", heading);
  }

  private static List<String> code(String document, String heading) throws IOException {
    List<String> lines = new ArrayList<>();
    boolean below = false;
    boolean within = false;
    for (String line : Files.readAllLines(ROOT.resolve(document))) {
      if (line.startsWith("```")) {
        within = !within;
      } else if (!within && line.startsWith("## ")) {
        below = line.equals("## " + heading);
      } else if (below && within) {
        lines.add(line);
      }
    }
    assertThat(lines).as(heading).isNotEmpty();
    return lines;
  }

  private static List<String> kringle(String heading) throws IOException {
    return code(heading).stream().filter(line -> line.startsWith("./kringle ")).toList();
  }

  private static String[] words(String line) {
    Matcher words = WORD.matcher(line.replaceFirst("\\s+#.*", ""));
    return words
        .results()
        .skip(1)
        .map((MatchResult word) -> word.group(1) == null ? word.group(2) : word.group(1))
        .toArray(String[]::new);
  }

  @Test
  void everyRequestIsAnsweredAsItSays() throws IOException, InterruptedException {
    List<String> requests = code("HTTP").stream().filter(line -> line.startsWith("curl ")).toList();
    assertThat(requests).hasSizeGreaterThan(10);
    try (JvmNode node = freshNode()) {
      for (String request : requests) {
        assertAnswered(request, node);
      }
    }
  }

  private void assertAnswered(String request, JvmNode node)
      throws IOException, InterruptedException {
    Matcher expected = EXPECTED.matcher(request);
    assertThat(expected.find()).as(request).isTrue();
    String answer = bash(request, node);
    assertThat(answer.lines().findFirst().orElse(""))
        .as(request)
        .startsWith("HTTP/1.1 " + expected.group("status"));
    if (expected.group("tag") != null) {
      assertThat(answer).as(request).contains("ETag: " + expected.group("tag"));
    }
  }

  private String bash(String line, JvmNode node) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("bash", "-c", line);
    builder.environment().put("NODE", "http://" + node.http());
    Process process = builder.redirectError(directory.resolve("curl.err").toFile()).start();
    try {
      String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(line).isZero();
      return answer;
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void everyCommandEndsWell() throws IOException {
    List<String> commands = kringle("The command line");
    assertThat(commands).hasSizeGreaterThan(5);
    try (JvmNode node = freshNode()) {
      for (String command : commands) {
        String[] words = words(command);
        if (words[0].equals("node")) {
          assertThat(parsed(words)).isEqualTo("node");
        } else {
          assertDone(command, words, node);
        }
      }
    }
  }

  private static void assertDone(String command, String[] words, JvmNode node) {
    List<String> all = new ArrayList<>(Arrays.asList(words));
    all.addAll(List.of("--node", "http://" + node.http()));
    StringWriter err = new StringWriter();
    int exit =
        Main.line(new PrintWriter(err, true), new PrintWriter(err, true))
            .execute(all.toArray(String[]::new));
    assertThat(exit).as(command + ": " + err).isEqualTo(Exit.DONE);
  }

  @Test
  void theThreeMachinesAreStartedByOptionsThatExist() throws IOException {
    List<String> commands = kringle("A ring on three machines");
    assertThat(commands).hasSize(3);
    commands.forEach(command -> assertThat(parsed(words(command))).isEqualTo("node"));
  }

  /** What it does is shown by {@code RecoveryOfProcessesTest}. */
  @Test
  void anArcIsRecoveredByOptionsThatExist() throws IOException {
    List<String> commands = code("docs/store.md", "A majority is gone for good");
    assertThat(commands).hasSize(2);
    commands.forEach(command -> assertThat(parsed(words(command))).isEqualTo("arc"));
  }

  /** The command that these words name. */
  private static String parsed(String... words) {
    PrintWriter ignored = new PrintWriter(new StringWriter());
    CommandLine line = Main.line(ignored, ignored);
    return line.parseArgs(words).subcommand().commandSpec().name();
  }

  /** The ten lines are those of a sample, which its own test runs. */
  @Test
  void theTenLinesOfJavaAreASample() throws IOException {
    String sample =
        Files.readString(ROOT.resolve("samples/src/main/java/io/kringle/samples/HelloRing.java"));
    String shown = String.join("\n", code("Ten lines of Java"));

    assertThat(sample.replaceAll("\\s+", "")).contains(shown.replaceAll("\\s+", ""));
  }

  @Test
  void theTestOfAServiceIsASample() throws IOException {
    String test =
        Files.readString(
            ROOT.resolve("samples/src/test/java/io/kringle/samples/TicketServiceTest.java"));
    String shown = String.join("\n", code("docs/testing.md", "An example"));

    String[] blocks = shown.split("(?m)^(?=private )");
    assertThat(blocks).hasSize(2);
    for (String block : blocks) {
      assertThat(test.replaceAll("\\s+", "")).contains(block.replaceAll("\\s+", ""));
    }
  }

  @Test
  void theMethodsOfASimulatedRingAreThoseThatItHas() throws IOException {
    Set<String> has = new TreeSet<>();
    for (Method method : SimulatedRing.class.getDeclaredMethods()) {
      if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic()) {
        has.add(method.getName());
      }
    }
    has.removeAll(List.of("builder", "close", "toString"));
    Set<String> listed = new TreeSet<>();
    for (String line : Files.readAllLines(ROOT.resolve("docs/testing.md"))) {
      if (line.startsWith("| `")) {
        String methods = line.substring(0, line.indexOf('|', 1));
        METHOD.matcher(methods).results().forEach(found -> listed.add(found.group(1)));
      }
    }
    assertThat(listed).isEqualTo(has);
  }

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    List<String> dead = new ArrayList<>();
    int links = 0;
    for (Path file : documents()) {
      for (MatchResult link : LINK.matcher(Files.readString(file)).results().toList()) {
        links++;
        if (!Files.exists(file.resolveSibling(link.group(1)))) {
          dead.add(file + ": " + link.group(1));
        }
      }
    }
    assertThat(dead).isEmpty();
    assertThat(links).isGreaterThan(8);
  }

  private static List<Path> documents() throws IOException {
    List<Path> documents =
        new ArrayList<>(List.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md")));
    try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
      files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
    }
    return documents;
  }
}
