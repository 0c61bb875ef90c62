package io.kringle.node.http;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * What a stream has brought and its client has not acknowledged, in the order in which it came; so
 * much of it at the most. Thread-safe.
 */
final class Unacknowledged {
  private final int most;

  /** Guarded by this. */
  private final Map<Long, CompletableFuture<Void>> waiting = new LinkedHashMap<>();

  /**
   * None.
   *
   * @param most beyond so many, the oldest is forgotten: more than a stream is given at a time, so
   *     that only those come to it that a group has long given to another member
   */
  Unacknowledged(int most) {
    this.most = most;
  }

  /**
   * A message goes out, maybe not for the first time.
   *
   * @return completes when it is acknowledged
   */
  synchronized CompletionStage<Void> add(long sequence) {
    CompletableFuture<Void> acknowledged = new CompletableFuture<>();
    waiting.remove(sequence);
    waiting.put(sequence, acknowledged);
    if (waiting.size() > most) {
      Iterator<Long> oldest = waiting.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    return acknowledged;
  }

  /** One message is done with; how many were not before: one, or none. */
  int acknowledge(long sequence) {
    return complete(takeOne(sequence));
  }

  /** A message, and whatever came before it, is done with; how many were not before. */
  int acknowledgeUpTo(long sequence) {
    return complete(takeUpTo(sequence));
  }

  private synchronized List<CompletableFuture<Void>> takeOne(long sequence) {
    return Stream.ofNullable(waiting.remove(sequence)).toList();
  }

  private synchronized List<CompletableFuture<Void>> takeUpTo(long sequence) {
    List<CompletableFuture<Void>> taken = new ArrayList<>();
    if (waiting.containsKey(sequence)) {
      Iterator<Map.Entry<Long, CompletableFuture<Void>>> all = waiting.entrySet().iterator();
      boolean isLast = false;
      while (!isLast) {
        Map.Entry<Long, CompletableFuture<Void>> next = all.next();
        isLast = next.getKey() == sequence;
        taken.add(next.getValue());
        all.remove();
      }
    }
    return taken;
  }

  /** Outside of the lock: what follows from it is not known here. */
  private static int complete(List<CompletableFuture<Void>> acknowledged) {
    acknowledged.forEach(one -> one.complete(null));
    return acknowledged.size();
  }
}
