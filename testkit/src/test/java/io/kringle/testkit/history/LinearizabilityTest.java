package io.kringle.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kringle.testkit.history.Linearizability.Broken;
import io.kringle.testkit.history.Linearizability.Counting;
import io.kringle.testkit.history.Linearizability.Holds;
import io.kringle.testkit.history.Linearizability.Undecided;
import io.kringle.testkit.history.Operation.Always;
import io.kringle.testkit.history.Operation.Call;
import io.kringle.testkit.history.Operation.Condition;
import io.kringle.testkit.history.Operation.Conflict;
import io.kringle.testkit.history.Operation.Expire;
import io.kringle.testkit.history.Operation.Failed;
import io.kringle.testkit.history.Operation.Get;
import io.kringle.testkit.history.Operation.GetStale;
import io.kringle.testkit.history.Operation.IfAbsent;
import io.kringle.testkit.history.Operation.IfVersion;
import io.kringle.testkit.history.Operation.Nothing;
import io.kringle.testkit.history.Operation.Outcome;
import io.kringle.testkit.history.Operation.Read;
import io.kringle.testkit.history.Operation.Unknown;
import io.kringle.testkit.history.Operation.Write;
import io.kringle.testkit.history.Operation.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Histories that a store may give, and histories that none may. */
class LinearizabilityTest {
  private static final Call GET = new Get();
  private static final Outcome OK = new Written(1);
  private static final Outcome UNKNOWN = new Unknown();

  private final List<Operation> history = new ArrayList<>();
  private int client;

  private void add(long invoked, long returned, Call call, Outcome outcome) {
    history.add(new Operation(client++, "key", call, outcome, invoked, returned));
  }

  private static Call put(String value) {
    return put(value, new Always());
  }

  private static Call put(String value, Condition condition) {
    return new Write(Optional.of(value), condition);
  }

  private static Outcome read(long version, String value) {
    return new Read(version, Optional.of(value));
  }

  private static Outcome nothing(long version) {
    return new Read(version, Optional.empty());
  }

  private Linearizability.Verdict verdict() {
    return new Linearizability(100_000).check(history);
  }

  private void holds() {
    assertThat(verdict()).isEqualTo(new Holds());
  }

  private void isBroken() {
    assertThat(verdict()).isInstanceOf(Broken.class);
  }

  @Test
  void whatOneAfterTheOtherAskedAndWasTold() {
    add(0, 1, GET, nothing(0));
    add(2, 3, put("a"), OK);
    add(4, 5, GET, read(1, "a"));
    add(6, 7, new Write(Optional.empty(), new IfVersion(1)), new Written(2));
    add(8, 9, GET, nothing(2));
    add(10, 11, put("b", new IfAbsent()), new Written(3));
    add(12, 13, put("c", new IfAbsent()), new Conflict());
    holds();
  }

  /** Herlihy and Wing 1990, figure 1: what overlaps may be in either order. */
  @Test
  void whatOverlapsMayBeInAnyOrder() {
    add(0, 10, put("a"), OK);
    add(1, 9, GET, nothing(0));
    add(2, 8, GET, read(1, "a"));
    holds();
  }

  @Test
  void aStaleReadIsFound() {
    add(0, 1, put("a"), OK);
    add(2, 3, put("b"), new Written(2));
    add(4, 5, GET, read(1, "a"));
    isBroken();
  }

  /** Attiya, Bar-Noy, Dolev 1995: without writing back, a second reader may see the older value. */
  @Test
  void aNewValueFollowedByTheOldIsFoundAlsoWhileItIsWritten() {
    add(0, 1, put("a"), OK);
    add(2, 20, put("b"), new Written(2));
    add(3, 5, GET, read(2, "b"));
    add(6, 8, GET, read(1, "a"));
    isBroken();
  }

  @Test
  void aLostUpdateIsFound() {
    add(0, 1, put("a"), OK);
    add(2, 5, put("b", new IfVersion(1)), new Written(2));
    add(3, 6, put("c", new IfVersion(1)), new Written(2));
    isBroken();
  }

  @Test
  void twoWhoBothFoundNothingThereAreFound() {
    add(0, 5, put("a", new IfAbsent()), OK);
    add(1, 6, put("b", new IfAbsent()), new Written(2));
    isBroken();
  }

