package io.kringle.node.sim;

import io.kringle.node.StackConfig;
import io.kringle.replication.ReplicationConfig;
import java.time.Duration;
import java.util.List;

/**
 * How the nodes of one exploration are set up, and how busy the clients are. Drawn from its seed,
 * so that what is rare with the default settings happens often: members that the log no longer
 * reaches, tombstones that go while somebody still remembers the key, audits in the middle of
 * everything.
 *
 * @param stack of every node
 * @param longestRest of a client between two questions
 */
record StoreSettings(StackConfig stack, Duration longestRest) {
  private static final List<Integer> LOG_ENTRIES = List.of(2, 16, 128, 4_096);
  private static final List<Duration> TOMBSTONE_AGES =
      List.of(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofHours(1));
  private static final List<Duration> BETWEEN_AUDITS =
      List.of(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(20));
  private static final List<Duration> PATIENCE =
      List.of(Duration.ofSeconds(1), Duration.ofSeconds(10));
  private static final List<Duration> RESTS =
      List.of(Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(1));

  static StoreSettings draw(ExploreDice dice) {
    ReplicationConfig replication =
        ReplicationConfig.DEFAULT
            .withLog(dice.pick(LOG_ENTRIES), ReplicationConfig.DEFAULT.logBytes())
            .withTombstoneAge(dice.pick(TOMBSTONE_AGES))
            .withAuditEvery(dice.pick(BETWEEN_AUDITS))
            .withReplaceAfter(dice.pick(PATIENCE));
    StackConfig plain = StackConfig.DEFAULT;
    return new StoreSettings(
        new StackConfig(plain.ring(), plain.router(), replication, plain.store(), plain.topics()),
        dice.pick(RESTS));
  }

  @Override
  public String toString() {
    ReplicationConfig replication = stack.replication();
    return "the log keeps %d entries, tombstones live for %d ms, audits come every %d ms, the dead are replaced after %d ms, clients rest for up to %d ms"
        .formatted(
            replication.logEntries(),
            replication.tombstoneAge().toMillis(),
            replication.auditEvery().toMillis(),
            replication.replaceAfter().toMillis(),
            longestRest.toMillis());
  }
}
