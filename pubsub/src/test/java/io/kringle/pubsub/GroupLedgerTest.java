package io.kringle.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.pubsub.Cluster.Node;
import io.kringle.pubsub.Cluster.Outcome;
import io.kringle.ring.Bytes;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A group's place in its ledger, and two who both hold themselves for the dispatcher. */
class GroupLedgerTest {
  private static final GroupName NAME = new GroupName("jobs", "crew");

  private final Cluster cluster = Cluster.fixed(1, 1);
  private final Node node = cluster.nodes.get(0);
  private int started;

  /** One on a world of its own, which takes itself for the dispatcher always. */
  private GroupLedger ledger() {
    List<GroupLedger> made = new ArrayList<>();
    Peer peer = new Peer(Id.fromWords(-1, -1, started), new Endpoint("other", 1 + started), 1);
    started++;
    cluster.simulation.start(
        peer,
        world -> {
          FakeLedgers ledgers = new FakeLedgers(world, node.peer, cluster.ledgers);
          made.add(
              new GroupLedger(
                  new Surroundings(
                      world,
                      node.ring,
                      node.router,
                      ledgers,
                      TopicsConfig.DEFAULT,
                      new Counters(),
                      new Pages(ledgers, Duration.ofSeconds(5)),
                      new Durables(),
                      new Pieces(ledgers, Duration.ofSeconds(5))),
                  NAME));
          return node;
        });
    cluster.ledgers.staysWith(node.peer);
    return made.get(0);
  }

  private boolean write(GroupLedger ledger) {
    Outcome<Long> outcome = new Outcome<>();
    ledger.write(false, outcome);
    cluster.run(1);
    ledger.checkInvariants();
    return outcome.result != null && outcome.result.isOk();
  }

  @Test
  void whatIsWrittenIsWhereTheNextOneGoesOn() {
    GroupLedger first = ledger();
    assertThat(first.read()).isEqualTo(Result.ok(Optional.empty()));
    first.begin(10);
    first.done(11);
    first.done(13);
    first.passOver(14, 20);
    assertThat(first.done(13)).as("again").isFalse();
    assertThat(first.done(12 + Place.WINDOW)).as("beyond the window").isFalse();
    assertThat(write(first)).isTrue();

    GroupLedger second = ledger();
    second.read();
    assertThat(second.low()).isEqualTo(11);
    assertThat(second.isDone(13)).isTrue();
    assertThat(second.isDone(12)).isFalse();
    assertThat(second.isInWindow(11 + Place.WINDOW)).isTrue();
    assertThat(second.isInWindow(12 + Place.WINDOW)).isFalse();
    first.done(12);
    assertThat(first.low()).isEqualTo(20);
  }

  @Test
  void whoWasDispatcherLearnsItAtItsNextPlaceWhichIsNotWritten() {
    GroupLedger deposed = ledger();
    deposed.read();
    deposed.begin(10);
    assertThat(write(deposed)).isTrue();
    GroupLedger next = ledger();
    next.read();
    next.done(11);
    assertThat(write(next)).isTrue();

    deposed.done(11);
    deposed.done(12);
    assertThat(write(deposed)).isFalse();
    assertThat(deposed.isStale()).isTrue();

    GroupLedger third = ledger();
    third.read();
    assertThat(third.low()).isEqualTo(11);
    next.done(12);
    assertThat(write(next)).as("not disturbed by who is deposed").isTrue();
  }

  /** Only the last few places are kept. */
  @Test
  void whoWasDispatcherBuriesNobodysPlace() {
    GroupLedger deposed = ledger();
    deposed.create(created -> {});
    cluster.run(1);
    deposed.read();
    deposed.begin(10);
    assertThat(write(deposed)).isTrue();
    GroupLedger next = ledger();
    next.read();
    next.done(11);
    assertThat(write(next)).isTrue();
    for (int i = 0; i < 20; i++) {
      deposed.done(12 + i);
      assertThat(write(deposed)).isFalse();
    }
    assertThat(cluster.ledgers.size(NAME.ledger())).isEqualTo(2);

    GroupLedger third = ledger();
    assertThat(third.read()).isEqualTo(Result.ok(Optional.of(new Place(11, List.of(), false))));
  }

  @Test
  void aPlaceOfAFormThatIsNotKnownIsNotTakenForNone() {
    cluster.ledgers.put(NAME.ledger(), Bytes.utf8("from the future"));
    assertThat(ledger().read().isOk()).isFalse();
  }

  /** Members were told that it is recorded. */
  @Test
  void whatADeposedOneWritesWhenTheNextOneHasReadButNotWrittenCounts() {
    GroupLedger deposed = ledger();
    deposed.read();
    deposed.begin(10);
    assertThat(write(deposed)).isTrue();
    GroupLedger next = ledger();
    next.read();

    deposed.done(11);
    assertThat(write(deposed)).isTrue();
    next.reopen();
    assertThat(write(next)).as("it has not read the last place").isFalse();

    GroupLedger third = ledger();
    third.read();
    assertThat(third.low()).isEqualTo(11);
  }
}
