package io.kringle.ring.tcp;

import java.util.Optional;

/** Counts of one transport, touched on its event loop only. */
final class Counters {
  long framesIn;
  long framesOut;
  long bytesIn;
  long bytesOut;
  long droppedFull;
  long droppedTooLarge;
  private long refusedHandshakes;
  private Optional<String> lastRefusal = Optional.empty();

  void refused(String reason) {
    refusedHandshakes++;
    lastRefusal = Optional.of(reason);
  }

  boolean isLastRefusal(String reason) {
    return lastRefusal.filter(reason::equals).isPresent();
  }

  TcpStats snapshot(int connections, long queuedBytes) {
    return new TcpStats(
        connections,
        queuedBytes,
        framesIn,
        framesOut,
        bytesIn,
        bytesOut,
        droppedFull,
        droppedTooLarge,
        refusedHandshakes,
        lastRefusal);
  }
}