  @Test
  void aConflictWithoutACauseIsFound() {
    add(0, 1, put("a"), OK);
    add(2, 3, put("b", new IfVersion(1)), new Conflict());
    isBroken();
  }

  @Test
  void aVersionThatGoesBackIsFound() {
    add(0, 1, put("a"), new Written(5));
    add(2, 3, put("b"), new Written(4));
    isBroken();
  }

  @Test
  void whatHasFailedIsNotSeen() {
    add(0, 1, put("a"), new Failed());
    add(2, 3, GET, nothing(0));
    holds();
    add(4, 5, GET, read(1, "a"));
    isBroken();
  }

  @Test
  void whatIsUnknownMayHappenNowLaterOrNever() {
    add(0, 1, put("a"), UNKNOWN);
    holds();
    add(2, 3, GET, nothing(0));
    holds();
    add(4, 5, GET, read(7, "a"));
    holds();
    add(6, 7, GET, read(7, "a"));
    holds();
    add(8, 9, GET, nothing(0));
    isBroken();
  }

  @Test
  void whatIsUnknownHappensOnce() {
    add(0, 1, put("a"), UNKNOWN);
    add(2, 3, GET, read(1, "a"));
    add(4, 5, put("b", new IfVersion(1)), new Written(2));
    add(6, 7, GET, read(2, "b"));
    holds();
    add(8, 9, GET, read(3, "a"));
    isBroken();
  }

  @Test
  void anUnknownConditionalWriteHappensOnlyWhereItsConditionHolds() {
    add(0, 1, put("a"), OK);
    add(2, 3, put("b"), new Written(2));
    add(4, 5, put("c", new IfVersion(1)), UNKNOWN);
    add(6, 7, GET, read(3, "c"));
    isBroken();
  }

  @Test
  void keysHaveNothingToDoWithEachOther() {
    add(0, 1, put("a"), OK);
    history.add(new Operation(9, "other", GET, nothing(0), 2, 3));
    holds();
    history.add(new Operation(9, "other", GET, read(1, "a"), 4, 5));
    assertThat(verdict())
        .isInstanceOfSatisfying(
            Broken.class,
            broken -> {
              assertThat(broken.key()).isEqualTo("other");
              assertThat(broken.operations()).hasSize(2);
              assertThat(broken.reached()).hasSize(1);
            });
  }

  @Test
  void aSearchThatTakesTooLongIsGivenUpAndSaysSo() {
    for (int i = 0; i < 30; i++) {
      add(0, 1, put("value " + i), UNKNOWN);
    }
    add(2, 3, GET, read(40, "nobody wrote this"));
    assertThat(new Linearizability(1_000).check(history)).isEqualTo(new Undecided("key"));
  }

