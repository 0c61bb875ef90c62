package io.kringle.store.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.replication.ArcStorage;
import io.kringle.replication.ArcStorage.Batch;
import io.kringle.ring.Id;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract, kept in memory. */
final class MemoryStorageTest extends StorageContract {
  @Override
  ArcStorage create() {
    return new MemoryStorage(steps);
  }

  @Test
  void theNextLifeOfANodeFindsWhatTheLastOneCommittedAndIsToldInItsOwnSteps() {
    MemoryStorage before = new MemoryStorage(steps);
    Batch batch = before.batch();
    batch.putRecord(Id.MAX, "k", bytes("v"));
    before.commit(batch, result -> {});

    StepQueue nextLife = new StepQueue();
    MemoryStorage after = before.reopen(nextLife);
    List<Boolean> told = new ArrayList<>();
    after.commit(after.batch(), result -> told.add(result.isOk()));
    steps.run();
    assertThat(told).isEmpty();
    nextLife.run();

    assertThat(told).containsExactly(true);
    assertThat(after.record(Id.MAX, "k")).contains(bytes("v"));
  }
}
