package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A walk over all records, page by page. */
class ScanTest {
  private static final int MOST_PAGES = 10_000;

  private final List<String> met = new ArrayList<>();

  private static List<String> inOrderOfIds(List<String> keys) {
    return keys.stream().sorted(Comparator.comparing(Id::ofKey)).toList();
  }

  private static List<String> fill(Cluster cluster, int count) {
    List<String> keys = IntStream.range(0, count).mapToObj(i -> "key " + i).toList();
    keys.forEach(key -> assertThat(cluster.node(0).put(key, "of " + key).isOk()).isTrue());
    return keys;
  }

  /** Walks to the end; after each page {@code meanwhile} is told how many there were. */
  private void walk(Cluster cluster, String prefix, int limit, Runnable meanwhile) {
    Optional<Scan.Position> at = Optional.of(Scan.START);
    for (int pages = 0; at.isPresent(); pages++) {
      assertThat(pages).isLessThan(MOST_PAGES);
      Cluster.Node node = cluster.live().get(pages % cluster.live().size());
      Scan.Page page =
          node.scan(new Scan(at.get(), prefix, limit))
              .fold(found -> found, failure -> new Scan.Page(List.of(), Optional.empty()));
      assertThat(page.records().size()).isLessThanOrEqualTo(limit);
      for (Scan.Listed each : page.records()) {
        met.add(each.key());
        assertThat(each.value()).isEqualTo(Bytes.utf8("of " + each.key()));
      }
      at = page.next();
      meanwhile.run();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 1_000})
  void eachKeyOfAQuietStoreIsMetOnceInTheOrderOfIds(int limit) {
    Cluster cluster = new Cluster(1);
    cluster.grow(5);
    List<String> keys = fill(cluster, 60);
    walk(cluster, "", limit, () -> {});
    assertThat(met).isEqualTo(inOrderOfIds(keys));
  }

  @Test
  void anEmptyStoreEnds() {
    Cluster cluster = new Cluster(2);
    cluster.grow(3);
    walk(cluster, "", 10, () -> {});
    assertThat(met).isEmpty();
  }

  @Test
  void aRingOfOneIsWalkedOnce() {
    Cluster cluster = new Cluster(3);
    cluster.grow(1);
    List<String> keys = fill(cluster, 20);
    walk(cluster, "", 3, () -> {});
    assertThat(met).isEqualTo(inOrderOfIds(keys));
  }

  @Test
  void onlyKeysWithThePrefixAreMetAndNoneThatWereDeletedOrAreOver() {
    Cluster cluster = new Cluster(4);
    cluster.grow(3);
    fill(cluster, 30);
    cluster.node(1).delete("key 2");
    Write brief =
        new Write(
            "key 21",
            Write.Condition.NONE,
            Optional.of(Bytes.utf8("brief")),
            Optional.of(Duration.ofMillis(100)));
    cluster.node(1).write(brief, Cluster.PATIENCE);
    cluster.run(Duration.ofSeconds(1));
    walk(cluster, "key 2", 4, () -> {});
    assertThat(met)
        .isEqualTo(
            inOrderOfIds(
                List.of(
                    "key 20", "key 22", "key 23", "key 24", "key 25", "key 26", "key 27", "key 28",
                    "key 29")));
  }

  @Test
  void whileArcsSplitAndDaddiesDieEachKeyIsStillMetOnce() {
    Cluster cluster = new Cluster(5);
    cluster.grow(3);
    List<String> keys = fill(cluster, 60);
    int[] pages = {0};
    walk(
        cluster,
        "",
        2,
        () -> {
          pages[0]++;
          if (pages[0] == 5 || pages[0] == 10) {
            cluster.add();
            cluster.run(Duration.ofSeconds(5));
          }
          if (pages[0] == 15) {
            cluster.node(1).kill();
          }
        });
    assertThat(met).isEqualTo(inOrderOfIds(keys));
  }

  @Test
  void aPageHasALimit() {
    assertThatThrownBy(() -> new Scan(Scan.START, "", 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Scan(Scan.START, "", Scan.MOST + 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
