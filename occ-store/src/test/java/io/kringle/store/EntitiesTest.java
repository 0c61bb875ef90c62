package io.kringle.store;

import static io.kringle.store.StoreFixture.failure;
import static io.kringle.store.StoreFixture.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.replication.Versioned;
import io.kringle.replication.Write.Condition;
import io.kringle.replication.WriteOutcome;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Failure.Kind;
import io.kringle.ring.Result;
import io.kringle.store.Entities.Entity;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Values of a type in the store. */
final class EntitiesTest {
  record Account(String owner, int balance) {
    Account plus(int amount) {
      return new Account(owner, balance + amount);
    }
  }

  private final StoreFixture fixture = StoreFixture.create();
  private final FakeRecords records = fixture.records;
  private final Entities<Account> accounts =
      new Entities<>(fixture.store, new JsonCodec<>(Account.class));

  private Result<Entity<Account>> get() {
    return fixture.await(done -> accounts.get("k", done));
  }

  private Result<Entity<Account>> update(UnaryOperator<Optional<Account>> change) {
    return fixture.await(done -> accounts.update("k", change, UpdateOptions.DEFAULT, done));
  }

  @Test
  void whatWasPutIsRead() {
    Account account = new Account("Ada", 5);
    assertThat(
            value(
                fixture.<WriteOutcome>await(
                    done -> accounts.put("k", account, Condition.ABSENT, done))))
        .isEqualTo(new WriteOutcome.Written(1, true));
    assertThat(value(get())).isEqualTo(new Entity<>("k", 1, Optional.of(account)));
  }

  @Test
  void aTimeToLiveIsTheStores() {
    Account account = new Account("Ada", 5);
    Result<WriteOutcome> refused =
        fixture.await(
            done -> accounts.put("k", account, Condition.NONE, Optional.of(Duration.ZERO), done));
    assertThat(failure(refused).kind()).isEqualTo(Kind.INVALID);
    Result<WriteOutcome> written =
        fixture.await(
            done ->
                accounts.put("k", account, Condition.NONE, Optional.of(Duration.ofHours(1)), done));
    assertThat(written.isOk()).isTrue();
    assertThat(value(get()).value()).contains(account);
  }

  @Test
  void whatWasNeverWrittenIsEmptyAndAnUpdateMayBegin() {
    assertThat(value(get())).isEqualTo(new Entity<>("k", 0, Optional.empty()));
    assertThat(value(update(current -> Optional.of(current.orElse(new Account("Ada", 0)).plus(1)))))
        .isEqualTo(new Entity<>("k", 1, Optional.of(new Account("Ada", 1))));
  }

  @Test
  void unknownFieldsSurviveAnUpdate() {
    records.store(
        "k",
        7,
        Optional.of(Bytes.utf8("{\"owner\":\"Ada\",\"balance\":5,\"limit\":{\"day\":100}}")));
    assertThat(value(update(current -> current.map(account -> account.plus(1)))))
        .isEqualTo(new Entity<>("k", 8, Optional.of(new Account("Ada", 6))));
    assertThat(records.stored("k").value().orElseThrow().toUtf8())
        .isEqualTo("{\"owner\":\"Ada\",\"balance\":6,\"limit\":{\"day\":100}}");
  }

  @Test
  void anUpdateThatAbandonsWritesNothing() {
    Bytes stored = Bytes.utf8("{\"owner\":\"Ada\",\"balance\":5}");
    records.store("k", 7, Optional.of(stored));
    assertThat(value(update(current -> Optional.empty())))
        .isEqualTo(new Entity<>("k", 7, Optional.of(new Account("Ada", 5))));
    assertThat(records.stored("k")).isEqualTo(new Versioned(7, Optional.of(stored)));
  }

  @Test
  void aRecordOfATypeThatIsNotKnownHereIsNamedAndStaysAsItIs() {
    Versioned stranger = new Versioned(7, Optional.of(Bytes.utf8("[\"another\",\"type\"]")));
    records.store("k", stranger.version(), stranger.value());
    Failure unreadable = failure(get());
    assertThat(unreadable.kind()).isEqualTo(Kind.INVALID);
    assertThat(unreadable.message())
        .contains("under 'k'")
        .contains("are no JSON that reads as Account");

    Failure refused = failure(update(current -> Optional.of(new Account("Eve", 0))));
    assertThat(refused.kind()).isEqualTo(Kind.REFUSED);
    assertThat(refused.message()).contains("'k'").contains("are no JSON that reads as Account");
    assertThat(records.stored("k")).isEqualTo(stranger);
  }
}
