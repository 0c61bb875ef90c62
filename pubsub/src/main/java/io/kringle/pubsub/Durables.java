package io.kringle.pubsub;

import io.kringle.pubsub.TopicMessage.TakenOver;
import io.kringle.replication.Ledgers;
import io.kringle.replication.Retention;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The durable subscriptions that subscribers on this node hold: of each at most one.
 *
 * <p>The place of a durable subscription is kept in a ledger of its own, whose id is the hash of
 * topic and name with a byte between them that no UTF-8 has: so it is no topic's, and no other's.
 */
final class Durables {
  private static final int BETWEEN = 0xFF;

  /** Of a ledger whose subscription is forgotten, nothing is to stay. */
  private static final Retention NOTHING = new Retention(1, 1, Duration.ofMillis(1));

  private final Map<Id, Durable> held = new LinkedHashMap<>();

  static Id ledger(String topic, String name) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(topic.getBytes(StandardCharsets.UTF_8));
    bytes.write(BETWEEN);
    bytes.writeBytes(name.getBytes(StandardCharsets.UTF_8));
    return Id.hash(bytes.toByteArray());
  }

  /** Its subscriber holds it now, and no other one on this node. */
  void hold(Durable durable) {
    Durable former = held.put(durable.ledger(), durable);
    if (former != null) {
      former.takenOver(durable.term());
    }
  }

  void letGo(Durable durable) {
    held.remove(durable.ledger(), durable);
  }

  /** Another node says that a subscriber there holds it. */
  void takenOver(TakenOver news) {
    Durable here = held.get(ledger(news.topic(), news.name()));
    if (here != null) {
      here.takenOver(news.term());
    }
  }

  /**
   * Forgets a durable subscription; whoever holds it is told that it has ended.
   *
   * @param done whether there was one
   */
  static void forget(
      Surroundings around, String topic, String name, Consumer<Result<Boolean>> done) {
    Id ledger = ledger(topic, name);
    Duration timeout = around.config().publishTimeout();
    around
        .ledgers()
        .read(
            ledger,
            0,
            timeout,
            page -> {
              if (page instanceof Result.Ok<Ledgers.Page> ok) {
                forget(around, topic, name, Standing.of(ok.value()), done);
              } else {
                done.accept(page.map(never -> false));
              }
            });
  }

  private static void forget(
      Surroundings around,
      String topic,
      String name,
      Standing standing,
      Consumer<Result<Boolean>> done) {
    if (standing.place().isEmpty()) {
      done.accept(Result.ok(false));
      return;
    }
    Id ledger = ledger(topic, name);
    Duration timeout = around.config().publishTimeout();
    Mark mark = new Mark(Mark.TAKING, Mark.FORGOTTEN, around.self());
    around
        .ledgers()
        .append(
            ledger,
            mark.encode(),
            timeout,
            appended -> {
              if (appended instanceof Result.Ok<Ledgers.Appended> ok) {
                TakenOver news = new TakenOver(topic, name, ok.value().sequence());
                standing.holder().ifPresent(peer -> around.tell(peer, news));
                // If that fails, the mark stays, which is small.
                around.ledgers().retain(ledger, NOTHING, timeout, kept -> {});
              }
              done.accept(appended.map(sequence -> true));
            });
  }

  static Failure lost(String topic, String name) {
    return Failure.of(
        Failure.Kind.REFUSED,
        "the durable subscription '"
            + name
            + "' to '"
            + topic
            + "' was taken over by another subscriber, or forgotten");
  }
}
