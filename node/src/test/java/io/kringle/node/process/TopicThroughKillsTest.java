package io.kringle.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kringle.node.process.TopicReader.Heard;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five nodes with a subscriber on each, and publishers; the topic's root is killed and started
 * again, and then it and another replica of the topic at the same moment. {@code
 * -Dkringle.topic.messages=N} publishes more.
 */
class TopicThroughKillsTest {
  private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");
  private static final String TOPIC = "news";
  private static final int MESSAGES = Integer.getInteger("kringle.topic.messages", 20_000);
  private static final int PUBLISHERS = 32;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void whoStaysGetsEachAcknowledgedMessageOnceAndInOrder() throws IOException {
    try (ProcessRing ring = new ProcessRing(directory)) {
      ring.found(NAMES);
      keepAll(ring.web("a"));
      Map<String, TopicReader> readers = new LinkedHashMap<>();
      try {
        for (String name : NAMES) {
          readers.put(name, TopicReader.start(ring.web(name), TOPIC));
        }
        TopicWriters writers = new TopicWriters(ring.bases(), TOPIC, MESSAGES);
        List<String> victims = rootAndAnother(ring);

        long begin = System.nanoTime();
        CompletableFuture<Void> publishing = writers.start(PUBLISHERS);
        killAndStart(ring, victims, writers);
        publishing.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        long published = seconds(begin);

        long last = new TreeSet<>(writers.acknowledged().keySet()).last();
        readers.forEach((name, reader) -> awaitAll(name, reader, last));
        System.out.printf(
            "%d acknowledged, %d of unknown outcome, in %d s; all heard after %d s; killed: %s%n",
            writers.acknowledged().size(),
            writers.unknown().size(),
            published,
            seconds(begin),
            victims);
        readers.forEach((name, reader) -> check(name, reader, writers));
        readers.forEach(
            (name, reader) ->
                assertThat(reader.streams() > 1).as(name).isEqualTo(victims.contains(name)));
        assertThat(ring.hasBrokenDown()).isFalse();
      } finally {
        readers.values().forEach(TopicReader::close);
      }
    }
  }

  private static long seconds(long since) {
    return Duration.ofNanos(System.nanoTime() - since).toSeconds();
  }

  /** For those who come back to their subscription late. */
  private static void keepAll(Web node) {
    String retention = "/v1/topics/" + TOPIC + "/retention?items=" + 2 * MESSAGES;
    assertThat(Web.send(node.at(retention).PUT(BodyPublishers.noBody())).statusCode())
        .isEqualTo(200);
  }

  private static List<String> rootAndAnother(ProcessRing ring) {
    String root = ring.daddy(TOPIC, "a");
    List<String> members = new ArrayList<>();
    for (JsonNode member : ring.web("a").json("/v1/locate/" + TOPIC).path("members")) {
      members.add(member.path("id").asText());
    }
    String another =
        NAMES.stream()
            .filter(name -> !name.equals(root) && members.contains(ring.node(name).id()))
            .findFirst()
            .orElseThrow();
    return List.of(root, another);
  }

  private static void killAndStart(ProcessRing ring, List<String> victims, TopicWriters writers) {
    awaitPublished(writers, MESSAGES / 5);
    ring.node(victims.get(0)).kill();
    // It goes on without that root.
    awaitPublished(writers, 2 * MESSAGES / 5);
    ring.startAll(victims.subList(0, 1));
    awaitPublished(writers, 3 * MESSAGES / 5);
    // Where those two were a majority, it goes on when one of them is back.
    Processes.killAtOnce(victims.stream().map(ring::node).toList());
    ring.startAll(victims);
  }

  private static void awaitPublished(TopicWriters writers, int many) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> writers.acknowledged().size() >= many);
  }

  private static void awaitAll(String name, TopicReader reader, long last) {
    Awaitility.await(name)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> reader.last() >= last);
  }

  private static void check(String name, TopicReader reader, TopicWriters writers) {
    assertThat(reader.missed()).as(name).isEmpty();
    Map<String, Long> numbers = new LinkedHashMap<>();
    long next = 1;
    for (Heard heard : reader.heard()) {
      assertThat(heard.sequence()).as(name).isEqualTo(next++);
      assertThat(numbers.put(heard.text(), heard.sequence())).as("%s: %s", name, heard).isNull();
    }
    writers
        .acknowledged()
        .forEach((number, text) -> assertThat(numbers.remove(text)).as(name).isEqualTo(number));
    assertThat(writers.unknown()).as(name).containsAll(numbers.keySet());
  }
}
