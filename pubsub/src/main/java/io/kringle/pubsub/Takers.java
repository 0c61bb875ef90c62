package io.kringle.pubsub;

import io.kringle.ring.Bytes;
import java.util.List;

/**
 * What came of a manycast.
 *
 * @param wanted how many were to take it
 * @param replies of those that did, in the order in which they came; at most {@code wanted}
 * @param refused how many subscribers refused
 * @param unknown how many may have taken it, but died, fell silent, or had not decided in time;
 *     unless it was declared idempotent, nobody was asked in their place
 * @param askedAll whether every subscriber was asked that could be found, for lack of takers; false
 *     if time ran out, or a part of the topic's tree could not be reached
 */
public record Takers(int wanted, List<Bytes> replies, int refused, int unknown, boolean askedAll) {
  /** Copies the replies. */
  public Takers {
    replies = List.copyOf(replies);
  }

  /** Whether as many took it as were wanted. */
  public boolean isComplete() {
    return replies.size() == wanted;
  }
}
