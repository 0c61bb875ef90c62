package io.kringle.node;

import akka.actor.typed.ActorSystem;
import io.kringle.node.http.HttpGateway;
import io.kringle.replication.ArcStatus;
import io.kringle.replication.Recovery;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Result;
import io.kringle.routing.AskOptions;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A node of a ring, in this process.
 *
 * <pre>{@code
 * try (Kringle node = Kringle.builder().seeds("10.0.0.1:7400").startAndWait()) {
 *   node.store().put("greeting", "hello").toCompletableFuture().join();
 * }
 * }</pre>
 *
 * <p>Thread-safe. Nothing here waits unless it says so: answers come as stages, which complete on
 * the node's own loop, where callbacks must not block, or on {@link
 * KringleBuilder#callbackExecutor}; a callback added to a stage that is complete already runs at
 * once, as always. Failures are {@link KringleException}s.
 */
public final class Kringle implements AutoCloseable {
  private static final AskOptions HOPS =
      new AskOptions(Duration.ofSeconds(1), Duration.ofMillis(500));

  private final Platform platform;
  private final Calls calls;
  private final Keeper keeper;
  private final Meters meters = new Meters();
  private final KringleStore store;
  private final KringleTopics topics;
  private final KringleBroadcasts broadcasts;
  private final KringleServices services;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private volatile HttpGateway.@Nullable Server http;

  Kringle(int maxCalls, Platform platform) {
    this.platform = platform;
    calls = new Calls(maxCalls, platform.loop(), platform.callbacks());
    ServiceDesk desk = new ServiceDesk(calls, platform.callbacks());
    StoreWatches watches = new StoreWatches(calls, platform.callbacks());
    store = new KringleStore(calls, watches, Stack::store);
    topics = new KringleTopics(calls, platform.callbacks());
    broadcasts = new KringleBroadcasts(calls, platform.callbacks());
    services = new KringleServices(calls, desk);
    keeper =
        platform.keeper(
            calls,
            node ->
                node.tell(
                    stack -> {
                      desk.attach(stack);
                      broadcasts.attach(stack);
                    }),
            () -> {
              topics.resubscribe();
              watches.reopen();
            });
  }

  /** What a node can be given before it starts. */
  public static KringleBuilder builder() {
    return new KringleBuilder();
  }

  /** Starts a node with these settings, as {@link KringleBuilder#start} does. */
  public static CompletionStage<Kringle> start(NodeConfig config) {
    return KringleBuilder.start(config, Runnable::run);
  }

  CompletionStage<Kringle> begin() {
    keeper.ended().whenComplete((ended, failure) -> release(failure));
    return keeper
        .start()
        .thenCompose(joined -> serveHttp())
        .handle(
            (served, failure) ->
                failure == null
                    ? CompletableFuture.completedFuture(this)
                    : stop().<Kringle>handle((ended, ignored) -> fail(failure)))
        .thenCompose(outcome -> outcome);
  }

  private static Kringle fail(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    throw cause instanceof KringleException known
        ? known
        : KringleException.cannotStart(String.valueOf(cause.getMessage()), cause);
  }

  private CompletionStage<Void> serveHttp() {
    return platform.serveHttp(this).thenAccept(server -> http = server.orElse(null));
  }

  /** The node's id: 40 hexadecimal digits. */
  public String id() {
    return keeper.self().id().toString();
  }

  /** Where other nodes reach it: host:port. */
  public String endpoint() {
    return keeper.self().endpoint().toString();
  }

  /** Where it serves HTTP, host:port; empty if it does not. */
  public Optional<String> httpEndpoint() {
    return Optional.ofNullable(http).map(server -> server.endpoint().toString());
  }

  /** The replicated key-value store. */
  public KringleStore store() {
    return store;
  }

  /** Publish, subscribe, anycast. */
  public KringleTopics topics() {
    return topics;
  }

  /** Messages to every node of the ring. */
  public KringleBroadcasts broadcasts() {
    return broadcasts;
  }

  /** Requests to the owners of ids. */
  public KringleServices services() {
    return services;
  }

  /** The same for the actors of an actor system of the application's. */
  public KringleActors actors(ActorSystem<?> system) {
    return new KringleActors(system, topics, services);
  }

  /** Time, for services that are to run in virtual time as well. */
  public KringleClock clock() {
    return platform.clock();
  }

  /** This node, as it sees itself and its neighbours. */
  public CompletionStage<NodeInfo> describe() {
    return calls.read(NodeDescription::of).thenApply(NodeInfo::of);
  }

