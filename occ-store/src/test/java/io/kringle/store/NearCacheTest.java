package io.kringle.store;

import static io.kringle.store.StoreFixture.failure;
import static io.kringle.store.StoreFixture.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kringle.replication.Versioned;
import io.kringle.replication.Write;
import io.kringle.replication.WriteOutcome;
import io.kringle.ring.Arc;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import io.kringle.store.KeyValues.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The near cache: each of its sentences. */
final class NearCacheTest {
  private final StoreFixture fixture = StoreFixture.create();
  private final FakeRecords records = fixture.records;
  private NearCache cache = open(NearCacheOptions.DEFAULT);

  private NearCache open(NearCacheOptions options) {
    return new NearCache(fixture.world, fixture.store, options);
  }

  private static Bytes bytes(String text) {
    return Bytes.utf8(text);
  }

  private void confirm() {
    records.watches.beFreshAsOf(fixture.simulation.now());
  }

  /** Reads, with a watch that has just been confirmed. */
  private Entry get(String key) {
    return value(read(key));
  }

  private Result<Entry> read(String key) {
    List<Result<Entry>> results = new ArrayList<>();
    cache.get(key, results::add);
    assertThat(results).as("results within the call").isEmpty();
    fixture.simulation.run(Duration.ofMillis(100));
    assertThat(results).hasSize(1);
    return results.get(0);
  }

  private <T> T soon(Consumer<Consumer<Result<T>>> call) {
    return value(outcome(call));
  }

  private <T> Result<T> outcome(Consumer<Consumer<Result<T>>> call) {
    List<Result<T>> results = new ArrayList<>();
    call.accept(results::add);
    fixture.simulation.run(Duration.ofMillis(100));
    assertThat(results).hasSize(1);
    return results.get(0);
  }

  private long reads() {
    return records.calls.stream().filter(call -> call.startsWith("read ")).count();
  }

  private static Entry entry(long version, String value) {
    return new Entry("k", version, Optional.of(bytes(value)));
  }

  /** Somebody else writes; the watch has not told of it yet. */
  private void elsewhere(long version, String value) {
    records.store("k", version, Optional.of(bytes(value)));
  }

  @Test
  void whatWasReadIsReadFromMemoryTheNextTime() {
    confirm();
    elsewhere(3, "v");
    assertThat(get("k")).isEqualTo(entry(3, "v"));
    assertThat(get("k")).isEqualTo(entry(3, "v"));
    assertThat(reads()).isEqualTo(1);
  }

  @Test
  void thatThereIsNothingIsHeldToo() {
    confirm();
    assertThat(get("k").version()).isZero();
    assertThat(get("k").value()).isEmpty();
    assertThat(reads()).isEqualTo(1);
  }

  @Test
  void aChangeThatIsToldPutsAnEnd() {
    confirm();
    elsewhere(3, "v");
    get("k");
    elsewhere(4, "w");
    assertThat(get("k")).as("not told of yet").isEqualTo(entry(3, "v"));
    records.watches.changed("k", records.stored("k"));
    assertThat(get("k")).isEqualTo(entry(4, "w"));
  }

  @Test
  void anOldChangeDoesNotPutAnEnd() {
    confirm();
    elsewhere(3, "v");
    get("k");
    records.watches.changed("k", new Versioned(3, Optional.empty()));
    get("k");
    assertThat(reads()).isEqualTo(1);
  }

  @Test
  void nothingIsHeldBeforeTheWatchIsConfirmed() {
    elsewhere(3, "v");
    get("k");
    assertThat(cache.count()).isZero();
    confirm();
    get("k");
    assertThat(cache.count()).isEqualTo(1);
  }

  @Test
  void whileTheWatchIsNotConfirmedTheStoreIsRead() {
    confirm();
    elsewhere(3, "v");
    get("k");
    elsewhere(4, "w");
    fixture.simulation.run(NearCacheOptions.DEFAULT.maxStaleness().minusSeconds(1));
    assertThat(get("k")).as("as stale as is allowed").isEqualTo(entry(3, "v"));
    fixture.simulation.run(Duration.ofSeconds(1));
    assertThat(get("k")).isEqualTo(entry(4, "w"));
    elsewhere(5, "x");
    assertThat(get("k")).isEqualTo(entry(5, "x"));
  }

  @Test
  void aReadThatAChangeOvertakesIsNotHeld() {
    confirm();
    records.readsTake(Duration.ofMillis(10));
    elsewhere(3, "v");
    List<Result<Entry>> results = new ArrayList<>();
    cache.get("k", results::add);
    fixture.simulation.run(Duration.ofMillis(15));
    elsewhere(4, "w");
    records.watches.changed("k", records.stored("k"));
    fixture.simulation.run(Duration.ofMillis(10));
    assertThat(value(results.get(0))).isEqualTo(entry(3, "v"));
    assertThat(get("k")).isEqualTo(entry(4, "w"));
  }

