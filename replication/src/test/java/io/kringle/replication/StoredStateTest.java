package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a record remembers. */
final class StoredStateTest {

  private static Entry.Put put(long counter) {
    Write write = new Write("k", Write.Condition.NONE, Optional.of(Bytes.utf8("v" + counter)));
    return new Entry.Put(1, new OpId(7, counter), write, 0);
  }

  private static StoredState afterPuts(int count) {
    StoredState state = StoredState.absent(Floor.NONE);
    for (int i = 1; i <= count; i++) {
      state = state.after(10L * i, put(i), state.judge(Write.Condition.NONE, Floor.NONE));
    }
    return state;
  }

  @Test
  void theLatestSixteenOperationsAreKnownByTheirOutcome() {
    StoredState state = afterPuts(20);
    assertThat(state.version()).isEqualTo(20);
    assertThat(state.outcomeOf(new OpId(7, 20))).contains(new WriteOutcome.Written(20, false));
    assertThat(state.outcomeOf(new OpId(7, 5))).contains(new WriteOutcome.Written(5, false));
    assertThat(state.outcomeOf(new OpId(7, 4))).isEmpty();
  }

  @Test
  void itKnowsWhatItMayHaveForgotten() {
    assertThat(afterPuts(16).mayForget(0)).isFalse();
    assertThat(afterPuts(20).mayForget(39)).isTrue();
    assertThat(afterPuts(20).mayForget(40)).isFalse();
  }

  @Test
  void aConflictChangesNothingButIsRemembered() {
    StoredState before = afterPuts(2);
    WriteOutcome conflict = before.judge(Write.Condition.version(1), Floor.NONE);
    StoredState after = before.after(30, put(3), conflict);
    assertThat(conflict).isEqualTo(new WriteOutcome.Conflict(2, true));
    assertThat(after.versioned()).isEqualTo(before.versioned());
    assertThat(after.outcomeOf(new OpId(7, 3))).contains(conflict);
    assertThat(after.index()).isEqualTo(30);
  }
}
