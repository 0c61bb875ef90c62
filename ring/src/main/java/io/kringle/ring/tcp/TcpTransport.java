package io.kringle.ring.tcp;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Inbound;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.wire.Farewell;
import io.kringle.ring.wire.KryoCodec;
import io.kringle.ring.wire.MessageTooLargeException;
import io.kringle.ring.wire.UnknownType;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's network: messages to and from peers over TCP, wholly on one event loop. Every method is
 * called on that loop, and so is the {@link Inbound}; it is never called from within {@link #send}
 * or {@link #contact}.
 *
 * <p>There is one connection for each peer, used in both directions whoever dialled. Two that were
 * dialled at the same time become one without loss. A peer that restarts is reported unreachable
 * once, and its new connection is used from then on.
 */
// Justification: a failed write or close closes the channel, and that is what is listened for.
@SuppressWarnings("FutureReturnValueIgnored")
public final class TcpTransport {
  private static final Logger log = LoggerFactory.getLogger(TcpTransport.class);
  private static final long MAX_TICK_MILLIS = 1000;
  private static final int MAX_TO_SELF = 10_000;

  private final Context context;
  private final Links links;
  private final Channel server;
  private final ScheduledFuture<?> ticks;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private boolean closing;
  private int toSelf;

  private TcpTransport(Context context, Links links, Channel server) {
    this.context = context;
    this.links = links;
    this.server = server;
    long millis = context.config().timeouts().shortest().toMillis() / 4;
    long period = Math.max(1, Math.min(millis, MAX_TICK_MILLIS));
    this.ticks =
        context.loop().scheduleAtFixedRate(links::tick, period, period, TimeUnit.MILLISECONDS);
  }

  /** Event loops on epoll, where the system has it. Whoever makes them shuts them down. */
  public static EventLoopGroup eventLoops(int threads) {
    return Epoll.isAvailable() ? new EpollEventLoopGroup(threads) : new NioEventLoopGroup(threads);
  }

  /**
   * Begins to listen. May be called on any thread.
   *
   * @param loop where everything happens from then on
   * @param ringId the ring that the node belongs to, as soon as it does; asked at each handshake
   * @param codec used by nobody else meanwhile
   * @return the transport, on the event loop; or the exception that says why it cannot listen
   * @throws IllegalArgumentException if the codec lacks the messages of the wire itself
   */
  public static CompletionStage<TcpTransport> bind(
      EventLoop loop,
      TcpConfig config,
      TcpIdentity identity,
      Supplier<Optional<Id>> ringId,
      KryoCodec codec,
      Inbound inbound) {
    if (!codec.knows(UnknownType.class) || !codec.knows(Farewell.class)) {
      throw new IllegalArgumentException("the schema lacks WireMessages");
    }
    CompletableFuture<TcpTransport> bound = new CompletableFuture<>();
    loop.execute(() -> listen(loop, config, identity, ringId, codec, inbound, bound));
    return bound;
  }

  /**
   * Nothing is accepted before this turn of the loop is over, so the links are there for the first
   * one.
   */
  private static void listen(
      EventLoop loop,
      TcpConfig config,
      TcpIdentity identity,
      Supplier<Optional<Id>> ringId,
      KryoCodec codec,
      Inbound inbound,
      CompletableFuture<TcpTransport> bound) {
    Sockets sockets = new Sockets(loop, config.timeouts());
    CompletableFuture<Links> ready = new CompletableFuture<>();
    sockets
        .listen(config.listen(), channel -> ready.thenAccept(links -> accept(links, channel)))
        .addListener(
            (ChannelFuture listening) -> {
              if (!listening.isSuccess()) {
                bound.completeExceptionally(listening.cause());
                return;
              }
              Endpoint at = endpoint(config.listen(), listening.channel());
              Peer self =
                  new Peer(identity.id(), identity.advertised().orElse(at), identity.incarnation());
              long session = new SecureRandom().nextLong();
              Context context =
                  new Context(loop, config, self, session, ringId, codec, inbound, new Counters());
              Links links = new Links(context, sockets);
              ready.complete(links);
              bound.complete(new TcpTransport(context, links, listening.channel()));
            });
  }

  private static void accept(Links links, Channel channel) {
    channel.pipeline().addLast(links.accept());
  }

  private static Endpoint endpoint(Endpoint asked, Channel server) {
    return new Endpoint(asked.host(), ((InetSocketAddress) server.localAddress()).getPort());
  }

  /** This node, as it introduces itself. */
  public Peer self() {
    return context.self();
  }

  /** Where it listens, with the port that the system has chosen. */
  public Endpoint listening() {
    return endpoint(context.config().listen(), server);
  }

  /**
   * Sends over the connection to a peer, which is made if there is none. A message to this node
   * itself comes back in a turn of its own.
   *
   * @return false if the message was dropped here: too much waits already, it is larger than a
   *     frame, or the transport is closing
   * @throws IllegalArgumentException if the message's type was never registered
   */
  public boolean send(Peer to, Message message) {
    if (closing) {
      return false;
    }
    if (to.id().equals(context.self().id())) {
      return loopBack(message);
    }
    int length = encode(message);
    return length >= 0 && count(links.send(to, context.codec().buffer(), length), length);
  }

  /**
   * Sends to whoever listens at an endpoint, or reports {@link Inbound#contactFailed}.
   *
   * @throws IllegalArgumentException if the message's type was never registered
   */
  public void contact(Endpoint to, Message message) {
    if (closing) {
      return;
    }
    int length = encode(message);
    if (length < 0) {
      context.loop().execute(() -> context.inbound().contactFailed(to, "message too large"));
    } else {
      count(links.contact(to, context.codec().buffer(), length), length);
    }
  }

  private boolean loopBack(Message message) {
    if (toSelf >= MAX_TO_SELF) {
      context.counters().droppedFull++;
      return false;
    }
    toSelf++;
    context
        .loop()
        .execute(
            () -> {
              toSelf--;
              if (!closing) {
                context.inbound().received(context.self(), message);
              }
            });
    return true;
  }

  /** The encoded length, or -1 if it is too much for a frame. */
  private int encode(Message message) {
    int limit = context.config().limits().maxFrameBytes();
    String size;
    try {
      int length = context.codec().encodeToBuffer(message);
      if (length <= limit) {
        return length;
      }
      size = length + " bytes";
    } catch (MessageTooLargeException tooLarge) {
      size = tooLarge.getMessage();
    }
    context.counters().droppedTooLarge++;
    log.warn(
        "{} not sent: {}, and a frame has at most {}",
        message.getClass().getSimpleName(),
        size,
        limit);
    return -1;
  }

  private boolean count(boolean taken, int length) {
    Counters counters = context.counters();
    if (taken) {
      counters.framesOut++;
      counters.bytesOut += Outbox.HEADER + length;
    } else {
      counters.droppedFull++;
    }
    return taken;
  }

  /** What it has done and has in hand. */
  public TcpStats stats() {
    return context.counters().snapshot(links.size(), links.queuedBytes());
  }

  /**
   * Stops listening, writes out what waits for connected peers, and closes; after {@link
   * TcpConfig.Timeouts#close} at the latest. What waits for a connection that is not there yet is
   * dropped. Nothing is reported to the {@link Inbound} any more.
   *
   * @return when everything is closed, on the event loop
   */
  public CompletionStage<Void> close() {
    if (!closing) {
      closing = true;
      ticks.cancel(false);
      ScheduledFuture<?> deadline =
          context
              .loop()
              .schedule(
                  links::abort,
                  context.config().timeouts().close().toMillis(),
                  TimeUnit.MILLISECONDS);
      server.close();
      links.close(
          () -> {
            deadline.cancel(false);
            server.closeFuture().addListener(down -> closed.complete(null));
          });
    }
    return closed;
  }
}