  @Test
  void answersFitTheirQuestions() {
    assertThatThrownBy(() -> add(0, 1, GET, OK)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> add(2, 1, GET, nothing(0)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aReadThatSaysNothingOfTheVersionIsOneToo() {
    add(0, 1, put("a"), OK);
    add(2, 3, GET, new Nothing());
    isBroken();
    history.clear();
    add(0, 1, GET, new Nothing());
    add(2, 3, put("a"), OK);
    add(4, 5, new Write(Optional.empty(), new Always()), UNKNOWN);
    add(6, 7, GET, new Nothing());
    add(8, 9, GET, nothing(2));
    holds();
  }

  @Test
  void aValueGoesByItselfOnceItsTimeIsOverAndNotBefore() {
    add(0, 1, put("a"), OK);
    add(10, 10, new Expire("a"), UNKNOWN);
    add(4, 5, GET, read(1, "a"));
    add(12, 13, GET, nothing(2));
    holds();
    add(6, 7, GET, new Nothing());
    isBroken();
  }

  @Test
  void aTimeToLiveIsThatOfItsValueOnly() {
    add(0, 1, put("a"), OK);
    add(10, 10, new Expire("a"), UNKNOWN);
    add(4, 5, put("b"), new Written(2));
    add(12, 13, GET, nothing(3));
    isBroken();
  }

  @Test
  void staleReadsAreNotLookedAt() {
    add(0, 1, put("a"), OK);
    add(2, 3, new GetStale(), nothing(0));
    holds();
  }

  private void holdsStepByStep() {
    assertThat(stepByStep()).isEqualTo(new Holds());
  }

  private void isBrokenStepByStep() {
    assertThat(stepByStep()).isInstanceOf(Broken.class);
  }

  private Linearizability.Verdict stepByStep() {
    return new Linearizability(100_000, Counting.STEP_BY_STEP).check(history);
  }

  @Test
  void aWriteThatTakesEffectTwiceIsFoundByItsVersion() {
    add(0, 1, put("a"), OK);
    add(2, 3, put("b"), new Written(3));
    holds();
    isBrokenStepByStep();
  }

  @Test
  void anUnknownWriteIsOneVersion() {
    add(0, 1, put("a"), OK);
    add(2, 3, put("b"), UNKNOWN);
    add(4, 5, put("c"), new Written(3));
    holdsStepByStep();
    add(6, 7, put("d"), new Written(5));
    isBrokenStepByStep();
  }

  @Test
  void whatIsDeletedMayBeForgotten() {
    add(0, 1, put("a"), OK);
    add(2, 3, new Write(Optional.empty(), new Always()), new Written(2));
    add(4, 5, GET, nothing(2));
    add(6, 7, GET, nothing(0));
    isBroken();
    holdsStepByStep();
    add(8, 9, put("b", new IfVersion(2)), new Conflict());
    add(10, 11, put("c", new IfVersion(0)), new Written(7));
    add(12, 13, GET, read(7, "c"));
    holdsStepByStep();
  }

  @Test
  void whatIsForgottenNeedNotBeReadToHaveBeenSo() {
    add(0, 1, put("a"), OK);
    add(2, 3, new Write(Optional.empty(), new Always()), new Written(2));
    add(4, 5, put("b"), new Written(9));
    holdsStepByStep();
  }

  @Test
  void whatIsForgottenStaysSoAndItsVersionsDoNotComeAgain() {
    add(0, 1, put("a"), OK);
    add(2, 3, new Write(Optional.empty(), new Always()), new Written(2));
    add(4, 5, GET, nothing(0));
    holdsStepByStep();
    add(6, 7, GET, nothing(2));
    isBrokenStepByStep();
    history.set(history.size() - 1, new Operation(9, "key", put("b"), new Written(2), 6, 7));
    isBrokenStepByStep();
  }

  @Test
  void aConflictWithTheVersionOfADeletedRegisterMeansThatItIsForgotten() {
    add(0, 1, put("a"), OK);
    add(2, 3, new Write(Optional.empty(), new Always()), new Written(2));
    add(4, 5, put("b", new IfVersion(2)), new Conflict());
    add(6, 7, GET, nothing(0));
    holdsStepByStep();
    add(8, 9, GET, nothing(2));
    isBrokenStepByStep();
  }

  @Test
  void whatIsThereIsNotForgotten() {
    add(0, 1, put("a"), OK);
    add(2, 3, put("b", new IfVersion(0)), new Written(2));
    isBrokenStepByStep();
  }

  /** A register that is asked by several at once, each answered at some instant in between. */
  @Property(tries = 200)
  void whatOneRegisterAnswersIsLinearizableAndWithOneAnswerChangedMostlyIsNot(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Operation> given = new ArrayList<>();
    long version = 0;
    Optional<String> value = Optional.empty();
    for (int i = 0; i < 60; i++) {
      long at = 10L * i;
      long invoked = at - random.nextLong(30);
      long returned = at + random.nextLong(30);
      boolean reads = random.nextBoolean();
      boolean unknown = !reads && random.nextInt(10) == 0;
      if (!reads) {
        value = Optional.of("value " + i);
        version++;
      }
      Call call = reads ? GET : put("value " + i);
      Outcome known = reads ? new Read(version, value) : new Written(version);
      given.add(new Operation(i, "key", call, unknown ? UNKNOWN : known, invoked, returned));
    }
    assertThat(new Linearizability(1_000_000).check(given)).isEqualTo(new Holds());
    int victim = random.nextInt(given.size());
    Operation changed = given.get(victim);
    Outcome wrong = changed.call() instanceof Get ? read(version + 1, "never") : new Written(0);
    given.set(
        victim,
        new Operation(
            changed.client(), "key", changed.call(), wrong, changed.invoked(), changed.returned()));
    assertThat(new Linearizability(1_000_000).check(given)).isInstanceOf(Broken.class);
  }
}
