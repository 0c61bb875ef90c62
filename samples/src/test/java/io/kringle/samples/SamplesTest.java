package io.kringle.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each sample runs as its reader would run it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SamplesTest {
  private final List<Process> running = new ArrayList<>();

  @AfterEach
  void endAll() {
    running.forEach(Process::destroyForcibly);
  }

  private Process run(Class<?> sample, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
    command.add(sample.getName());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    running.add(process);
    return process;
  }

  private static BufferedReader output(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  @Test
  void helloRing() throws IOException, InterruptedException {
    Process process = run(HelloRing.class);

    assertThat(output(process).lines()).containsExactly("fresh kringles", "HEY!");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void wordService() throws IOException, InterruptedException {
    Process process = run(WordService.class, "yeast", "rye");

    List<String> lines = output(process).lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).matches("YEAST from [0-9a-f]{8}");
    assertThat(lines.get(1)).matches("RYE from [0-9a-f]{8}");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void ticketService() throws IOException, InterruptedException {
    Process process = run(TicketService.class, "bakery");

    assertThat(output(process).lines()).containsExactly("1", "2", "3");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void topicChat() throws IOException, InterruptedException {
    Process ann = run(TopicChat.class, "ann");
    BufferedReader heardByAnn = output(ann);
    String invitation = heardByAnn.readLine();
    Process bob =
        run(TopicChat.class, "bob", invitation.substring(invitation.lastIndexOf(' ') + 1));
    BufferedReader heardByBob = output(bob);
    assertThat(heardByBob.readLine()).startsWith("others join with");

    try (Writer typed = new OutputStreamWriter(bob.getOutputStream(), StandardCharsets.UTF_8)) {
      typed.write("hi\n");
    }

    assertThat(heardByAnn.readLine()).isEqualTo("bob: hi");
    assertThat(bob.waitFor()).isZero();
    ann.getOutputStream().close();
    assertThat(ann.waitFor()).isZero();
  }
}
