package io.kringle.node;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The lives of one real node, one after the other: the data directory and the port stay, everything
 * else is new. A node that keeps no records, or keeps them in memory only, has a new incarnation in
 * each life, since it has forgotten what it promised: votes, and entries that a majority counts on.
 */
final class NodeLives implements Life.Maker {
  private final NodeConfig config;
  private final Host host;
  private final SecureRandom random = new SecureRandom();
  private final Id drawnId;
  private final ExecutorService disk =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "kringle-disk");
            thread.setDaemon(true);
            return thread;
          });
  private Endpoint listen;
  private @Nullable DataDirectory directory;

  NodeLives(NodeConfig config, Host host) {
    this.config = config;
    this.host = host;
    listen = config.listen();
    drawnId = config.id().orElseGet(() -> Id.random(random));
  }

  @Override
  public Life begin(Consumer<Throwable> broken) {
    Optional<DataDirectory> data = config.data().map(path -> open());
    Identity identity =
        data.map(DataDirectory::identity)
            .map(kept -> config.remembersRecords() ? kept : kept.reborn(random.nextLong()))
            .orElseGet(() -> new Identity(drawnId, random.nextLong(), Optional.empty()));
    NodeLife life = new NodeLife(config, listen, identity, host, data, disk, broken);
    listen = new Endpoint(listen.host(), life.listeningPort());
    return life;
  }

  private DataDirectory open() {
    DataDirectory present = directory;
    if (present == null) {
      present = DataDirectory.open(config.data().orElseThrow(), config.id(), random);
      directory = present;
    }
    return present;
  }

  /** Closes what outlives a life, after the last one. */
  CompletionStage<Void> close() {
    CompletionStage<Void> closed =
        CompletableFuture.runAsync(
            () -> {
              DataDirectory present = directory;
              if (present != null) {
                present.close();
              }
            },
            disk);
    disk.shutdown();
    return closed;
  }
}
