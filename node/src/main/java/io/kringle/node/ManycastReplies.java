package io.kringle.node;

import io.kringle.pubsub.Takers;
import io.kringle.ring.Bytes;
import java.util.List;

/**
 * What came of a manycast.
 *
 * @param wanted how many were to take it
 * @param replies of those that did, at most {@code wanted}; not to be changed
 * @param refused how many subscribers refused
 * @param unknown how many may have taken it, but died, fell silent, or had not decided in time
 * @param askedAll whether every subscriber was asked that could be found, for lack of takers
 */
public record ManycastReplies(
    int wanted, List<byte[]> replies, int refused, int unknown, boolean askedAll) {
  /** Copies the list. */
  public ManycastReplies {
    replies = List.copyOf(replies);
  }

  static ManycastReplies of(Takers takers) {
    return new ManycastReplies(
        takers.wanted(),
        takers.replies().stream().map(Bytes::array).toList(),
        takers.refused(),
        takers.unknown(),
        takers.askedAll());
  }

  /** Whether as many took it as were wanted. */
  public boolean isComplete() {
    return replies.size() == wanted;
  }
}
