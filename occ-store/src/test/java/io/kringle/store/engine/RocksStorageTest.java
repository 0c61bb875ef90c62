package io.kringle.store.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kringle.replication.ArcStorage;
import io.kringle.replication.ArcStorage.Batch;
import io.kringle.replication.ArcStorage.LogEntry;
import io.kringle.replication.Room;
import io.kringle.ring.Arc;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract, kept in RocksDB, and what a directory adds to it. */
final class RocksStorageTest extends StorageContract {
  @TempDir Path temporary;

  @Override
  ArcStorage create() throws IOException {
    return open(temporary.resolve("contract"), Durability.OS);
  }

  private Room roomWith(Path directory, long reserve) throws IOException {
    RocksStorage storage = RocksStorage.open(directory, Durability.OS, reserve, steps);
    Room room = storage.room();
    storage.close();
    return room;
  }

  @Test
  void theLessIsFreeOfTheReserveTheLessRoomThereIs(@TempDir Path directory) throws IOException {
    long free = directory.toFile().getUsableSpace();
    assertThat(roomWith(directory, 0)).isEqualTo(Room.PLENTY);
    assertThat(roomWith(directory, 2 * free)).isEqualTo(Room.LITTLE);
    assertThat(roomWith(directory, 8 * free)).isEqualTo(Room.NONE);
  }

  private RocksStorage open(Path directory, Durability durability) throws IOException {
    return RocksStorage.open(directory, durability, 0, steps);
  }

  /** A batch over all three tables, as an applied write makes one. */
  private static void commitWrite(RocksStorage storage, int number) {
    Batch batch = storage.batch();
    batch.putMeta(1, bytes("applied " + number));
    batch.putLog(1, number, bytes("entry " + number));
    batch.putRecord(Id.ofKey("k" + number), "k" + number, bytes("v" + number));
    storage.commit(batch, result -> {});
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void closedAndOpenedAgainItHasEverything(Durability durability) throws IOException {
    Path directory = temporary.resolve("data");
    RocksStorage before = open(directory, durability);
    commitWrite(before, 1);
    before.close();
    before.close();
    RocksStorage after = open(directory, durability);
    assertThat(after.record(Id.ofKey("k1"), "k1")).contains(bytes("v1"));
    assertThat(after.log(1, 1, 9, 100)).containsExactly(new LogEntry(1, bytes("entry 1")));
    assertThat(after.metas()).containsExactly(new ArcStorage.Meta(1, bytes("applied 1")));
    after.close();
  }

  @Test
  void afterAKillEveryBatchThatTheSystemHadIsThere() throws IOException {
    Path directory = temporary.resolve("live");
    RocksStorage live = open(directory, Durability.OS);
    for (int i = 1; i <= 500; i++) {
      commitWrite(live, i);
    }
    Path asKilled = copy(directory, temporary.resolve("copy"));
    live.close();

    RocksStorage found = open(asKilled, Durability.OS);
    assertThat(found.log(1, 1, 1_000, 1 << 20)).hasSize(500);
    assertThat(found.scan(Arc.CIRCLE, Optional.empty(), 1 << 20)).hasSize(500);
    found.close();
  }

  /** What a log may end with after the power went, or after a bit has rotted. */
  enum Tail {
    CUT {
      @Override
      void spoil(RandomAccessFile log) throws IOException {
        log.setLength(log.length() - SPOILT);
      }
    },
    GARBLED {
      @Override
      void spoil(RandomAccessFile log) throws IOException {
        log.seek(log.length() - SPOILT);
        log.write(new byte[] {9, 9, 9, 9, 9});
      }
    },
    ZEROED {
      @Override
      void spoil(RandomAccessFile log) throws IOException {
        long length = log.length();
        log.setLength(length - SPOILT);
        log.setLength(length + 4096);
      }
    };

    private static final int SPOILT = 5;

    abstract void spoil(RandomAccessFile log) throws IOException;
  }

  @ParameterizedTest
  @EnumSource(Tail.class)
  void aBatchThatWasTornIsMissedAsAWholeAndThoseBeforeItAreThere(Tail tail) throws IOException {
    Path directory = temporary.resolve("live");
    RocksStorage live = open(directory, Durability.OS);
    for (int i = 1; i <= 20; i++) {
      commitWrite(live, i);
    }
    Path torn = copy(directory, temporary.resolve("torn"));
    live.close();
    try (RandomAccessFile log = new RandomAccessFile(writeAheadLog(torn).toFile(), "rw")) {
      tail.spoil(log);
    }

    RocksStorage found = open(torn, Durability.OS);
    assertThat(found.log(1, 1, 1_000, 1 << 20)).hasSize(19);
    assertThat(found.record(Id.ofKey("k19"), "k19")).isPresent();
    assertThat(found.record(Id.ofKey("k20"), "k20")).isEmpty();
    assertThat(found.metas()).containsExactly(new ArcStorage.Meta(1, bytes("applied 19")));
    commitWrite(found, 20);
    assertThat(found.record(Id.ofKey("k20"), "k20")).isPresent();
    found.close();
  }

  @Test
  void withFsyncABatchIsReadableAtOnceAndConfirmedLaterInOrder() throws Exception {
    RocksStorage storage = open(temporary.resolve("data"), Durability.FSYNC);
    List<Integer> told = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      int number = i;
      Batch batch = storage.batch();
      batch.putLog(1, i, bytes("entry"));
      storage.commit(
          batch,
          result -> {
            assertThat(result.isOk()).isTrue();
            told.add(number);
          });
      assertThat(storage.log(1, i, i, 100)).hasSize(1);
    }
    while (told.size() < 50) {
      steps.runOne();
    }
    assertThat(told).isSorted().hasSize(50);
    storage.close();
  }

