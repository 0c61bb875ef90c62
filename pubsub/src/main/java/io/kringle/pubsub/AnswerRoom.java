package io.kringle.pubsub;

import io.kringle.pubsub.TopicMessage.Taken;
import io.kringle.ring.Failure;
import io.kringle.ring.Message;
import io.kringle.ring.Result;

/**
 * The room that the replies of acceptors have, which are kept for those who ask again. A reply of
 * more than 64 KiB, or beyond 16 MiB together, is not kept; that there was one is.
 */
final class AnswerRoom {
  private static final int MOST_EACH = 64 << 10;
  private static final long MOST_TOGETHER = 16L << 20;

  private long bytes;

  /** What is kept of one answer that will come. */
  Kept nothingYet() {
    return new Kept();
  }

  void checkInvariants() {
    if (bytes < 0 || bytes > MOST_TOGETHER) {
      throw new IllegalStateException(bytes + " bytes of replies are kept");
    }
  }

  /** What is kept of one answer. */
  final class Kept {
    private Result<Message> answer =
        Result.failed(
            Failure.Kind.OUTCOME_UNKNOWN, "it was offered here before, and the reply is not kept");

    private int size;

    /** Keeps it, in place of what was kept. */
    void keep(Result<Message> what) {
      int needed = what.fold(Kept::size, failure -> 0);
      if (needed <= MOST_EACH && bytes - size + needed <= MOST_TOGETHER) {
        bytes += needed - size;
        size = needed;
        answer = what;
      }
    }

    private static int size(Message message) {
      return message instanceof Taken taken ? taken.reply().size() : 0;
    }

    Result<Message> answer() {
      return answer;
    }

    /** It is not needed any more. */
    void release() {
      bytes -= size;
      size = 0;
    }
  }
}
