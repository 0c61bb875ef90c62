package io.kringle.replication;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** The replies to several writes, until all are there. */
final class Gathered {
  private final List<ClientMessage.OperateReply> replies;
  private final Consumer<ClientMessage.Reply> done;
  private int open;

  /** Of so many writes, at least one. */
  Gathered(int count, Consumer<ClientMessage.Reply> done) {
    this.replies = new ArrayList<>(Collections.nCopies(count, ClientMessage.NotDaddy.UNKNOWN));
    this.done = done;
    this.open = count;
  }

  /**
   * Takes the reply to one of them. Where it is not served here, nobody else is named: who asked
   * has to look for several anew.
   */
  void take(int place, ClientMessage.Reply reply) {
    replies.set(
        place,
        reply instanceof ClientMessage.NotDaddy
            ? ClientMessage.NotDaddy.UNKNOWN
            : (ClientMessage.OperateReply) reply);
    open--;
    if (open == 0) {
      done.accept(new ClientMessage.DecidedAll(replies));
    }
  }
}
