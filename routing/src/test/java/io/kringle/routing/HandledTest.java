package io.kringle.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import io.kringle.routing.Handled.Name;
import io.kringle.routing.Handled.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the owner remembers of handled requests, and for how long. */
class HandledTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final TestRing ring = TestRing.of(1);

  private Handled handled(int ids, int count, long bytes, int maxReplyBytes) {
    return new Handled(
        ring.nodes.get(0).world,
        new RouterConfig.Replies(ids, count, bytes, maxReplyBytes, MINUTE));
  }

  private static Name name(long request) {
    return new Name(Id.ZERO, request);
  }

  private static Result<Bytes> reply(int size) {
    return Result.ok(Bytes.of(new byte[size]));
  }

  private static void answer(Handled handled, long request, int size) {
    assertThat(handled.state(name(request))).isEqualTo(State.NEW);
    handled.begin(name(request));
    assertThat(handled.state(name(request))).isEqualTo(State.UNANSWERED);
    handled.answered(name(request), reply(size));
    handled.checkInvariants();
  }

  @Test
  void answersBeyondTheirNumberGoOldestFirstAndLeaveTheirIds() {
    Handled handled = handled(10, 2, 1_000, 100);
    for (int i = 1; i <= 3; i++) {
      answer(handled, i, 10);
    }
    assertThat(handled.state(name(1))).isEqualTo(State.FORGOTTEN);
    assertThat(handled.state(name(2))).isEqualTo(State.ANSWERED);
    assertThat(handled.answer(name(3))).isEqualTo(reply(10));
  }

  @Test
  void answersBeyondTheirBytesGoOldestFirst() {
    Handled handled = handled(10, 10, 250, 100);
    for (int i = 1; i <= 3; i++) {
      answer(handled, i, 100);
    }
    assertThat(handled.state(name(1))).isEqualTo(State.FORGOTTEN);
    assertThat(handled.answers()).isEqualTo(2);
  }

  @Test
  void anAnswerThatIsTooLargeToKeepLeavesItsId() {
    Handled handled = handled(10, 10, 1_000, 100);
    answer(handled, 1, 100);
    answer(handled, 2, 101);
    assertThat(handled.state(name(1))).isEqualTo(State.ANSWERED);
    assertThat(handled.state(name(2))).isEqualTo(State.FORGOTTEN);
  }

  @Test
  void idsBeyondTheirNumberGoOldestFirstWithTheirAnswers() {
    Handled handled = handled(2, 10, 1_000, 100);
    for (int i = 1; i <= 3; i++) {
      answer(handled, i, 10);
    }
    assertThat(handled.state(name(1))).isEqualTo(State.NEW);
    assertThat(handled.ids()).isEqualTo(2);
    assertThat(handled.answers()).isEqualTo(2);
  }

  @Test
  void answersGoInTheOrderInWhichTheyWereGiven() {
    Handled handled = handled(10, 2, 1_000, 100);
    for (int i = 1; i <= 3; i++) {
      handled.begin(name(i));
    }
    for (int i = 3; i >= 1; i--) {
      handled.answered(name(i), reply(10));
      handled.checkInvariants();
    }
    assertThat(handled.state(name(3))).isEqualTo(State.FORGOTTEN);
    assertThat(handled.state(name(1))).isEqualTo(State.ANSWERED);
  }

  @Test
  void forgottenIdsLeaveNothingBehindInWhateverOrderTheyWereAnswered() {
    Handled handled = handled(10, 10, 1_000, 100);
    for (int i = 0; i < 100; i++) {
      handled.begin(name(i));
      // Late for every other one, when nine more have come.
      if (i % 2 == 0) {
        handled.answered(name(i), reply(10));
      }
      if ((i - 9) % 2 == 1) {
        handled.answered(name(i - 9), reply(20));
      }
      handled.checkInvariants();
    }
    ring.run(MINUTE.plusNanos(1));
    assertThat(handled.state(name(99))).isEqualTo(State.NEW);
    assertThat(handled.answers()).isZero();
    handled.checkInvariants();
  }

  @Test
  void anIdIsForgottenAfterItsTime() {
    Handled handled = handled(10, 10, 1_000, 100);
    answer(handled, 1, 10);
    ring.run(MINUTE);
    assertThat(handled.state(name(1))).isEqualTo(State.ANSWERED);
    ring.run(Duration.ofNanos(1));
    assertThat(handled.state(name(1))).isEqualTo(State.NEW);
    handled.checkInvariants();
  }

  @Test
  void anAnswerToAForgottenRequestIsNotKept() {
    Handled handled = handled(1, 10, 1_000, 100);
    handled.begin(name(1));
    handled.begin(name(2));
    handled.answered(name(1), reply(1));
    handled.checkInvariants();
    assertThat(handled.answers()).isZero();
  }

  @Test
  void aRequestThatWasForgottenAndCameAgainMayBeAnsweredTwice() {
    Handled handled = handled(10, 10, 1_000, 100);
    handled.begin(name(1));
    ring.run(MINUTE.plusNanos(1));
    assertThat(handled.state(name(1))).isEqualTo(State.NEW);
    handled.begin(name(1));
    handled.answered(name(1), reply(10));
    handled.answered(name(1), reply(20));
    handled.checkInvariants();
    assertThat(handled.answer(name(1))).isEqualTo(reply(20));
  }

  @Test
  void aRepeatedRequestWhoseAnswerIsGoneIsNotHandledAgain() {
    TestRing three =
        TestRing.of(
            3,
            new RouterConfig(
                1_000_000,
                100,
                Duration.ofMillis(10),
                Duration.ofMinutes(10),
                new RouterConfig.Replies(10, 10, 1_000, 8, MINUTE)));
    TestRing.Node asker = three.nodes.get(0);
    TestRing.Node owner = three.nodes.get(1).echo();
    // The answer is lost on the way back, until the second try.
    three.simulation.network().cut(owner.peer.id(), asker.peer.id());
    TestRing.Answers answers = asker.ask(owner.peer.id(), "long enough to be dropped");
    three.run(Duration.ofMillis(500));
    three.simulation.network().heal();
    three.run(Duration.ofSeconds(2));
    assertThat(answers.failure()).isEqualTo(Failure.Kind.OUTCOME_UNKNOWN);
    assertThat(owner.words).hasSize(1);
  }

  @Test
  void theSameNumbersOfOtherOriginsAreOthers() {
    List<Name> names = new ArrayList<>(List.of(name(1), new Name(Id.MAX, 1)));
    Handled handled = handled(10, 10, 1_000, 100);
    handled.begin(names.get(0));
    assertThat(handled.state(names.get(1))).isEqualTo(State.NEW);
  }
}
