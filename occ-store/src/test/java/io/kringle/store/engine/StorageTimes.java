package io.kringle.store.engine;

import io.kringle.replication.ArcStorage.Batch;
import io.kringle.ring.Arc;
import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;

/**
 * Prints what a commit and a read cost on this machine: microseconds, for a record of 100 bytes
 * with its log entry. Run it by hand; the argument is an empty directory on the disk that counts.
 */
final class StorageTimes {
  private static final int COMMITS = 50_000;
  private static final int ROUNDS = 3;
  private static final int BYTES = 100;

  private StorageTimes() {}

  public static void main(String[] arguments) throws Exception {
    Path top = Files.createDirectories(Path.of(arguments[0]));
    for (Durability durability : Durability.values()) {
      for (int round = 1; round <= ROUNDS; round++) {
        measure(Files.createTempDirectory(top, durability.name()), durability);
      }
    }
  }

  private static void measure(Path directory, Durability durability) throws Exception {
    RocksStorage storage = RocksStorage.open(directory, durability, 0, Runnable::run);
    CountDownLatch confirmed = new CountDownLatch(COMMITS);
    long begun = System.nanoTime();
    for (int i = 0; i < COMMITS; i++) {
      Batch batch = storage.batch();
      batch.putLog(1, i, value(i));
      batch.putRecord(Id.ofKey("k" + i), "k" + i, value(i));
      storage.commit(batch, result -> confirmed.countDown());
    }
    long committed = System.nanoTime();
    confirmed.await();
    long durable = System.nanoTime();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < COMMITS; i++) {
      String key = "k" + random.nextInt(COMMITS);
      if (storage.record(Id.ofKey(key), key).isEmpty()) {
        throw new AssertionError(key + " is missing");
      }
    }
    long read = System.nanoTime();
    int logReads = COMMITS / 10;
    for (int i = 0; i < logReads; i++) {
      storage.log(1, i, i, BYTES);
    }
    long logged = System.nanoTime();
    storage.count(Arc.CIRCLE);
    long counted = System.nanoTime();
    int scanned = storage.scan(Arc.CIRCLE, Optional.empty(), 1 << 20).size();
    long scannedAt = System.nanoTime();
    System.out.printf(
        "%-6s commit %.1f µs, all durable after %.1f µs each, get %.1f µs, log entry %.1f µs,"
            + " count %.0f µs, scan of %d records %.0f µs%n",
        durability,
        micros(committed - begun) / COMMITS,
        micros(durable - begun) / COMMITS,
        micros(read - durable) / COMMITS,
        micros(logged - read) / logReads,
        micros(counted - logged),
        scanned,
        micros(scannedAt - counted));
    storage.close();
  }

  private static Bytes value(int number) {
    byte[] value = new byte[BYTES];
    new SplittableRandom(number).nextBytes(value);
    return Bytes.of(value);
  }

  private static double micros(long nanos) {
    return nanos / 1_000.0;
  }
}
