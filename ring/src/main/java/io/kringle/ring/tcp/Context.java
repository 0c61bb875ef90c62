package io.kringle.ring.tcp;

import io.kringle.ring.Id;
import io.kringle.ring.Inbound;
import io.kringle.ring.Peer;
import io.kringle.ring.tcp.Greeting.Hello;
import io.kringle.ring.wire.KryoCodec;
import io.netty.channel.EventLoop;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What all parts of one transport share.
 *
 * @param loop the one thread on which everything happens
 * @param config limits and timeouts
 * @param self this node
 * @param session drawn when the transport was made
 * @param ringId the ring that the node belongs to by now
 * @param codec messages to bytes and back
 * @param inbound who hears of what comes in
 * @param counters what {@link TcpStats} shows
 */
record Context(
    EventLoop loop,
    TcpConfig config,
    Peer self,
    long session,
    Supplier<Optional<Id>> ringId,
    KryoCodec codec,
    Inbound inbound,
    Counters counters) {

  Hello hello(int dial, Optional<Id> wanted) {
    return greeting(false, dial, wanted);
  }

  Hello answer(int dials) {
    return greeting(true, dials, Optional.empty());
  }

  private Hello greeting(boolean answer, int dial, Optional<Id> wanted) {
    return new Hello(
        answer,
        Handshake.VERSION,
        Handshake.VERSION,
        0,
        self.id(),
        self.incarnation(),
        session,
        dial,
        ringId.get(),
        wanted,
        self.endpoint());
  }

  /** Throws if the one who says {@code hello} is not to be talked to. */
  void check(Hello hello) throws HandshakeException {
    if (hello.id().equals(self.id())) {
      throw hello.session() == session
          ? new HandshakeException("that is this node")
          : HandshakeException.forGood("same node id as the other side: " + self.id());
    }
    if (hello.wanted().isPresent() && !hello.wanted().get().equals(self.id())) {
      throw new HandshakeException("this is node " + self.id() + ", not " + hello.wanted().get());
    }
    Optional<Id> ring = ringId.get();
    if (ring.isPresent() && hello.ring().isPresent() && !ring.equals(hello.ring())) {
      throw HandshakeException.forGood(
          "other ring id: %s is of ring %s, %s of ring %s"
              .formatted(self.endpoint(), ring.get(), hello.advertised(), hello.ring().get()));
    }
  }
}
