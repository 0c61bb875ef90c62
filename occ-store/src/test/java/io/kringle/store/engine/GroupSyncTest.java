package io.kringle.store.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Failure;
import io.kringle.ring.Result;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One sync for all that wait. */
final class GroupSyncTest {
  private final StepQueue worker = new StepQueue();
  private final StepQueue steps = new StepQueue();
  private final List<String> trace = new ArrayList<>();
  private Result<Void> outcome = Done.RESULT;
  private Runnable duringSync = () -> {};
  private final GroupSync syncs =
      new GroupSync(
          worker,
          steps,
          () -> {
            trace.add("sync");
            duringSync.run();
            return outcome;
          });

  private void write(String name) {
    syncs.await(result -> trace.add(name + (result.isOk() ? " durable" : " failed")));
  }

  @Test
  void allThatWereWrittenBeforeASyncAreConfirmedByItInOrder() {
    write("a");
    write("b");
    write("c");
    worker.run();
    assertThat(trace).containsExactly("sync");
    steps.run();
    assertThat(trace).containsExactly("sync", "a durable", "b durable", "c durable");
  }

  @Test
  void whatIsWrittenWhileASyncRunsWaitsForTheNext() {
    duringSync =
        () -> {
          duringSync = () -> {};
          write("late");
        };
    write("early");
    worker.run();
    steps.run();
    assertThat(trace).containsExactly("sync", "sync", "early durable", "late durable");
  }

  @Test
  void aFailedSyncFailsAllThatWaitedForIt() {
    outcome = Result.failed(Failure.Kind.UNAVAILABLE, "storage: disk on fire");
    write("a");
    write("b");
    worker.run();
    steps.run();
    assertThat(trace).containsExactly("sync", "a failed", "b failed");
  }
}
