package io.kringle.pubsub;

import io.kringle.replication.Ledgers;
import io.kringle.ring.Peer;
import java.util.Optional;

/**
 * What the marks of a durable subscription come to. Whoever took it last holds it. A former holder
 * that does not know yet may have written since: what it says it was done with, was done.
 *
 * @param last number of the last item
 * @param term number of the item by which it was taken, or forgotten, last; 0: neither ever
 * @param place everything up to this number was done; empty: there is no such subscription
 * @param holder the node that its subscriber was on
 */
record Standing(long last, long term, Optional<Long> place, Optional<Peer> holder) {

  static Standing of(Ledgers.Page page) {
    long term = 0;
    long forgotten = 0;
    Optional<Long> place = Optional.empty();
    Optional<Peer> holder = Optional.empty();
    for (Ledgers.Item item : page.items()) {
      Mark mark = Mark.decode(item.payload());
      long its = mark.term() == Mark.TAKING ? item.sequence() : mark.term();
      if (mark.place() == Mark.FORGOTTEN) {
        term = item.sequence();
        forgotten = term;
        place = Optional.empty();
        holder = Optional.empty();
      } else if (its > forgotten) {
        place = Optional.of(Math.max(mark.place(), place.orElse(0L)));
        holder = its >= term ? Optional.of(mark.holder()) : holder;
        term = Math.max(term, its);
      }
    }
    return new Standing(page.last(), term, place, holder);
  }
}
