package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Result;
import io.kringle.ring.wire.KryoCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many keys in one call. */
final class BatchTest {
  private static final int FRAME = 1024 * 1024;

  private final KryoCodec codec = Cluster.codec();

  /** What was asked of others, by type. */
  private final TreeMap<String, Integer> asked = new TreeMap<>();

  private int largest;

  private Cluster settled(int nodes) {
    Cluster cluster = new Cluster(nodes);
    cluster.grow(nodes);
    assertThat(cluster.settles(Duration.ofSeconds(60))).isTrue();
    return cluster;
  }

  private static List<String> keys(int count) {
    return IntStream.range(0, count).mapToObj(i -> "key " + i).toList();
  }

  private static Write write(String key, Write.Condition condition, Bytes value) {
    return new Write(key, condition, Optional.of(value));
  }

  private static List<Write> writes(List<String> keys) {
    return keys.stream()
        .map(key -> write(key, Write.Condition.NONE, Bytes.utf8("of " + key)))
        .toList();
  }

  private static <T> T value(Result<T> result) {
    return result.fold(
        value -> value,
        failure -> {
          throw new AssertionError("failed: " + failure);
        });
  }

  private static Failure.Kind kind(Result<?> result) {
    return result.fold(
        value -> {
          throw new AssertionError("succeeded: " + value);
        },
        Failure::kind);
  }

  private static Result<List<Result<Versioned>>> readAll(Cluster.Node node, List<String> keys) {
    return node.call(done -> node.replication.records().readAll(keys, Cluster.PATIENCE, done));
  }

  private static Result<List<Result<WriteOutcome>>> writeAll(
      Cluster.Node node, List<Write> writes) {
    return node.call(done -> node.replication.records().writeAll(writes, Cluster.PATIENCE, done));
  }

  private void count(Cluster cluster) {
    asked.clear();
    cluster.simulation.watch((now, from, to, message) -> count(message));
  }

  private void count(Message message) {
    largest = Math.max(largest, codec.encode(message).length);
    if (message instanceof FakeRouting.Request request) {
      asked.merge(codec.decode(request.body().array()).getClass().getSimpleName(), 1, Integer::sum);
    }
  }

  /** The arcs of these keys, of which {@code node} keeps a replica or not. */
  private static List<Group> arcs(
      Cluster cluster, List<String> keys, Cluster.Node node, boolean isHere) {
    return cluster.daddies().stream()
        .filter(group -> keys.stream().anyMatch(key -> group.range().contains(Id.ofKey(key))))
        .filter(
            group -> isHere == node.replication.groups().stream().anyMatch(g -> g.arc == group.arc))
        .toList();
  }

  /** Who leads them, but for the node itself. */
  private static int others(List<Group> arcs, Cluster.Node node) {
    return (int)
        arcs.stream()
            .map(group -> group.node.self())
            .filter(p -> !p.equals(node.peer))
            .distinct()
            .count();
  }

  @Test
  void eachDaddyIsAskedOnceForAHundredKeys() {
    Cluster cluster = settled(3);
    Cluster.Node node = cluster.node(0);
    List<String> keys = keys(100);
    List<Group> arcs = arcs(cluster, keys, node, true);
    assertThat(arcs).hasSizeGreaterThanOrEqualTo(3);
    assertThat(others(arcs, node)).isEqualTo(2);
    count(cluster);
    value(writeAll(node, writes(keys)));
    assertThat(asked).containsOnly(entry("OperateAll", 2));
    count(cluster);
    assertThat(value(readAll(node, keys)))
        .isEqualTo(
            keys.stream()
                .map(key -> Result.ok(new Versioned(1, Optional.of(Bytes.utf8("of " + key)))))
                .toList());
    assertThat(asked).containsOnly(entry("ReadAll", 2));
  }

