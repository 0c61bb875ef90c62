package io.kringle.pubsub;

import io.kringle.ring.Bytes;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.Optional;

/**
 * The large message that one cursor has put together or waits for; most never have one. It is asked
 * for only when there is room for it, so it is not kept for longer than a step.
 */
final class Assembly {
  /** Until pieces that could not be read are asked for again. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Stock stock;
  private final boolean isForManifests;
  private Optional<Numbered> whole = Optional.empty();
  private boolean isUnderWay;

  /**
   * Of one cursor.
   *
   * @param isForManifests whether its subscriber takes manifests for what they are
   */
  Assembly(Stock stock, boolean isForManifests) {
    this.stock = stock;
    this.isForManifests = isForManifests;
  }

  boolean isUnderWay() {
    return isUnderWay;
  }

  /** The message of this number, if it is here. */
  Optional<Numbered> find(long next) {
    return whole.filter(message -> message.sequence() == next);
  }

  /** Whether something is a message's manifest, and not the message. */
  boolean isManifest(Numbered item) {
    return !isForManifests && Manifest.isOne(item.payload()) && find(item.sequence()).isEmpty();
  }

  /** How large the message is or will be. */
  int size(Numbered item) {
    return isManifest(item) ? Manifest.decode(item.payload()).size() : item.payload().size();
  }

  /**
   * Puts the message of a manifest together, if none is under way.
   *
   * @param here called when it is here
   * @param gone called when it is not kept any more
   * @param again called when it is to be tried again
   */
  void begin(Numbered item, Runnable here, Runnable gone, Runnable again) {
    if (isUnderWay) {
      return;
    }
    isUnderWay = true;
    stock
        .around()
        .pieces()
        .read(
            stock.topic(),
            Manifest.decode(item.payload()),
            result -> read(item, result, here, gone, again));
  }

  private void read(
      Numbered item, Result<Optional<Bytes>> result, Runnable here, Runnable gone, Runnable again) {
    if (result instanceof Result.Ok<Optional<Bytes>> ok) {
      isUnderWay = false;
      whole = ok.value().map(bytes -> new Numbered(item.sequence(), bytes));
      (whole.isPresent() ? here : gone).run();
    } else {
      stock
          .around()
          .world()
          .after(
              PAUSE,
              () -> {
                isUnderWay = false;
                again.run();
              });
    }
  }

  void drop() {
    whole = Optional.empty();
  }
}
