package io.kringle.pubsub;

import io.kringle.replication.Ledgers;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import java.util.Optional;
import java.util.function.Consumer;

/** Where the subscribers of one topic on one node get its messages from. */
record Stock(Surroundings around, String topic, Id key, Log log) {

  /** The last message that has come here. */
  long last() {
    return log.last();
  }

  /** Everything after this number that has come here is remembered. */
  long base() {
    return log.history().base();
  }

  /** A message, if it is remembered here. */
  Optional<Numbered> remembered(long sequence) {
    return log.history().get(sequence);
  }

  /** Bytes of the messages that are remembered here, from this number on. */
  long bytesFrom(long sequence) {
    return log.history().bytesFrom(sequence);
  }

  /** Reads what follows a number from the topic's ledger. */
  void read(long after, Consumer<Result<Ledgers.Page>> done) {
    around.pages().read(key, after, done);
  }
}