  @Test
  void whoLeadsAnUnknownArcIsAskedOnceForTheArc() {
    Cluster cluster = settled(12);
    Cluster.Node node = cluster.node(0);
    List<String> keys = keys(300);
    List<Group> known = arcs(cluster, keys, node, true);
    List<Group> foreign = arcs(cluster, keys, node, false);
    assertThat(foreign).hasSizeGreaterThan(5);
    count(cluster);
    value(readAll(node, keys));
    assertThat(asked)
        .containsOnly(
            entry("Locate", foreign.size()),
            entry("ReadAll", others(known, node) + foreign.size()));
    List<Group> all = new ArrayList<>(known);
    all.addAll(foreign);
    count(cluster);
    value(readAll(node, keys));
    assertThat(asked).containsOnly(entry("ReadAll", others(all, node)));
  }

  private static Map.Entry<String, Integer> entry(String type, int count) {
    return Map.entry(type, count);
  }

  @Test
  void whereArcsWereSplitMeanwhileTheOtherHalvesAreFound() {
    Cluster cluster = settled(4);
    Cluster.Node node = cluster.node(0);
    List<String> keys = keys(100);
    value(writeAll(node, writes(keys)));
    cluster.grow(10);
    assertThat(cluster.settles(Duration.ofSeconds(60))).isTrue();
    count(cluster);
    assertThat(value(readAll(node, keys))).allMatch(Result::isOk);
    assertThat(asked).doesNotContainKey("Read");
  }

  @Test
  void eachKeyIsAnsweredForItselfAndInItsPlace() {
    Cluster cluster = settled(3);
    Cluster.Node node = cluster.node(1);
    node.put("a", "old");
    Bytes value = Bytes.utf8("new");
    List<Result<WriteOutcome>> outcomes =
        value(
            writeAll(
                node,
                List.of(
                    write("b", Write.Condition.ABSENT, value),
                    write("a", Write.Condition.ABSENT, value),
                    write("", Write.Condition.NONE, value),
                    write("a", Write.Condition.version(1), value),
                    new Write("b", Write.Condition.PRESENT, Optional.empty()))));
    assertThat(outcomes.get(0)).isEqualTo(Result.ok(new WriteOutcome.Written(1, true)));
    assertThat(value(outcomes.get(1))).isInstanceOf(WriteOutcome.Conflict.class);
    assertThat(kind(outcomes.get(2))).isEqualTo(Failure.Kind.INVALID);
    assertThat(outcomes.get(3)).isEqualTo(Result.ok(new WriteOutcome.Written(2, false)));
    assertThat(outcomes.get(4)).isEqualTo(Result.ok(new WriteOutcome.Written(2, false)));
    List<Result<Versioned>> found = value(readAll(node, List.of("a", "", "never", "b", "a")));
    assertThat(found.get(0)).isEqualTo(Result.ok(new Versioned(2, Optional.of(value))));
    assertThat(kind(found.get(1))).isEqualTo(Failure.Kind.INVALID);
    assertThat(found.get(2)).isEqualTo(Result.ok(Versioned.NEVER));
    assertThat(found.get(3)).isEqualTo(Result.ok(new Versioned(2, Optional.empty())));
    assertThat(found.get(4)).isEqualTo(found.get(0));
  }

  @Test
  void whatIsOverIsGone() {
    Cluster cluster = settled(3);
    Write brief =
        new Write(
            "brief",
            Write.Condition.NONE,
            Optional.of(Bytes.utf8("v")),
            Optional.of(Duration.ofMillis(200)));
    List<Write> writes = new ArrayList<>(writes(keys(20)));
    writes.add(brief);
    value(writeAll(cluster.node(0), writes));
    cluster.run(Duration.ofMillis(210));
    assertThat(value(readAll(cluster.node(1), List.of("brief", "key 1"))))
        .containsExactly(
            Result.ok(new Versioned(2, Optional.empty())),
            Result.ok(new Versioned(1, Optional.of(Bytes.utf8("of key 1")))));
  }

  @Test
  void largeValuesGoInPiecesThatFitAFrame() {
    Cluster cluster = settled(3);
    Bytes value = Bytes.of(new byte[200_000]);
    Bytes largestValue = Bytes.of(new byte[940_000]);
    List<Write> writes = new ArrayList<>();
    keys(30).forEach(key -> writes.add(write(key, Write.Condition.NONE, value)));
    writes.add(write("large", Write.Condition.NONE, largestValue));
    count(cluster);
    assertThat(value(writeAll(cluster.node(0), writes))).allMatch(Result::isOk);
    List<String> keys = writes.stream().map(Write::key).toList();
    assertThat(value(readAll(cluster.node(0), keys)))
        .allMatch(
            result ->
                value(result).value().equals(Optional.of(value))
                    || value(result).value().equals(Optional.of(largestValue)));
    assertThat(largest).isBetween(FRAME / 2, FRAME);
    assertThat(asked).containsOnlyKeys("OperateAll", "ReadAll");
  }

