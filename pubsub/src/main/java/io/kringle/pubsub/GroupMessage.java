package io.kringle.pubsub;

import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import java.util.List;

/** What a group's dispatcher and its members ask of each other. */
public sealed interface GroupMessage extends Message {

  /**
   * A member to the dispatcher, when there is something new, and now and then: here I am, and this
   * is what became of what I was handed.
   *
   * @param member its number at its node
   * @param startAfter where the group is to begin if it is new: after this number, or {@link
   *     #FROM_NOW}
   * @param room how many it may have in hand
   * @param acknowledgeWithinMillis after which what it has in hand is handed to another
   * @param leaving whether it goes, and gives back what it has in hand
   * @param inHand what it has and has not acknowledged
   * @param done what it has acknowledged, and was not told to be recorded
   * @param givenBack what it could not handle
   */
  record Report(
      GroupName name,
      Peer node,
      long member,
      long startAfter,
      int room,
      long acknowledgeWithinMillis,
      boolean leaving,
      List<Long> inHand,
      List<Long> done,
      List<Long> givenBack)
      implements GroupMessage {
    /** Of a group that begins with what is published from now on. */
    public static final long FROM_NOW = -1;

    /** Copies the lists. */
    public Report {
      inHand = List.copyOf(inHand);
      done = List.copyOf(done);
      givenBack = List.copyOf(givenBack);
    }
  }

  /** The answer: it is a member of {@code dispatcher}'s, and what is done is recorded. */
  record Reported(Peer dispatcher) implements GroupMessage {}

  /** The answer of one who is not the dispatcher. */
  record Elsewhere(Peer dispatcher) implements GroupMessage {}

  /**
   * The dispatcher hands a member a message.
   *
   * @param isLarge whether the payload is left out, and is to be read from the topic
   */
  record Hand(GroupName name, long member, Numbered message, boolean isLarge)
      implements GroupMessage {}

  /** The answer: it has it in hand, or had. */
  record Held(long sequence) implements GroupMessage {}
}
