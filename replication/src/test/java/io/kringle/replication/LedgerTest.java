package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.replication.Ledgers.Appended;
import io.kringle.replication.Ledgers.Item;
import io.kringle.replication.Ledgers.Page;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Ledgers: numbered without gap or reuse, each item once, the oldest going. */
final class LedgerTest {
  private static final String NAME = "news";
  private static final Id LEDGER = Id.ofKey(NAME);

  private final Cluster cluster =
      new Cluster(
          3,
          ReplicationConfig.DEFAULT
              .withAuditEvery(Duration.ofSeconds(30))
              .withTombstoneAge(Duration.ofMinutes(1)));

  private void grow(int nodes) {
    cluster.grow(nodes);
    settle();
  }

  private void settle() {
    assertThat(cluster.settles(Duration.ofMinutes(2))).as(cluster::describe).isTrue();
    assertThat(cluster.replicasAgree()).isTrue();
  }

  private Cluster.Node anybody() {
    return cluster.live().get(0);
  }

  private Cluster.Node daddy() {
    return cluster.live().stream()
        .filter(node -> node.replication.ledgers().leads(LEDGER))
        .findFirst()
        .orElseThrow();
  }

  private Cluster.Answer<Appended> begin(Cluster.Node at, String payload) {
    Cluster.Answer<Appended> answer = new Cluster.Answer<>();
    at.later(
        Duration.ZERO,
        () ->
            at.replication.ledgers().append(LEDGER, Bytes.utf8(payload), Cluster.PATIENCE, answer));
    return answer;
  }

  private long append(Cluster.Node at, String payload) {
    return valueOf(
            at.<Appended>call(
                answer ->
                    at.replication
                        .ledgers()
                        .append(LEDGER, Bytes.utf8(payload), Cluster.PATIENCE, answer)))
        .sequence();
  }

  private Page read(Cluster.Node at, long after) {
    return valueOf(
        at.<Page>call(
            answer -> at.replication.ledgers().read(LEDGER, after, Cluster.PATIENCE, answer)));
  }

  private void retain(Retention retention) {
    Cluster.Node at = anybody();
    assertThat(
            at.<Retention>call(
                answer ->
                    at.replication.ledgers().retain(LEDGER, retention, Cluster.PATIENCE, answer)))
        .isEqualTo(Result.ok(retention));
  }

  private static <T> T valueOf(Result<T> result) {
    return result.fold(
        value -> value,
        failure -> {
          throw new AssertionError(failure);
        });
  }

  private static Item item(long sequence, String payload) {
    return new Item(sequence, Bytes.utf8(payload));
  }

  @Test
  void itemsAreNumberedFromOneAndReadAnywhere() {
    grow(5);
    assertThat(read(anybody(), 0)).isEqualTo(new Page(1, 0, List.of()));
    assertThat(append(cluster.node(1), "one")).isEqualTo(1);
    assertThat(append(cluster.node(4), "two")).isEqualTo(2);
    for (Cluster.Node node : cluster.live()) {
      assertThat(read(node, 0)).isEqualTo(new Page(1, 2, List.of(item(1, "one"), item(2, "two"))));
      assertThat(read(node, 1)).isEqualTo(new Page(1, 2, List.of(item(2, "two"))));
      assertThat(read(node, 2)).isEqualTo(new Page(1, 2, List.of()));
    }
  }

  @Test
  void theNumbersGoOnWhenTheDaddyDies() {
    grow(6);
    for (int i = 1; i <= 4; i++) {
      assertThat(append(anybody(), "item " + i)).isEqualTo(i);
      daddy().kill();
      cluster.run(Duration.ofSeconds(30));
    }
    assertThat(read(anybody(), 0).items())
        .containsExactly(
            item(1, "item 1"), item(2, "item 2"), item(3, "item 3"), item(4, "item 4"));
  }

  private long appendOnce(Cluster.Node at, Id ledger, String key, String payload) {
    return valueOf(
            at.<Appended>call(
                answer ->
                    at.replication
                        .ledgers()
                        .append(
                            ledger,
                            Optional.of(key),
                            Bytes.utf8(payload),
                            Cluster.PATIENCE,
                            answer)))
        .sequence();
  }

  @Test
  void anItemWithAKeyIsAppendedOnceFromWhereverItIsTried() {
    grow(6);
    assertThat(appendOnce(cluster.node(1), LEDGER, "a", "one")).isEqualTo(1);
    assertThat(append(anybody(), "two")).isEqualTo(2);
    assertThat(appendOnce(cluster.node(4), LEDGER, "a", "other")).isEqualTo(1);
    assertThat(appendOnce(cluster.node(4), LEDGER, "b", "three")).isEqualTo(3);
    assertThat(appendOnce(cluster.node(4), Id.ofKey("other news"), "a", "one")).isEqualTo(1);
    daddy().kill();
    cluster.run(Duration.ofSeconds(30));
    assertThat(appendOnce(anybody(), LEDGER, "a", "one")).isEqualTo(1);
    assertThat(read(anybody(), 0).items())
        .containsExactly(item(1, "one"), item(2, "two"), item(3, "three"));
  }