  @Test
  void aCallHasItsLimits() {
    Cluster cluster = settled(1);
    Cluster.Node node = cluster.node(0);
    List<String> tooMany = keys(Records.MAX_BATCH + 1);
    assertThat(kind(readAll(node, tooMany))).isEqualTo(Failure.Kind.INVALID);
    assertThat(kind(writeAll(node, writes(tooMany)))).isEqualTo(Failure.Kind.INVALID);
    assertThat(value(readAll(node, List.of()))).isEmpty();
    Bytes large = Bytes.of(new byte[900_000]);
    List<Write> heavy = Collections.nCopies(80, write("key", Write.Condition.NONE, large));
    assertThat(kind(writeAll(node, heavy))).isEqualTo(Failure.Kind.TOO_LARGE);
    assertThat(value(node.get("key"))).isEqualTo(Versioned.NEVER);
    node.put("small", "v");
    value(writeAll(node, List.of(heavy.get(0))));
    List<String> keys = new ArrayList<>(Collections.nCopies(80, "key"));
    List<Result<Versioned>> found = value(readAll(node, keys));
    long bytes =
        found.stream()
            .filter(Result::isOk)
            .mapToLong(each -> value(each).value().orElseThrow().size())
            .sum();
    assertThat(bytes).isBetween(Records.MAX_BATCH_BYTES, Records.MAX_BATCH_BYTES + large.size());
    assertThat(kind(found.get(79))).isEqualTo(Failure.Kind.TOO_LARGE);
  }

  @Test
  void asManyKeysAsThereMayBeAreWrittenAndRead() {
    Cluster cluster = settled(5);
    List<String> keys = keys(Records.MAX_BATCH);
    assertThat(value(writeAll(cluster.node(0), writes(keys)))).allMatch(Result::isOk);
    assertThat(value(readAll(cluster.node(4), keys))).allMatch(each -> value(each).version() == 1);
  }

  @Test
  void withoutAMajorityEachKeyFailsByTheTimeAndByName() {
    Cluster cluster = settled(3);
    List<String> keys = keys(10);
    value(writeAll(cluster.node(0), writes(keys)));
    cluster.node(1).kill();
    cluster.node(2).kill();
    long began = cluster.simulation.now();
    assertThat(value(readAll(cluster.node(0), keys)))
        .allMatch(each -> kind(each) == Failure.Kind.UNAVAILABLE);
    assertThat(value(writeAll(cluster.node(0), writes(keys))))
        .allMatch(
            each ->
                kind(each) == Failure.Kind.UNAVAILABLE
                    || kind(each) == Failure.Kind.OUTCOME_UNKNOWN);
    assertThat(Duration.ofNanos(cluster.simulation.now() - began))
        .isLessThan(Cluster.PATIENCE.multipliedBy(2).plusMillis(200));
  }

  @Test
  void whenADaddyDiesItsKeysAreWrittenOnceByTheNext() {
    Cluster cluster = settled(5);
    Cluster.Node node = cluster.node(0);
    List<String> keys = keys(100);
    value(readAll(node, keys));
    Cluster.Answer<List<Result<WriteOutcome>>> answer = new Cluster.Answer<>();
    node.later(
        Duration.ZERO,
        () -> node.replication.records().writeAll(writes(keys), Cluster.PATIENCE, answer));
    cluster.run(Duration.ofMillis(2));
    cluster.node(3).kill();
    cluster.run(answer::isThere, Duration.ofSeconds(10));
    assertThat(value(answer.get()))
        .allMatch(each -> each.equals(Result.ok(new WriteOutcome.Written(1, true))));
    assertThat(value(readAll(node, keys))).allMatch(each -> value(each).version() == 1);
  }
}
