package io.kringle.replication;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the arcs of one daddy answer to one question about several keys, until all have. The records
 * of the reply have {@link Errand#PIECE_BYTES} together, or there is a single one that is larger.
 */
final class FoundTogether {
  private final Consumer<ClientMessage.Reply> done;
  private final List<ClientMessage.FoundAll.At> found = new ArrayList<>();
  private Optional<ClientMessage.Reply> refusal = Optional.empty();
  private boolean full;
  private int bytes;
  private int open;

  /** Of so many arcs, at least one. */
  FoundTogether(int arcs, Consumer<ClientMessage.Reply> done) {
    this.open = arcs;
    this.done = done;
  }

  boolean isEnoughFor(int more) {
    return bytes + more <= Errand.PIECE_BYTES;
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  /** Takes what one arc has answered. */
  void take(ClientMessage.Reply reply) {
    if (reply instanceof ClientMessage.FoundAll part) {
      part.found().forEach(each -> bytes += each.found().bytes());
      found.addAll(part.found());
      full |= part.full();
    } else {
      refusal = Optional.of(reply);
    }
    open--;
    if (open == 0) {
      found.sort(Comparator.comparingInt(ClientMessage.FoundAll.At::place));
      done.accept(
          refusal
              .filter(none -> found.isEmpty())
              .orElseGet(() -> new ClientMessage.FoundAll(found, full)));
    }
  }
}
