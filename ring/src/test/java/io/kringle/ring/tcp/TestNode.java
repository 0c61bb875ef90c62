package io.kringle.ring.tcp;

import io.kringle.ring.Bytes;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Inbound;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Schema;
import io.kringle.ring.wire.KryoCodec;
import io.kringle.ring.wire.WireMessages;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.awaitility.Awaitility;

/** A transport with somebody who writes down what comes in. */
final class TestNode implements Inbound, AutoCloseable {
  static final Id RING = Id.ofKey("ring");
  static final Endpoint ANY = new Endpoint("127.0.0.1", 0);

  record Numbered(int number) implements Message {}

  record Blob(Bytes bytes) implements Message {}

  record Novelty(int number) implements Message {}

  record Received(Peer from, Message message) {}

  record Lost(Peer peer, String reason) {}

  record Failed(Endpoint endpoint, String reason) {}

  final List<Received> received = new CopyOnWriteArrayList<>();
  final AtomicInteger count = new AtomicInteger();
  final List<Lost> unreachable = new CopyOnWriteArrayList<>();
  final List<Failed> contactFailed = new CopyOnWriteArrayList<>();
  final List<Failed> contactRefused = new CopyOnWriteArrayList<>();
  final EventLoop loop;
  private final TcpTransport transport;
  private boolean answering;

  private TestNode(EventLoop loop, TcpConfig config, Id id, Optional<Id> ring, long incarnation) {
    this.loop = loop;
    Schema schema = new Schema().add(1000, Numbered.class).add(1001, Blob.class);
    WireMessages.register(schema);
    if (incarnation == NEWER) {
      schema.add(1002, Novelty.class);
    }
    TcpIdentity identity = new TcpIdentity(id, incarnation, Optional.empty());
    this.transport =
        await(
            TcpTransport.bind(loop, config, identity, () -> ring, new KryoCodec(schema), this)
                .toCompletableFuture());
  }

  /** The incarnation of a node that knows one message more. */
  static final long NEWER = 99;

  static TestNode start(EventLoop loop, String name) {
    return start(loop, name, config());
  }

  static TestNode start(EventLoop loop, String name, TcpConfig config) {
    return new TestNode(loop, config, Id.ofKey(name), Optional.of(RING), 1);
  }

  static TestNode start(EventLoop loop, Id id, Optional<Id> ring, long incarnation) {
    return new TestNode(loop, config(), id, ring, incarnation);
  }

  static TcpConfig config() {
    return TcpConfig.on(ANY);
  }

  /** Timeouts short enough to wait for. */
  static TcpConfig impatient() {
    return new TcpConfig(
        ANY,
        TcpConfig.Limits.DEFAULT,
        new TcpConfig.Timeouts(
            Duration.ofSeconds(1),
            Duration.ofMillis(300),
            Duration.ofMillis(300),
            Duration.ofMillis(150),
            Duration.ofMillis(600),
            Duration.ofMinutes(1),
            Duration.ofSeconds(1)));
  }

  /** Parts from others as soon as there is nothing to say for this long. */
  static TcpConfig taciturn(Duration idle) {
    TcpConfig.Timeouts usual = impatient().timeouts();
    return new TcpConfig(
        ANY,
        TcpConfig.Limits.DEFAULT,
        new TcpConfig.Timeouts(
            usual.connect(),
            usual.handshake(),
            usual.frame(),
            usual.ping(),
            usual.silence(),
            idle,
            usual.close()));
  }

  @Override
  public void received(Peer from, Message message) {
    received.add(new Received(from, message));
    count.incrementAndGet();
    if (answering) {
      transport.send(from, message);
    }
  }

  @Override
  public void unreachable(Peer peer, String reason) {
    unreachable.add(new Lost(peer, reason));
  }

  @Override
  public void contactFailed(Endpoint endpoint, String reason) {
    contactFailed.add(new Failed(endpoint, reason));
  }

  @Override
  public void contactRefused(Endpoint endpoint, String reason) {
    contactRefused.add(new Failed(endpoint, reason));
  }

  /** Sends every message back from now on. */
  void answer() {
    on(transport -> answering = true);
  }

  <T> T on(Function<TcpTransport, T> step) {
    return await(CompletableFuture.supplyAsync(() -> step.apply(transport), loop));
  }

  /** Runs on the loop already. */
  void within(Consumer<TcpTransport> step) {
    step.accept(transport);
  }

  static void eventually(Callable<Boolean> condition) {
    Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(3)).until(condition);
  }

  static <T> T await(CompletableFuture<T> future) {
    return future.orTimeout(20, TimeUnit.SECONDS).join();
  }

  boolean send(Peer to, Message message) {
    return on(transport -> transport.send(to, message));
  }

  void contact(Endpoint to, Message message) {
    on(
        transport -> {
          transport.contact(to, message);
          return true;
        });
  }

  Peer self() {
    return transport.self();
  }

  Endpoint endpoint() {
    return transport.listening();
  }

  TcpStats stats() {
    return on(TcpTransport::stats);
  }

  List<Integer> numbers() {
    return received.stream()
        .filter(each -> each.message() instanceof Numbered)
        .map(each -> ((Numbered) each.message()).number())
        .toList();
  }

  /** In order. */
  @Override
  public void close() {
    await(on(TcpTransport::close).toCompletableFuture());
  }
}