  @Test
  void noReaderGoesBackBehindAnother() {
    confirm();
    records.readsTake(Duration.ofMillis(10));
    elsewhere(3, "v");
    List<Result<Entry>> slow = new ArrayList<>();
    cache.get("k", slow::add);
    fixture.simulation.run(Duration.ofMillis(12));
    elsewhere(4, "w");
    records.readsTake(Duration.ofMillis(1));
    List<Result<Entry>> quick = new ArrayList<>();
    cache.get("k", quick::add);
    fixture.simulation.run(Duration.ofMillis(4));
    assertThat(value(quick.get(0))).isEqualTo(entry(4, "w"));
    fixture.simulation.run(Duration.ofMillis(10));
    assertThat(slow).hasSize(1);
    assertThat(get("k")).isEqualTo(entry(4, "w"));
  }

  @Test
  void aResetTakesWhatItConcerns() {
    confirm();
    elsewhere(3, "v");
    get("k");
    Id id = Id.ofKey("k");
    records.watches.reset(new Arc(id.next(), id));
    get("k");
    assertThat(reads()).isEqualTo(1);
    records.watches.reset(new Arc(id, id.next()));
    get("k");
    assertThat(reads()).isEqualTo(2);
  }

  @Test
  void aReadFromBeforeAResetIsNotHeld() {
    confirm();
    cache.get("k", done -> {});
    records.watches.reset(Arc.CIRCLE);
    fixture.simulation.run(Duration.ofMillis(100));
    assertThat(cache.count()).isZero();
  }

  @Test
  void aWriteThatSucceedsIsHeld() {
    confirm();
    assertThat(
            this.<WriteOutcome>soon(done -> cache.put("k", bytes("v"), Write.Condition.NONE, done)))
        .isEqualTo(new WriteOutcome.Written(1, true));
    assertThat(get("k")).isEqualTo(entry(1, "v"));
    this.<WriteOutcome>soon(done -> cache.delete("k", Write.Condition.NONE, done));
    assertThat(get("k")).isEqualTo(new Entry("k", 2, Optional.empty()));
    assertThat(reads()).isZero();
  }

  @Test
  void anUpdateThatSucceedsIsHeld() {
    confirm();
    elsewhere(3, "v");
    this.<KeyValues.Updated>soon(
        done -> cache.update("k", now -> Optional.of(bytes("w")), UpdateOptions.DEFAULT, done));
    long before = reads();
    assertThat(get("k")).isEqualTo(entry(4, "w"));
    assertThat(reads()).isEqualTo(before);
  }

  @Test
  void anUpdateThatFailsLeavesItAsItWas() {
    confirm();
    elsewhere(3, "v");
    get("k");
    Result<KeyValues.Updated> thrown =
        outcome(
            done ->
                cache.update(
                    "k",
                    now -> {
                      now.value().orElseThrow().array()[0] = 'X';
                      throw new IllegalStateException("no");
                    },
                    UpdateOptions.DEFAULT,
                    done));
    assertThat(failure(thrown).kind()).isEqualTo(Failure.Kind.REFUSED);
    records.failNextWrite(Failure.of(Failure.Kind.OUTCOME_UNKNOWN, "silence"), false);
    Result<KeyValues.Updated> unknown =
        outcome(
            done -> cache.update("k", now -> Optional.of(bytes("w")), UpdateOptions.DEFAULT, done));
    assertThat(failure(unknown).kind()).isEqualTo(Failure.Kind.OUTCOME_UNKNOWN);
    Result<WriteOutcome> conflict =
        outcome(done -> cache.put("k", bytes("w"), Write.Condition.version(1), done));
    assertThat(value(conflict)).isEqualTo(new WriteOutcome.Conflict(3, true));
    long before = reads();
    assertThat(get("k")).isEqualTo(entry(3, "v"));
    assertThat(reads()).isEqualTo(before);
  }

  @Test
  void nobodyCanChangeWhatIsHeld() {
    confirm();
    Bytes mine = bytes("v");
    this.<WriteOutcome>soon(done -> cache.put("k", mine, Write.Condition.NONE, done));
    mine.array()[0] = 'X';
    assertThat(get("k")).isEqualTo(entry(1, "v"));
    get("k").value().orElseThrow().array()[0] = 'X';
    assertThat(get("k")).isEqualTo(entry(1, "v"));
  }

