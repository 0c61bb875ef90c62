package io.kringle.ring.tcp;

import io.kringle.ring.Endpoint;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Makes channels of the kind that the event loop drives: epoll or NIO. */
// Justification: a failed write or close closes the channel, and that is what is listened for.
@SuppressWarnings("FutureReturnValueIgnored")
final class Sockets {
  private final EventLoop loop;
  private final boolean epoll;
  private final int connectMillis;

  Sockets(EventLoop loop, TcpConfig.Timeouts timeouts) {
    this.loop = loop;
    this.epoll = loop.parent() instanceof EpollEventLoopGroup;
    this.connectMillis = Math.toIntExact(timeouts.connect().toMillis());
  }

  /** Listens; each new channel goes to {@code accept} as soon as it is registered. */
  ChannelFuture listen(Endpoint at, Consumer<Channel> accept) {
    return new ServerBootstrap()
        .group(loop, loop)
        .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                accept.accept(channel);
              }
            })
        .bind(at.host(), at.port());
  }

  /** Connects; {@code failed} learns why it did not work. */
  void connect(Endpoint to, ChannelHandler handler, Consumer<String> failed) {
    if (NetUtil.isValidIpV4Address(to.host()) || NetUtil.isValidIpV6Address(to.host())) {
      connect(new InetSocketAddress(to.host(), to.port()), to, handler, failed);
    } else {
      resolve(to).thenAcceptAsync(address -> connect(address, to, handler, failed), loop);
    }
  }

  /** Asking for a name may take long, so it is not done on the event loop. */
  private static CompletableFuture<InetSocketAddress> resolve(Endpoint endpoint) {
    return CompletableFuture.supplyAsync(
        () -> new InetSocketAddress(endpoint.host(), endpoint.port()));
  }

  private void connect(
      InetSocketAddress address, Endpoint to, ChannelHandler handler, Consumer<String> failed) {
    if (address.isUnresolved()) {
      failed.accept("unknown host: " + to.host());
      return;
    }
    new Bootstrap()
        .group(loop)
        .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
        .handler(handler)
        .connect(address)
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                failed.accept("cannot connect: " + connected.cause().getMessage());
              }
            });
  }
}