  /**
   * Walks round the ring; up to 1 000 nodes.
   *
   * @param timeout after which the walk ends, and what was met so far is the answer; positive
   */
  public CompletionStage<RingNodes> nodes(Duration timeout) {
    KringleClock clock = clock();
    long end = clock.nanos() + Checks.timeout(timeout).toNanos();
    return calls.ask(
        (stack, done) ->
            RingWalk.from(
                NodeDescription.of(stack),
                stack.routing(),
                () -> clock.nanos() - end < 0,
                ring -> done.accept(Result.ok(ring))));
  }

  /** Who keeps a key, asked of the daddy of its arc. */
  public CompletionStage<KeyLocation> locate(String key) {
    Id id = Id.ofKey(Checks.key(key));
    return calls.ask(
        (stack, done) ->
            stack
                .store()
                .locate(
                    key,
                    located -> {
                      if (located instanceof Result.Ok<ArcStatus> found) {
                        stack
                            .routing()
                            .ask(
                                id,
                                new CountHops(),
                                HOPS,
                                hops ->
                                    done.accept(Result.ok(place(key, id, found.value(), hops))));
                      } else if (located instanceof Result.Failed<ArcStatus> failed) {
                        done.accept(Result.failed(failed.failure()));
                      }
                    }));
  }

  private static KeyLocation place(String key, Id id, ArcStatus status, Result<Message> hops) {
    OptionalInt count =
        hops instanceof Result.Ok<Message> ok && ok.value() instanceof HopCount counted
            ? OptionalInt.of(counted.hops())
            : OptionalInt.empty();
    return new KeyLocation(key, id.toString(), NodeInfo.Replica.of(status), count);
  }

  /**
   * Looks at an arc whose group has lost its majority, and has this node's replica go on without
   * the others if {@code consent} says so. What only the others know is lost.
   *
   * @param arc {@link NodeInfo.Replica#number}
   * @return what was found and done; fails with {@code INVALID} if this node keeps no such arc
   */
  public CompletionStage<Recovery> recover(String arc, Recovery.Consent consent) {
    try {
      long number = Long.parseUnsignedLong(arc, 16);
      return calls.ask((stack, done) -> stack.recover(number, consent, done));
    } catch (NumberFormatException noNumber) {
      return CompletableFuture.failedFuture(
          new KringleException(
              KringleException.Kind.INVALID,
              "an arc has a number of 16 hexadecimal digits, not '" + arc + "'"));
    }
  }

  /** Whether the node serves. Answers also when it does not. */
  public CompletionStage<Health> health() {
    return calls
        .read(stack -> new Health(stack.problems()))
        .exceptionally(failure -> new Health(List.of(String.valueOf(failure.getMessage()))));
  }

  /** Everything that is counted and measured, in the text format of Prometheus. */
  public CompletionStage<String> metrics() {
    return calls
        .read(
            stack ->
                stack
                    .figures()
                    .gauge("api.calls.waiting", calls.waiting())
                    .gauge("api.subscriptions", topics.count()))
        .thenApply(meters::scrape);
  }

  /** For meters of the application's own, which {@link #metrics} will show as well. */
  public MeterRegistry meters() {
    return meters.registry();
  }

  /** Done when the node has been stopped; failed when it broke down for good. */
  public CompletionStage<Void> ended() {
    return stopped.copy();
  }

  /**
   * Stops in order: HTTP, then what the node leads is handed over, it takes leave, and closes.
   * Takes no longer than {@code kringle.stop-timeout} and a few seconds. Calling it again gives the
   * same stage.
   */
  public CompletionStage<Void> stop() {
    stopHttp().thenRun(topics::leave).thenRun(keeper::stop);
    return ended();
  }

  /** Stops in order, and waits for it. Not to be called from a callback on the node's loop. */
  @Override
  public void close() {
    platform.await(stop());
  }

  /** For tests: the next step of the node throws. */
  void breakDown() {
    keeper
        .steps()
        .tell(
            stack -> {
              throw new IllegalStateException("broken for a test");
            });
  }

  private CompletionStage<Void> stopHttp() {
    HttpGateway.@Nullable Server server = http;
    return server == null
        ? CompletableFuture.completedFuture(null)
        : server.stop().exceptionally(failure -> null);
  }

  private void release(@Nullable Throwable failure) {
    stopHttp()
        .thenCompose(closed -> platform.release())
        .whenComplete(
            (ended, ignored) -> {
              if (failure == null) {
                stopped.complete(null);
              } else {
                stopped.completeExceptionally(failure);
              }
            });
  }
}