  private Result<Appended> appendAt(long sequence, String payload) {
    Cluster.Node at = anybody();
    return at.call(
        answer ->
            at.replication
                .ledgers()
                .appendAt(LEDGER, sequence, Bytes.utf8(payload), Cluster.PATIENCE, answer));
  }

  @Test
  void anItemThatIsToHaveANumberHasItOrIsNotThere() {
    grow(3);
    retain(new Retention(2, 1_000, Duration.ofHours(1)));
    assertThat(appendAt(1, "one")).isEqualTo(Result.ok(new Appended(1, 0)));
    assertThat(appendAt(2, "two")).isEqualTo(Result.ok(new Appended(2, 0)));
    for (long taken : List.of(1L, 2L, 4L, 2L, 1L)) {
      Optional<Failure.Kind> kind =
          appendAt(taken, "another")
              .fold(done -> Optional.empty(), failure -> Optional.of(failure.kind()));
      assertThat(kind).contains(Failure.Kind.REFUSED);
    }
    assertThat(read(anybody(), 0))
        .isEqualTo(new Page(1, 2, List.of(item(1, "one"), item(2, "two"))));
    assertThat(append(anybody(), "three")).isEqualTo(3);
    assertThat(read(anybody(), 0))
        .as("those that were refused take nobody's room")
        .isEqualTo(new Page(2, 3, List.of(item(2, "two"), item(3, "three"))));
    settle();
  }

  private Cluster.Node otherThan(Cluster.Node daddy) {
    return cluster.live().stream().filter(node -> node != daddy).findFirst().orElseThrow();
  }

  /** The daddy takes the item "once" as the second one, and cannot tell the client. */
  private Cluster.Answer<Appended> appendUnanswered(Cluster.Node daddy, Cluster.Node client) {
    cluster.simulation.network().cut(daddy.peer.id(), client.peer.id());
    Cluster.Answer<Appended> answer = begin(client, "once");
    cluster.run(Duration.ofMillis(500));
    assertThat(read(daddy, 0).last()).isEqualTo(2);
    assertThat(answer.isThere()).isFalse();
    return answer;
  }

  private void assertAppendedOnce(Cluster.Answer<Appended> answer) {
    cluster.simulation.network().heal();
    cluster.run(answer::isThere, Duration.ofSeconds(10));
    assertThat(answer.get()).isEqualTo(Result.ok(new Appended(2, 0)));
    assertThat(read(anybody(), 0).items()).containsExactly(item(1, "before"), item(2, "once"));
  }

  @Test
  void whatIsTriedAgainIsAppendedOnce() {
    grow(3);
    append(anybody(), "before");
    Cluster.Node daddy = daddy();
    Cluster.Answer<Appended> answer = appendUnanswered(daddy, otherThan(daddy));
    cluster.run(Duration.ofSeconds(1));
    assertAppendedOnce(answer);
  }

  @Test
  void itIsAppendedOnceAlsoIfAnotherDaddyIsAskedAgain() {
    grow(3);
    append(anybody(), "before");
    Cluster.Node daddy = daddy();
    Cluster.Answer<Appended> answer = appendUnanswered(daddy, otherThan(daddy));
    daddy.kill();
    assertAppendedOnce(answer);
  }

  @Test
  void theOldestGoByNumber() {
    grow(3);
    retain(new Retention(3, 1_000, Duration.ofDays(1)));
    for (int i = 1; i <= 10; i++) {
      append(anybody(), "item " + i);
    }
    assertThat(read(anybody(), 0))
        .isEqualTo(
            new Page(8, 10, List.of(item(8, "item 8"), item(9, "item 9"), item(10, "item 10"))));
    settle();
    assertThat(anybody().disk.records()).as("three items and their ledger").isEqualTo(4);
  }

  @Test
  void theOldestGoByBytesButNeverTheLast() {
    grow(3);
    retain(new Retention(1_000, 10, Duration.ofDays(1)));
    append(anybody(), "1234");
    append(anybody(), "5678");
    assertThat(read(anybody(), 0).first()).isEqualTo(1);
    append(anybody(), "abc");
    assertThat(read(anybody(), 0).items()).containsExactly(item(2, "5678"), item(3, "abc"));
    append(anybody(), "longer than that");
    assertThat(read(anybody(), 0).items()).containsExactly(item(4, "longer than that"));
  }

  @Test
  void theOldestGoByAgeAndAreNotToldBefore() {
    grow(3);
    retain(new Retention(1_000, 1_000, Duration.ofSeconds(10)));
    append(anybody(), "old");
    cluster.run(Duration.ofSeconds(6));
    append(anybody(), "new");
    cluster.run(Duration.ofSeconds(6));
    assertThat(read(anybody(), 0)).isEqualTo(new Page(2, 2, List.of(item(2, "new"))));
    cluster.run(Duration.ofSeconds(6));
    assertThat(read(anybody(), 0)).isEqualTo(new Page(3, 2, List.of()));
    cluster.run(Duration.ofMinutes(1));
    assertThat(anybody().disk.records()).as("only the ledger").isEqualTo(1);
    assertThat(append(anybody(), "next")).as("no number comes twice").isEqualTo(3);
  }

