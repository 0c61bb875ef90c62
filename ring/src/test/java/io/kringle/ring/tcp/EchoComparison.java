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
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Request and reply of 100 bytes between two threads: this transport with its codec, against Netty
 * that sends the same bytes back as they come, without frames or codec. Run by hand: prints
 * requests per second of both, as medians of alternating rounds.
 */
// Justification: a measurement that fails to write or close shows it by not ending.
@SuppressWarnings("FutureReturnValueIgnored")
final class EchoComparison {
  private static final int SIZE = 100;
  private static final int FRAME = Outbox.HEADER + SIZE;
  private static final int ROUNDS = 7;
  private static final Duration ROUND = Duration.ofMillis(1500);
  private static final Endpoint ANY = new Endpoint("127.0.0.1", 0);

  /** A typical small message: 2 for the number, 9, 20, 1 + 67, 1 for what may be added. */
  record Request(long number, Id key, Bytes value) implements Message {}

  private EchoComparison() {}

  public static void main(String[] args) {
    EventLoopGroup loops = TcpTransport.eventLoops(2);
    EventLoop client = loops.next();
    EventLoop server = loops.next();
    for (int inFlight : new int[] {1, 64}) {
      compare(new Kringle(client, server, inFlight), new Bare(client, server, inFlight), inFlight);
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private static void compare(Subject kringle, Subject bare, int inFlight) {
    double[] ours = new double[ROUNDS];
    double[] theirs = new double[ROUNDS];
    for (int warmUp = 0; warmUp < 2; warmUp++) {
      kringle.measure();
      bare.measure();
    }
    for (int round = 0; round < ROUNDS; round++) {
      ours[round] = kringle.measure();
      theirs[round] = bare.measure();
    }
    Arrays.sort(ours);
    Arrays.sort(theirs);
    double our = ours[ROUNDS / 2];
    double their = theirs[ROUNDS / 2];
    System.out.printf(
        "%2d in flight: transport %,9.0f/s (%,.0f to %,.0f), bare Netty %,9.0f/s (%,.0f to %,.0f),"
            + " ratio %.2f%n",
        inFlight,
        our,
        ours[0],
        ours[ROUNDS - 1],
        their,
        theirs[0],
        theirs[ROUNDS - 1],
        our / their);
  }

  /** Something that can be timed. */
  private abstract static class Subject {
    private static final int LOOK_EVERY = 256;

    private final EventLoop client;
    private final int inFlight;
    private CompletableFuture<Double> result = new CompletableFuture<>();
    private long began;
    private long replies;

    Subject(EventLoop client, int inFlight) {
      this.client = client;
      this.inFlight = inFlight;
    }

    /** Sends this many requests. */
    abstract void request(int count);

    /** Requests per second. */
    double measure() {
      result = new CompletableFuture<>();
      client.execute(
          () -> {
            replies = 0;
            began = System.nanoTime();
            request(inFlight);
          });
      return result.join();
    }

    final void replied(int count) {
      long before = replies;
      replies += count;
      boolean look = before / LOOK_EVERY != replies / LOOK_EVERY;
      long passed = look ? System.nanoTime() - began : 0;
      if (began != 0 && passed < ROUND.toNanos()) {
        request(count);
      } else if (began != 0) {
        result.complete(replies * 1e9 / passed);
        began = 0;
      }
    }
  }

  private static final class Kringle extends Subject {
    private final TcpTransport from;
    private final Peer to;
    private final Request request =
        new Request(Long.MIN_VALUE, Id.ofKey("key"), Bytes.of(new byte[67]));

    Kringle(EventLoop client, EventLoop server, int inFlight) {
      super(client, inFlight);
      KryoCodec codec = codec();
      if (codec.encode(request).length != SIZE) {
        throw new AssertionError("a request has " + codec.encode(request).length + " bytes");
      }
      Echo echo = new Echo();
      echo.transport = join(bind(server, "server" + inFlight, echo));
      to = echo.transport.self();
      from =
          join(
              bind(
                  client,
                  "client" + inFlight,
                  new Echo() {
                    @Override
                    public void received(Peer peer, Message message) {
                      replied(1);
                    }
                  }));
    }

    private static KryoCodec codec() {
      Schema schema = new Schema().add(1000, Request.class);
      WireMessages.register(schema);
      return new KryoCodec(schema);
    }

    private static CompletionStage<TcpTransport> bind(
        EventLoop loop, String name, Inbound inbound) {
      TcpIdentity identity = new TcpIdentity(Id.ofKey(name), 1, Optional.empty());
      return TcpTransport.bind(
          loop, TcpConfig.on(ANY), identity, Optional::empty, codec(), inbound);
    }

    private static <T> T join(CompletionStage<T> stage) {
      return stage.toCompletableFuture().join();
    }

    @Override
    void request(int count) {
      for (int i = 0; i < count; i++) {
        from.send(to, request);
      }
    }
  }

  /** Sends back what it receives. */
  private static class Echo implements Inbound {
    TcpTransport transport;

    @Override
    public void received(Peer peer, Message message) {
      transport.send(peer, message);
    }

    @Override
    public void unreachable(Peer peer, String reason) {
      throw new AssertionError(reason);
    }

    @Override
    public void contactFailed(Endpoint endpoint, String reason) {
      throw new AssertionError(reason);
    }
  }

  private static final class Bare extends Subject {
    private final Channel channel;

    Bare(EventLoop client, EventLoop server, int inFlight) {
      super(client, inFlight);
      boolean epoll = Epoll.isAvailable();
      SocketAddress address =
          new ServerBootstrap()
              .group(server, server)
              .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
              .childOption(ChannelOption.TCP_NODELAY, true)
              .childHandler(initializer(new BareEcho()))
              .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .syncUninterruptibly()
              .channel()
              .localAddress();
      channel =
          new Bootstrap()
              .group(client)
              .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
              .option(ChannelOption.TCP_NODELAY, true)
              .handler(initializer(new BareClient()))
              .connect(address)
              .syncUninterruptibly()
              .channel();
    }

    private static ChannelHandler initializer(ChannelHandler handler) {
      return new ChannelInitializer<>() {
        @Override
        protected void initChannel(Channel made) {
          made.pipeline().addLast(handler);
        }
      };
    }

    @Override
    void request(int count) {
      ByteBuf bytes = channel.alloc().directBuffer(count * FRAME);
      channel.writeAndFlush(bytes.writeZero(count * FRAME), channel.voidPromise());
    }

    private final class BareClient extends ChannelInboundHandlerAdapter {
      private int rest;

      @Override
      public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        rest += bytes.readableBytes();
        bytes.release();
        int whole = rest / FRAME;
        rest -= whole * FRAME;
        if (whole > 0) {
          replied(whole);
        }
      }
    }
  }

  private static final class BareEcho extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ctx.writeAndFlush(message, ctx.voidPromise());
    }
  }
}
