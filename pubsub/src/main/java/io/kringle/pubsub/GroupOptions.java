package io.kringle.pubsub;

import io.kringle.pubsub.SubscribeOptions.Start;
import java.time.Duration;

/**
 * How a member takes part in a group.
 *
 * @param from where a group begins that is new; one that exists goes on where it is
 * @param room how many messages it may have in hand that it has not acknowledged; 1 to 1 000
 * @param acknowledgeWithin after which a message that it has not acknowledged is handed to another;
 *     a second to a day
 */
public record GroupOptions(Start from, int room, Duration acknowledgeWithin) {
  /** From now on, 16 messages in hand, half a minute for each. */
  public static final GroupOptions DEFAULT =
      new GroupOptions(new Start.Now(), 16, Duration.ofSeconds(30));

  private static final int MOST_ROOM = 1_000;

  /** Checks the ranges. */
  public GroupOptions {
    if (room < 1 || room > MOST_ROOM) {
      throw new IllegalArgumentException("a member has 1 to 1 000 in hand, not " + room);
    }
    if (acknowledgeWithin.compareTo(Duration.ofSeconds(1)) < 0
        || acknowledgeWithin.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "a second to a day to acknowledge, not " + acknowledgeWithin);
    }
  }

  /** Beginning elsewhere. */
  public GroupOptions from(Start start) {
    return new GroupOptions(start, room, acknowledgeWithin);
  }

  /** With room for another number of messages. */
  public GroupOptions room(int messages) {
    return new GroupOptions(from, messages, acknowledgeWithin);
  }

  /** With another time to acknowledge. */
  public GroupOptions acknowledgeWithin(Duration time) {
    return new GroupOptions(from, room, time);
  }
}