  /** Each takes the place of the oldest. */
  private long readsPerItem(int atATime) {
    long before = daddy().disk.reads();
    for (int begun = 0; begun < 400; begun += atATime) {
      List<Cluster.Answer<Appended>> answers = new ArrayList<>();
      for (int i = 0; i < atATime; i++) {
        answers.add(begin(anybody(), "another"));
      }
      cluster.run(() -> answers.stream().allMatch(Cluster.Answer::isThere), Cluster.PATIENCE);
      assertThat(answers).allMatch(each -> each.get() instanceof Result.Ok);
    }
    return (daddy().disk.reads() - before) / 400;
  }

  @Test
  void manyAtATimeCostNoMoreThanOneByOne() {
    grow(3);
    retain(new Retention(200, 100_000, Duration.ofHours(1)));
    readsPerItem(1);
    long oneByOne = readsPerItem(1);
    assertThat(readsPerItem(100)).isBetween(1L, oneByOne);
  }

  @Test
  void aNarrowerRetentionTakesEffectAtOnce() {
    grow(3);
    for (int i = 1; i <= 20; i++) {
      append(anybody(), "item " + i);
    }
    retain(new Retention(5, 1_000, Duration.ofDays(1)));
    cluster.run(Duration.ofSeconds(1));
    assertThat(read(anybody(), 0).first()).isEqualTo(16);
    assertThat(anybody().disk.records()).isEqualTo(6);
  }

  @Test
  void theDeskOfTheDaddyHearsOfEachItemOnceAndInOrder() {
    grow(3);
    List<Item> heard = new ArrayList<>();
    Cluster.Node daddy = daddy();
    daddy
        .replication
        .ledgers()
        .listen(
            new Ledgers.Desk() {
              @Override
              public int appended(Id ledger, Item item) {
                assertThat(ledger).isEqualTo(LEDGER);
                heard.add(item);
                return 7;
              }

              @Override
              public int audience(Id ledger) {
                return 8;
              }

              @Override
              public void changed() {}
            });
    List<Cluster.Answer<Appended>> answers = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      answers.add(begin(cluster.node(i % 3), "item " + i));
    }
    cluster.run(Duration.ofSeconds(2));
    assertThat(heard).extracting(Item::sequence).containsExactlyElementsOf(sequence(1, 20));
    assertThat(answers).allMatch(each -> valueOf(each.get()).audience() == 7);
    assertThat(daddy.replication.ledgers().readHere(LEDGER, 0).orElseThrow().items())
        .isEqualTo(heard);
  }

  private static List<Long> sequence(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  @Test
  void itGoesWithItsArcWhereverThatGoes() {
    grow(1);
    for (int i = 1; i <= 30; i++) {
      append(anybody(), "item " + i);
    }
    grow(6);
    cluster.node(0).leave();
    settle();
    assertThat(read(anybody(), 0).items()).hasSize(30);
    assertThat(append(anybody(), "next")).isEqualTo(31);
  }

  @Test
  void aRecordOfTheSameNameIsAnother() {
    grow(3);
    assertThat(anybody().put(NAME, "a record")).isInstanceOf(Result.Ok.class);
    append(anybody(), "an item");
    assertThat(anybody().get(NAME))
        .isEqualTo(Result.ok(new Versioned(1, Optional.of(Bytes.utf8("a record")))));
    List<String> keys = new ArrayList<>();
    Optional<Scan.Position> next = Optional.of(Scan.START);
    while (next.isPresent()) {
      Scan.Page page = valueOf(anybody().scan(new Scan(next.get(), "", 100)));
      page.records().forEach(each -> keys.add(each.key()));
      next = page.next();
    }
    assertThat(keys).containsExactly(NAME);
  }

  @Test
  void noRecordHasAKeyOfALedger() {
    grow(1);
    String outcome =
        anybody()
            .put(Places.ofLedger(LEDGER), "no")
            .fold(WriteOutcome::toString, failure -> failure.kind().name());
    assertThat(outcome).isEqualTo(Failure.Kind.INVALID.name());
  }

  @Test
  void aDamagedItemIsMendedHoweverLargeItsLedgerIs() {
    grow(3);
    for (int i = 1; i <= 20; i++) {
      append(anybody(), "x".repeat(100_000) + i);
    }
    settle();
    Cluster.Node daddy = daddy();
    Cluster.Node follower = cluster.live().stream().filter(n -> n != daddy).findFirst().get();
    follower.disk.rot(Places.ofItem(LEDGER, 13));
    daddy.disk.rot(Places.ofItem(LEDGER, 3));
    assertThat(cluster.replicasAgree()).isFalse();
    cluster.run(Duration.ofMinutes(2));
    settle();
    List<Item> all = new ArrayList<>();
    while (all.size() < 20) {
      all.addAll(read(anybody(), all.size()).items());
    }
    assertThat(all).extracting(Item::sequence).containsExactlyElementsOf(sequence(1, 20));
    assertThat(all).allMatch(each -> each.payload().size() > 100_000);
  }
}
