package io.kringle.pubsub;

import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Result;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What comes of an anycast or a manycast, as it comes. */
final class AnycastOutcome {
  private final String topic;
  private final int wanted;
  private final List<Bytes> replies = new ArrayList<>();
  private int refused;
  private int unknown;
  private int unreached;
  private boolean late;
  private boolean ranOut;

  /** Why one that was offered it may or may not have taken it. */
  private @Nullable Failure doubt;

  /** Why the root could not be looked at, when that was tried last. */
  private @Nullable Failure rootMissing;

  /** Why one could not be asked. */
  private @Nullable Failure unsent;

  AnycastOutcome(String topic, int wanted) {
    this.topic = topic;
    this.wanted = wanted;
  }

  int accepted() {
    return replies.size();
  }

  int unknown() {
    return unknown;
  }

  void accepted(Bytes reply) {
    replies.add(reply);
  }

  void refused(int count) {
    refused += count;
  }

  void unknown(Failure why) {
    unknown++;
    doubt = why;
  }

  /** A node of the tree did not answer: whoever hangs below it will soon hang elsewhere. */
  void unreached() {
    unreached++;
  }

  /** Everybody is looked at once more. */
  void again() {
    unreached = 0;
  }

  /** That no answer came in time says less than an answer that came. */
  void rootFailed(Failure why) {
    if (rootMissing == null || why.kind() != Failure.Kind.TIMEOUT) {
      rootMissing = why;
    }
  }

  void rootFound() {
    rootMissing = null;
  }

  void notSent(Failure why) {
    unsent = why;
  }

  /** Why not everybody was asked, which had no effect. */
  private @Nullable Failure obstacle() {
    return rootMissing == null ? unsent : rootMissing;
  }

  /**
   * Nobody else is asked.
   *
   * @param isLate because there is no more time
   * @param isOpen although more could still have taken it
   */
  void ended(boolean isLate, boolean isOpen) {
    late = isLate;
    ranOut = isOpen && !isLate;
  }

  /** Of an anycast: the reply, or why there is none. */
  Result<Bytes> one() {
    if (!replies.isEmpty()) {
      return Result.ok(replies.get(0));
    }
    Failure why = doubt;
    if (why != null) {
      return Result.failed(
          Failure.Kind.OUTCOME_UNKNOWN,
          "a subscriber of " + topic + " may have taken it: " + why.message());
    }
    return Result.failed(nobody());
  }

  private Failure nobody() {
    Failure why = obstacle();
    if (why != null) {
      return new Failure(why.kind(), why.message() + asked(", "));
    } else if (late) {
      return Failure.of(Failure.Kind.TIMEOUT, "no taker in time, " + refused + " refused");
    } else if (refused == 0 && unreached > 0) {
      return Failure.of(
          Failure.Kind.UNAVAILABLE,
          "nobody could be asked: " + unreached + " nodes of the topic's tree did not answer");
    }
    return Failure.of(
        Failure.Kind.NO_TAKER, "no taker: " + (refused == 0 ? "0 subscribers" : asked("")));
  }

  private String asked(String before) {
    String others = unreached == 0 ? "" : ", " + unreached + " nodes did not answer";
    return refused == 0 && unreached == 0 ? "" : before + refused + " refused" + others;
  }

  /** Of a manycast: who took it; a failure only if certainly nobody was offered anything. */
  Result<Takers> several() {
    Failure why = obstacle();
    if (why != null && replies.isEmpty() && unknown == 0 && refused == 0) {
      return Result.failed(why);
    }
    boolean askedAll = ranOut && unreached == 0 && why == null;
    return Result.ok(new Takers(wanted, replies, refused, unknown, askedAll));
  }
}
