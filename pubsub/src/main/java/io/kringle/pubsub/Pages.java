package io.kringle.pubsub;

import io.kringle.replication.Ledgers;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads pages of ledgers for all who are behind on this node: at most {@value #MOST_UNDER_WAY} at a
 * time, the others wait their turn. Who wants the same page gets the same one, unless it is under
 * way already: a page is never older than the wish for it.
 *
 * <p>Invariant: what is kept of pages, by those who have not handed all of it on, is at most
 * {@value #MOST_KEPT} bytes of payload together.
 */
final class Pages {
  private static final int MOST_UNDER_WAY = 16;
  private static final long MOST_KEPT = 16L << 20;

  private final Ledgers ledgers;
  private final Duration timeout;
  private final Map<Wish, List<Consumer<Result<Ledgers.Page>>>> waiting = new LinkedHashMap<>();
  private int underWay;
  private long kept;

  private record Wish(Id ledger, long after) {}

  Pages(Ledgers ledgers, Duration timeout) {
    this.ledgers = ledgers;
    this.timeout = timeout;
  }

  /**
   * Reads what follows a number.
   *
   * @param done a page that was read after this call, in a later step; or why there is none
   */
  void read(Id ledger, long after, Consumer<Result<Ledgers.Page>> done) {
    waiting.computeIfAbsent(new Wish(ledger, after), wish -> new ArrayList<>()).add(done);
    next();
  }

  private void next() {
    while (underWay < MOST_UNDER_WAY && !waiting.isEmpty()) {
      var first = waiting.entrySet().iterator().next();
      Wish wish = first.getKey();
      List<Consumer<Result<Ledgers.Page>>> readers = first.getValue();
      waiting.remove(wish);
      underWay++;
      ledgers.read(wish.ledger(), wish.after(), timeout, page -> came(page, readers));
    }
  }

  private void came(Result<Ledgers.Page> page, List<Consumer<Result<Ledgers.Page>>> readers) {
    underWay--;
    readers.forEach(reader -> reader.accept(page));
    next();
  }

  /** Whether there is room to keep so much of a page; if so, it is to be given back. */
  boolean keep(long bytes) {
    boolean fits = kept + bytes <= MOST_KEPT;
    kept += fits ? bytes : 0;
    return fits;
  }

  void giveBack(long bytes) {
    kept -= bytes;
  }

  void checkInvariants() {
    if (kept < 0 || kept > MOST_KEPT || underWay > MOST_UNDER_WAY) {
      throw new IllegalStateException(kept + " bytes are kept, " + underWay + " pages under way");
    }
  }
}
