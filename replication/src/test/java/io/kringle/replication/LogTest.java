package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Inbound;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.ring.World;
import io.kringle.ring.wire.KryoCodec;
import io.kringle.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The log and its shadow in storage. */
final class LogTest {
  private final KryoCodec codec = Cluster.codec();
  private final Simulation simulation = new Simulation(1, message -> message);
  private final List<World> worlds = new ArrayList<>();
  private final Disk disk = new Disk();
  private ArcStorage storage;
  private Log log;

  @BeforeEach
  void open() {
    Peer peer = new Peer(Id.ZERO, new Endpoint("10.0.0.1", 1), 1);
    simulation.start(
        peer,
        world -> {
          worlds.add(world);
          return new Nobody();
        });
    storage = disk.open(worlds.get(0));
    log = new Log(1, storage, codec, 0, 0);
  }

  private record Nobody() implements Inbound {
    @Override
    public void received(Peer from, Message message) {}

    @Override
    public void unreachable(Peer peer, String reason) {}

    @Override
    public void contactFailed(Endpoint endpoint, String reason) {}
  }

  private void append(long... epochs) {
    for (long epoch : epochs) {
      log.append(new Entry.Noop(epoch));
    }
  }

  private Log.Mark save() {
    ArcStorage.Batch batch = storage.batch();
    log.save(batch);
    storage.commit(batch, result -> assertThat(result).isEqualTo(Result.ok(null)));
    return log.mark();
  }

  private Log reread(long base, long baseEpoch) {
    Log again = new Log(1, storage, codec, base, baseEpoch);
    again.recover();
    return again;
  }

  @Test
  void whatIsSavedIsReadBack() {
    append(1, 1, 2);
    save();
    Log again = reread(0, 0);
    assertThat(again.last()).isEqualTo(3);
    assertThat(again.lastEpoch()).isEqualTo(2);
    assertThat(again.durable()).isEqualTo(3);
  }

  @Test
  void anEntryTakenBackIsNotDurableByTheBatchThatWroteIt() {
    append(1, 1, 1);
    Log.Mark before = save();
    log.truncateFrom(2);
    append(2);
    log.durable(before);
    assertThat(log.durable()).isZero();
    log.durable(save());
    assertThat(log.durable()).isEqualTo(2);
    assertThat(reread(0, 0).last()).isEqualTo(2);
    assertThat(reread(0, 0).lastEpoch()).isEqualTo(2);
  }

  @Test
  void cuttingLeavesTheTailAndItsEpochs() {
    append(1, 2, 3, 4);
    log.durable(save());
    log.compactTo(2);
    save();
    assertThat(log.epochAt(2)).isEqualTo(2);
    assertThat(log.epochAt(3)).isEqualTo(3);
    assertThat(storage.log(1, 1, 9, 1_000))
        .extracting(ArcStorage.LogEntry::index)
        .containsExactly(3L, 4L);
    log.checkInvariants(3, 4);
  }

  @Test
  void aSnapshotTakesThePlaceOfEverything() {
    append(1, 1, 1);
    log.durable(save());
    log.reset(9, 4);
    save();
    assertThat(storage.log(1, 0, 99, 1_000)).isEmpty();
    assertThat(log.lastEpoch()).isEqualTo(4);
    log.checkInvariants(9, 9);
  }

  @Test
  void oldEntriesAreReadFromStorageOnceMemoryIsFull() {
    Write write =
        new Write("k", Write.Condition.NONE, java.util.Optional.of(Bytes.of(new byte[400_000])));
    for (int i = 1; i <= 12; i++) {
      log.append(new Entry.Put(1, new OpId(1, i), write, 0));
      log.durable(save());
    }
    assertThat(((Entry.Put) log.entry(1)).op().counter()).isEqualTo(1);
    assertThat(log.slice(1, 1_000_000)).hasSize(2);
    assertThat(log.slice(12, 1)).hasSize(1);
    log.checkInvariants(12, 12);
    simulation.run(Duration.ofSeconds(1));
  }
}
