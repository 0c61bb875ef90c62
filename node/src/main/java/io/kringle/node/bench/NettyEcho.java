package io.kringle.node.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * The yardstick: frames of a length and 100 bytes, echoed by Netty alone, flushed once for all that
 * arrived together.
 */
final class NettyEcho {
  private static final int MAX_FRAME = 1 << 20;
  private static final int LENGTH = 4;

  private NettyEcho() {}

  /** Starts the server, on a loopback port that the system chooses. */
  static int serve(EventLoopGroup group) {
    Channel server =
        new ServerBootstrap()
            .group(group)
            .channel(
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(pipeline(Echo::new))
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  /** Connects a client that keeps requests in flight for as long as the load lasts. */
  static Channel connect(EventLoopGroup group, int port, Load load) {
    return new Bootstrap()
        .group(group)
        .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .handler(pipeline(() -> new Client(load)))
        .connect(InetAddress.getLoopbackAddress(), port)
        .syncUninterruptibly()
        .channel();
  }

  private static ChannelInitializer<Channel> pipeline(
      java.util.function.Supplier<ChannelInboundHandlerAdapter> last) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channel
            .pipeline()
            .addLast(new LengthFieldBasedFrameDecoder(MAX_FRAME, 0, LENGTH), last.get());
      }
    };
  }

  private static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
      ChannelFuture unused = context.write(frame, context.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }
  }

  private static final class Client extends ChannelInboundHandlerAdapter {
    private final Load load;

    Client(Load load) {
      this.load = load;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      for (int i = 0; i < load.inFlight(); i++) {
        send(context);
      }
      context.flush();
    }

    private void send(ChannelHandlerContext context) {
      byte[] payload = load.payload();
      ByteBuf frame = context.alloc().ioBuffer(LENGTH + Long.BYTES + payload.length);
      frame.writeInt(Long.BYTES + payload.length).writeLong(System.nanoTime()).writeBytes(payload);
      ChannelFuture unused = context.write(frame, context.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf frame = (ByteBuf) message;
      long sent = frame.getLong(LENGTH);
      frame.release();
      if (load.answered(System.nanoTime() - sent)) {
        send(context);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }
  }
}
