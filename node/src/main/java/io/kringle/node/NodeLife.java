package io.kringle.node;

import akka.actor.typed.ActorRef;
import io.kringle.replication.ArcStorage;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.RememberedPeers;
import io.kringle.ring.Result;
import io.kringle.ring.RingListener;
import io.kringle.ring.tcp.TcpConfig;
import io.kringle.ring.tcp.TcpIdentity;
import io.kringle.ring.tcp.TcpTransport;
import io.kringle.ring.wire.KryoCodec;
import io.kringle.store.engine.MemoryStorage;
import io.kringle.store.engine.RocksStorage;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real life: TCP, a storage engine, and the stack between them. Fields that are not final are
 * touched on the node's loop only.
 */
final class NodeLife implements Life {
  private static final Logger LOG = LoggerFactory.getLogger(NodeLife.class);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);
  private static final long PEERS_SAVED_EVERY_MILLIS = 1_000;

  private final NodeConfig config;
  private final Host host;
  private final Optional<DataDirectory> data;
  private final Optional<PeersFile> peersFile;
  private final Executor disk;
  private final Consumer<Throwable> broken;
  private final RememberedPeers remembered;
  private final KryoCodec codec = new KryoCodec(Schemas.all());
  private final CompletableFuture<ActorRef<Step>> node = new CompletableFuture<>();
  private final ArcStorage storage;
  private final TcpTransport transport;
  private final CompletableFuture<Void> outgrown = new CompletableFuture<>();
  private final ScheduledFuture<?> saving;
  private Optional<Id> ringId;
  private @Nullable NodeStack stack;
  private long savedPeers;

  /**
   * Opens the storage, then the socket.
   *
   * @param listen where; its port is the one of the life before, if there was one
   * @param disk runs what waits for small files, one task after the other
   */
  NodeLife(
      NodeConfig config,
      Endpoint listen,
      Identity identity,
      Host host,
      Optional<DataDirectory> data,
      Executor disk,
      Consumer<Throwable> broken) {
    this.config = config;
    this.host = host;
    this.data = data;
    this.disk = disk;
    this.broken = broken;
    ringId = identity.ringId();
    peersFile = data.map(directory -> new PeersFile(directory.peers()));
    remembered = peersFile.map(PeersFile::load).orElseGet(RememberedPeers::new);
    savedPeers = remembered.version();
    storage = data.map(this::openRecords).orElseGet(() -> new MemoryStorage(this::inStep));
    transport =
        bind(listen, new TcpIdentity(identity.id(), identity.incarnation(), config.advertise()));
    saving =
        host.loop()
            .scheduleAtFixedRate(
                () -> inStep(this::savePeers),
                PEERS_SAVED_EVERY_MILLIS,
                PEERS_SAVED_EVERY_MILLIS,
                TimeUnit.MILLISECONDS);
  }

  private ArcStorage openRecords(DataDirectory directory) {
    try {
      Path place = config.remembersRecords() ? directory.records() : directory.scratch();
      return RocksStorage.open(
          place, config.durability(), config.store().reserveBytes(), this::inStep);
    } catch (IOException unreadable) {
      throw KringleException.cannotStart(String.valueOf(unreadable.getMessage()), unreadable);
    }
  }

  /** The actor is there before the first message can be: both happen in one turn of the loop. */
  private TcpTransport bind(Endpoint listen, TcpIdentity identity) {
    CompletionStage<TcpTransport> bound =
        TcpTransport.bind(
            host.loop(),
            TcpConfig.on(listen),
            identity,
            this::ringIdNow,
            codec,
            new Arrivals(node));
    try {
      return bound.thenApply(this::spawn).toCompletableFuture().join();
    } catch (CompletionException failed) {
      storage.close();
      Throwable cause = failed.getCause() == null ? failed : failed.getCause();
      throw KringleException.cannotStart(
          "cannot listen on " + listen + ": " + cause.getMessage(), failed);
    }
  }

  private TcpTransport spawn(TcpTransport bound) {
    ActorWorld.Links links =
        new ActorWorld.Links() {
          @Override
          public boolean send(Peer to, Message message) {
            return bound.send(to, message);
          }

          @Override
          public void contact(Endpoint to, Message message) {
            bound.contact(to, message);
          }
        };
    node.complete(
        host.spawn(
            NodeActor.create(
                self ->
                    new ActorWorld(
                        self,
                        host.loop(),
                        new SplittableRandom(new SecureRandom().nextLong()),
                        links),
                world -> {
                  NodeStack made =
                      new NodeStack(
                          world, codec, bound.self(), StackConfig.of(config), storage, remembered);
                  made.alsoMeasure(figures -> TransportFigures.add(bound.stats(), figures));
                  made.alsoMeasure(this::addSyncs);
                  made.ring().listen(new Onlooker(made));
                  stack = made;
                  return made;
                },
                broken)));
    return bound;
  }

  private void addSyncs(Figures figures) {
    if (storage instanceof RocksStorage onDisk) {
      figures.counter("storage.syncs", onDisk.syncs());
    }
  }

  private Optional<Id> ringIdNow() {
    NodeStack present = stack;
    return present == null ? ringId : present.ringId().or(() -> ringId);
  }

  private void inStep(Runnable task) {
    node.join().tell(ignored -> task.run());
  }

  private void savePeers() {
    peersFile.ifPresent(
        file -> {
          if (remembered.version() != savedPeers) {
            savedPeers = remembered.version();
            List<RememberedPeers.Remembered> snapshot = remembered.snapshot();
            disk.execute(() -> file.save(snapshot));
          }
        });
  }

  /** The port that it listens on. */
  int listeningPort() {
    return transport.listening().port();
  }

  @Override
  public Peer self() {
    return transport.self();
  }

  @Override
  public Steps steps() {
    return node.join()::tell;
  }

  @Override
  public CompletionStage<Id> enter() {
    Optional<Id> known = isAloneWithoutMemory() ? Optional.empty() : ringId;
    CompletionStage<Id> entered;
    if (known.isPresent()) {
      entered = ask((target, done) -> target.resume(known.get(), config.seeds(), done));
    } else if (config.seeds().isEmpty()) {
      entered = create();
    } else {
      entered = ask((target, done) -> target.join(config.seeds(), done));
      entered =
          config.mayStartRing()
              ? entered.handle(this::orCreate).thenCompose(Function.identity())
              : entered;
    }
    return entered.thenApplyAsync(this::remember, disk);
  }

  /**
   * A ring that was this node alone is gone with its records: there is nothing to come back to, and
   * nobody to ask.
   */
  private boolean isAloneWithoutMemory() {
    return !config.remembersRecords()
        && config.seeds().isEmpty()
        && remembered.snapshot().isEmpty()
        && data.filter(DataDirectory::holdsRecords).isEmpty();
  }

  private CompletionStage<Id> orCreate(@Nullable Id joined, @Nullable Throwable failure) {
    return failure == null && joined != null ? CompletableFuture.completedFuture(joined) : create();
  }

  private CompletionStage<Id> create() {
    Id fresh = Id.random(new SecureRandom());
    return ask((target, done) -> target.create(fresh, config.seeds(), done));
  }

  private Id remember(Id ring) {
    data.ifPresent(directory -> directory.joinedRing(ring));
    return ring;
  }

  private CompletionStage<Id> ask(BiConsumer<Stack, Consumer<Result<Id>>> question) {
    CompletableFuture<Id> answer = new CompletableFuture<>();
    node.join().tell(target -> question.accept(target, result -> entered(answer, result)));
    return answer;
  }

  /** The peers are on the disk before the ring is: whoever knows a ring knows a way back to it. */
  private void entered(CompletableFuture<Id> answer, Result<Id> result) {
    savePeers();
    complete(answer, result);
  }

  private static void complete(CompletableFuture<Id> answer, Result<Id> result) {
    if (result instanceof Result.Ok<Id> ok) {
      answer.complete(ok.value());
    } else if (result instanceof Result.Failed<Id> failed) {
      Failure failure = failed.failure();
      answer.completeExceptionally(KringleException.cannotStart(failure.message()));
    }
  }

  @Override
  public CompletionStage<Void> outgrown() {
    return outgrown;
  }

  @Override
  public void forgetRing() {
    data.ifPresent(DataDirectory::leftRing);
  }

  /** Keeps what the ring tells, and looks out for a better ring than one made for want of seeds. */
  private final class Onlooker implements RingListener {
    private final NodeStack own;

    Onlooker(NodeStack own) {
      this.own = own;
    }

    /** Soon: a node that founded its ring must not come back as if it had been alone in it. */
    @Override
    public void arrived(Peer peer) {
      inStep(NodeLife.this::savePeers);
    }

    @Override
    public void anotherRing(Endpoint seed, String reason) {
      boolean empty = own.records().arcs().stream().allMatch(arc -> arc.records() == 0);
      if (config.mayStartRing() && empty) {
        LOG.info("the seed {} is up, in another ring: joining that one", seed);
        outgrown.complete(null);
      } else {
        LOG.warn("the seed {} is in another ring, and this node holds records: {}", seed, reason);
      }
    }
  }

  @Override
  public void close() {
    saving.cancel(false);
    inStep(this::savePeers);
    node.join().tell(NodeActor.end());
    CompletableFuture.supplyAsync(transport::close, host.loop())
        .thenCompose(Function.identity())
        .completeOnTimeout(null, CLOSE_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
        .join();
    CompletableFuture.runAsync(storage::close, host.loop()).join();
  }
}