  @Test
  void closingConfirmsWhatWasUnderWay() throws IOException {
    RocksStorage storage = open(temporary.resolve("data"), Durability.FSYNC);
    List<Boolean> told = new ArrayList<>();
    storage.commit(storage.batch(), result -> told.add(result.isOk()));
    storage.close();
    steps.run();
    assertThat(told).containsExactly(true);
  }

  @Test
  void aClosedStorageSaysSo() throws IOException {
    Path directory = temporary.resolve("data");
    RocksStorage storage = open(directory, Durability.OS);
    storage.close();
    assertThatThrownBy(storage::metas)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(directory + " is closed");
  }

  @Test
  void aDirectoryIsOpenedOnceAtATime() throws IOException {
    Path directory = temporary.resolve("data");
    RocksStorage first = open(directory, Durability.OS);
    assertThatThrownBy(() -> open(directory, Durability.OS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("storage directory " + directory + " is in use by another node");
    commitWrite(first, 1);
    assertThat(first.record(Id.ofKey("k1"), "k1")).isPresent();
    first.close();
  }

  @Test
  void aCorruptDirectoryIsNamed() throws IOException {
    Path directory = temporary.resolve("data");
    RocksStorage storage = open(directory, Durability.OS);
    commitWrite(storage, 1);
    storage.close();
    Files.writeString(directory.resolve("CURRENT"), "no manifest\n");
    assertThatThrownBy(() -> open(directory, Durability.OS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("storage directory " + directory + " cannot be opened");
  }

  @Test
  void aFileInPlaceOfTheDirectoryIsNamed() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "not a directory");
    assertThatThrownBy(() -> open(file, Durability.OS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("storage directory " + file);
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void afterAFailedWriteEveryCommitFailsAndTheFaultIsRemembered(Durability durability)
      throws Exception {
    Path directory = temporary.resolve("doomed");
    RocksStorage storage = open(directory, durability);
    assertThat(storage.fault()).isEmpty();
    deleteTree(directory);

    // Without its directory RocksDB fails as soon as it has to begin another file.
    List<Result<Void>> told = new ArrayList<>();
    for (int i = 0; i < 1_000 && storage.fault().isEmpty(); i++) {
      Batch batch = storage.batch();
      batch.putRecord(Id.ofKey("k" + i), "k" + i, Bytes.of(new byte[512 << 10]));
      storage.commit(batch, told::add);
    }
    assertThat(storage.fault()).get().asString().startsWith("storage: " + directory);
    String fault = storage.fault().orElseThrow();

    List<Result<Void>> later = new ArrayList<>();
    Batch batch = storage.batch();
    batch.putMeta(9, bytes("after the fault"));
    storage.commit(batch, later::add);
    assertThat(later).containsExactly(Result.failed(Failure.Kind.UNAVAILABLE, fault));
    storage.close();
    steps.run();
    assertThat(later).hasSize(1);
    assertThat(told).contains(later.get(0));
  }

  @Test
  void theNativeLibraryLeavesNothingBehind() {
    assertThat(temporary.resolve("contract").resolve("native")).doesNotExist();
  }

  private static Path copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
    return to;
  }

  private static Path writeAheadLog(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".log"))
          .max(Comparator.comparing(Path::toString))
          .orElseThrow();
    }
  }

  private static void deleteTree(Path top) throws IOException {
    try (Stream<Path> paths = Files.walk(top)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
