package io.kringle.node.sim;

import io.kringle.node.StackConfig;
import io.kringle.pubsub.TopicsConfig;
import io.kringle.replication.Retention;
import java.util.List;

/**
 * How the nodes of one exploration are set up. Drawn from its seed, so that what is rare with the
 * default settings happens often: deep trees, and subscribers that are further behind than any node
 * remembers.
 *
 * @param stack of every node
 * @param limited how much is kept of every second topic
 */
record TopicsSettings(StackConfig stack, Retention limited) {
  private static final List<Integer> FAN_OUTS = List.of(1, 2, 16);
  private static final List<Integer> HISTORIES = List.of(1, 8, 256);
  private static final List<Integer> KEPT = List.of(1, 5, 50);

  static TopicsSettings draw(ExploreDice dice) {
    StackConfig store = StoreSettings.draw(dice).stack();
    TopicsConfig topics =
        TopicsConfig.DEFAULT
            .withFanOut(dice.pick(FAN_OUTS))
            .withHistory(dice.pick(HISTORIES), TopicsConfig.DEFAULT.historyBytes());
    Retention plain = Retention.DEFAULT;
    return new TopicsSettings(
        new StackConfig(store.ring(), store.router(), store.replication(), store.store(), topics),
        new Retention(dice.pick(KEPT), plain.bytes(), plain.age()));
  }

  @Override
  public String toString() {
    return "a node takes in %d children, and remembers %d messages; every second topic keeps %d; audits come every %d ms"
        .formatted(
            stack.topics().fanOut(),
            stack.topics().historyMessages(),
            limited.items(),
            stack.replication().auditEvery().toMillis());
  }
}
