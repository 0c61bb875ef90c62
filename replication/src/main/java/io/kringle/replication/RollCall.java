package io.kringle.replication;

import io.kringle.ring.Peer;
import io.kringle.ring.Timer;
import java.time.Duration;
import java.util.List;

/**
 * Asks those who are to vote whether they are there, before it is proposed that they do. Whoever
 * was heard a moment ago may have lost its disk since; and a change that most of its voters cannot
 * accept is neither committed nor taken back, though those who voted before live.
 *
 * <p>Invariant: at most one call is under way; it ends with an answer or after {@link #PATIENCE}.
 */
final class RollCall {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Timer NONE = () -> {};

  private final Context node;
  private final Leadership leadership;
  private List<Peer> called = List.of();
  private long round;
  private Timer timer = NONE;

  RollCall(Context node, Leadership leadership) {
    this.node = node;
    this.leadership = leadership;
  }

  /**
   * Whether a majority of {@code voters} has answered since it was first asked about just them; if
   * not, they are asked, and the steward looks again.
   */
  boolean isAnswered(List<Peer> voters) {
    if (!called.equals(voters)) {
      end();
      called = voters;
      round = leadership.startRound();
      timer = node.world.after(PATIENCE, this::giveUp);
    }
    long there =
        voters.stream()
            .filter(voter -> node.isSelf(voter) || leadership.hasAnswered(voter, round))
            .count();
    if (there <= voters.size() / 2) {
      return false;
    }
    end();
    return true;
  }

  boolean isUnderWay() {
    return !called.isEmpty();
  }

  private void giveUp() {
    end();
    leadership.govern();
  }

  void end() {
    timer.cancel();
    timer = NONE;
    called = List.of();
  }
}