  @Test
  void anEntityIsDecodedAnewAtEachRead() {
    confirm();
    Entities<List<?>> lists = new Entities<>(cache, listCodec());
    this.<WriteOutcome>soon(
        done -> lists.put("k", new ArrayList<>(List.of(1)), Write.Condition.NONE, done));
    List<?> one =
        this.<Entities.Entity<List<?>>>soon(done -> lists.get("k", done)).value().orElseThrow();
    one.clear();
    assertThat(this.<Entities.Entity<List<?>>>soon(done -> lists.get("k", done)).value())
        .hasValueSatisfying(list -> assertThat(list).hasSize(1));
    assertThat(reads()).isZero();
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // Justification: List.class has no type parameter.
  private static JsonCodec<List<?>> listCodec() {
    return new JsonCodec<>((Class) List.class);
  }

  @Test
  void itIsBoundedByEntries() {
    confirm();
    cache = open(NearCacheOptions.DEFAULT.withSize(10, 1 << 20));
    for (int i = 0; i < 100; i++) {
      get("k" + i);
    }
    assertThat(cache.count()).isBetween(1L, 10L);
  }

  @Test
  void itIsBoundedByBytes() {
    confirm();
    cache = open(NearCacheOptions.DEFAULT.withSize(100, 500));
    for (int i = 0; i < 100; i++) {
      records.store("k" + i, 1, Optional.of(bytes("v".repeat(90))));
      get("k" + i);
    }
    assertThat(cache.count()).isBetween(1L, 5L);
  }

  @Test
  void itIsBoundedByTime() {
    confirm();
    cache = open(NearCacheOptions.DEFAULT.withTimes(Duration.ofMinutes(1), Duration.ofSeconds(5)));
    get("k");
    fixture.simulation.run(Duration.ofSeconds(50));
    confirm();
    get("k");
    assertThat(reads()).isEqualTo(1);
    fixture.simulation.run(Duration.ofSeconds(10));
    confirm();
    get("k");
    assertThat(reads()).isEqualTo(2);
  }

  @Test
  void keysWithAnotherBeginningAreNotHeld() {
    confirm();
    cache = open(NearCacheOptions.DEFAULT.withPrefix("a"));
    get("k");
    assertThat(cache.count()).isZero();
    get("ab");
    assertThat(cache.count()).isEqualTo(1);
  }

  @Test
  void aWatchThatIsRefusedIsAskedForAgain() {
    records.watches.refuse(Failure.of(Failure.Kind.OVERLOADED, "too many watches"));
    cache.close();
    cache = open(NearCacheOptions.DEFAULT);
    confirm();
    elsewhere(3, "v");
    assertThat(get("k")).isEqualTo(entry(3, "v"));
    assertThat(cache.count()).isZero();
    records.watches.accept();
    fixture.simulation.run(Duration.ofSeconds(1));
    get("k");
    assertThat(records.watches.count()).isEqualTo(1);
    assertThat(cache.count()).isEqualTo(1);
  }

  @Test
  void onceClosedItHoldsNothingAndWatchesNothing() {
    confirm();
    get("k");
    cache.close();
    assertThat(records.watches.count()).isZero();
    get("k");
    assertThat(cache.count()).isZero();
    assertThat(reads()).isEqualTo(2);
  }

  @Test
  void ofManyKeysOnlyThoseThatAreNotHeldAreRead() {
    confirm();
    elsewhere(3, "three");
    get("k");
    records.calls.clear();
    confirm();
    assertThat(
            soon(
                (Consumer<Result<List<Result<Entry>>>> done) ->
                    cache.getAll(List.of("other", "k"), done)))
        .containsExactly(
            Result.ok(new Entry("other", 0, Optional.empty())), Result.ok(entry(3, "three")));
    assertThat(records.calls).containsExactly("read all [other] within 5000");
    assertThat(
            soon(
                (Consumer<Result<List<Result<Entry>>>> done) ->
                    cache.getAll(List.of("other", "k"), done)))
        .hasSize(2);
    assertThat(records.calls).as("both are held now").hasSize(1);
  }

  @Test
  void ofManyWritesThoseThatSucceedAreHeld() {
    confirm();
    elsewhere(3, "three");
    List<Write> writes =
        List.of(
            new Write("k", Write.Condition.ABSENT, Optional.of(bytes("lost"))),
            new Write("other", Write.Condition.NONE, Optional.of(bytes("won"))));
    assertThat(
            soon(
                (Consumer<Result<List<Result<WriteOutcome>>>> done) ->
                    cache.writeAll(writes, done)))
        .hasSize(2);
    records.calls.clear();
    assertThat(get("other")).isEqualTo(new Entry("other", 1, Optional.of(bytes("won"))));
    assertThat(records.calls).isEmpty();
    assertThat(get("k")).isEqualTo(entry(3, "three"));
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatThrownBy(() -> NearCacheOptions.DEFAULT.withSize(0, 10))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> NearCacheOptions.DEFAULT.withSize(10, 9))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> NearCacheOptions.DEFAULT.withTimes(Duration.ZERO, Duration.ofSeconds(9)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> NearCacheOptions.DEFAULT.withTimes(Duration.ofDays(1), Duration.ofSeconds(4)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
