package io.kringle.store.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.replication.ArcStorage;
import io.kringle.replication.ArcStorage.Batch;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Timer;
import io.kringle.ring.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The contract on a disk of a simulation, and what crashes leave of it. */
final class SimulatedDiskTest extends StorageContract {
  private final SimulatedDisk disk = new SimulatedDisk();
  private final List<Long> delays = new ArrayList<>();
  private long now = 1_000;

  @Override
  ArcStorage create() {
    return disk.open(new QueuedWorld());
  }

  private static List<String> commit(ArcStorage storage, String key) {
    List<String> told = new ArrayList<>();
    Batch batch = storage.batch();
    batch.putRecord(Id.MAX, key, bytes("v"));
    storage.commit(batch, result -> told.add(result.isOk() ? "durable" : "failed"));
    return told;
  }

  private List<String> kept() {
    ArcStorage next = create();
    return List.of("1", "2", "3").stream()
        .filter(key -> next.record(Id.MAX, key).isPresent())
        .toList();
  }

  @Test
  void whatWasToldDurableIsThereAfterACrash() {
    ArcStorage storage = create();
    commit(storage, "1");
    steps.run();
    commit(storage, "2");

    assertThat(storage.record(Id.MAX, "2")).isPresent();
    disk.crash(new SplittableRandom(0));

    assertThat(kept()).contains("1").doesNotContain("3");
  }

  @Test
  void aCrashTakesWhatIsUnderWayFromSomeBatchOn() {
    List<List<String>> outcomes = new ArrayList<>();
    for (long seed = 0; seed < 32; seed++) {
      disk.lose();
      ArcStorage storage = create();
      commit(storage, "1");
      commit(storage, "2");
      commit(storage, "3");
      disk.crash(new SplittableRandom(seed));
      outcomes.add(kept());
    }

    assertThat(outcomes)
        .containsOnly(List.of(), List.of("1"), List.of("1", "2"), List.of("1", "2", "3"))
        .contains(List.of(), List.of("1", "2", "3"));
  }

  @Test
  void aBatchDoesNotOvertakeASlowerOne() {
    ArcStorage storage = create();
    disk.delay(Duration.ofNanos(500));
    commit(storage, "1");
    now += 100;
    disk.delay(Duration.ofNanos(10));
    commit(storage, "2");

    assertThat(delays).containsExactly(500L, 400L);
  }

  @Test
  void aFullDiskRefusesAndKeepsWhatItHas() {
    ArcStorage storage = create();
    commit(storage, "1");
    disk.full(true);
    assertThat(disk.takesValues()).isFalse();
    List<String> told = commit(storage, "2");

    assertThat(told).as("at once").containsExactly("failed");
    steps.run();
    assertThat(kept()).containsExactly("1");

    disk.full(false);
    commit(create(), "3");
    steps.run();
    assertThat(kept()).containsExactly("1", "3");
    assertThat(disk.takesValues()).isTrue();
  }

  @Test
  void afterAFailedCommitAllFailUntilItIsOpenedAgain() {
    ArcStorage storage = create();
    disk.full(true);
    commit(storage, "1");
    disk.full(false);
    List<String> told = commit(storage, "2");
    steps.run();

    assertThat(told).containsExactly("failed");
    assertThat(disk.isFaulty()).isTrue();
    assertThat(disk.takesValues()).isFalse();
    assertThat(kept()).isEmpty();
    assertThat(disk.isFaulty()).isFalse();
  }

  @Test
  void itIsRottenUntilTheRecordIsWrittenAgain() {
    ArcStorage storage = create();
    commit(storage, "1");
    steps.run();
    assertThat(disk.isRotten()).isFalse();
    disk.rot(new SplittableRandom(7));
    assertThat(disk.isRotten()).isTrue();

    commit(storage, "1");
    assertThat(disk.isRotten()).isTrue();
    steps.run();
    assertThat(disk.isRotten()).isFalse();
  }

  @Test
  void whatIsUnderWayIsKeptWhenTheNodeEndsInOrder() {
    ArcStorage storage = create();
    commit(storage, "1");
    commit(storage, "2");

    storage.close();

    assertThat(kept()).containsExactly("1", "2");
  }

  @Test
  void aLostDiskIsEmpty() {
    ArcStorage storage = create();
    commit(storage, "1");
    steps.run();

    disk.lose();

    assertThat(kept()).isEmpty();
  }

  /** Timers run when the test runs the steps, in the order in which they were set. */
  private final class QueuedWorld implements World {
    @Override
    public long now() {
      return now;
    }

    @Override
    public RandomGenerator random() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
      delays.add(delay.toNanos());
      steps.execute(task);
      return () -> {
        throw new UnsupportedOperationException();
      };
    }

    @Override
    public boolean send(Peer to, Message message) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void contact(Endpoint to, Message message) {
      throw new UnsupportedOperationException();
    }
  }
}
