package io.kringle.ring.tcp;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.MalformedMessageException;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.UnknownMessage;
import io.kringle.ring.tcp.Greeting.Hello;
import io.kringle.ring.tcp.Greeting.Refusal;
import io.kringle.ring.wire.Farewell;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One TCP connection: the handshake, then frames. What it comes across it tells its {@link Links}.
 */
// Justification: a failed write or close closes the channel, and that is what is listened for.
@SuppressWarnings("FutureReturnValueIgnored")
final class Connection extends ByteToMessageDecoder {
  private static final Logger log = LoggerFactory.getLogger(Connection.class);

  /** Where a connection stands; it only ever moves down this list. */
  private enum Phase {
    GREETING,
    OPEN,
    RETIRING,
    FAILED
  }

  private final Context context;
  private final Links links;
  private final Optional<Endpoint> dialled;
  private final Optional<Id> wanted;
  private final long begun = System.nanoTime();

  private Phase phase = Phase.GREETING;
  private @Nullable Channel channel;
  private @Nullable Hello remote;
  private @Nullable Peer peer;
  private int dial;
  private int answererDials;
  private boolean used;
  private boolean reported;
  private String reason = "connection closed by the other side";
  private boolean refusedForGood;
  private boolean partedInOrder;
  private boolean midFrame;
  private long lastRead = begun;
  private long frameBegun = begun;
  private long lastWrite = begun;
  private long lastUse = begun;
  private long retiredAt;

  private Connection(
      Context context, Links links, Optional<Endpoint> dialled, Optional<Id> wanted, int dial) {
    this.context = context;
    this.links = links;
    this.dialled = dialled;
    this.wanted = wanted;
    this.dial = dial;
  }

  static Connection accepted(Context context, Links links) {
    return new Connection(context, links, Optional.empty(), Optional.empty(), 0);
  }

  static Connection dialled(
      Context context, Links links, Endpoint to, Optional<Id> wanted, int dial) {
    return new Connection(context, links, Optional.of(to), wanted, dial);
  }

  // What others may ask.

  boolean isGreeting() {
    return phase == Phase.GREETING;
  }

  boolean isOpen() {
    return phase == Phase.OPEN;
  }

  /** Whether this node began it. */
  boolean isDialled() {
    return dialled.isPresent();
  }

  Optional<Endpoint> dialledEndpoint() {
    return dialled;
  }

  /** Why it ended, or is about to. */
  String reason() {
    return reason;
  }

  /** Whether it ended because the two sides will never talk to each other. */
  boolean isRefusedForGood() {
    return refusedForGood;
  }

  /** Whether both sides have said all they had to say, so that nothing was lost. */
  boolean partedInOrder() {
    return partedInOrder;
  }

  /** The other side; only after the handshake. */
  Peer peer() {
    if (peer == null) {
      peer = hello().peer();
    }
    return peer;
  }

  long session() {
    return hello().session();
  }

  private Hello hello() {
    if (remote == null) {
      throw new IllegalStateException("nobody has introduced himself yet");
    }
    return remote;
  }

  Channel channel() {
    if (channel == null) {
      throw new IllegalStateException("not connected yet");
    }
    return channel;
  }

  boolean hasShakenHands() {
    return remote != null;
  }

  /** When the last message, rather than a ping, went by; in nanoseconds. */
  long lastUse() {
    return lastUse;
  }

  /**
   * Whether this one rather than the other is kept, of two between the same nodes. Both sides come
   * to the same verdict. Of two dialled by the same side it is the newer. Of two that crossed it is
   * the one dialled by the lower id. But if the other side began its own after it had accepted that
   * one, then it has lost that one meanwhile.
   */
  boolean isPreferredTo(Connection other) {
    if (isDialledByLower() == other.isDialledByLower()) {
      return dial - other.dial > 0;
    }
    return isDialledByLower() ? !other.wasBegunAfter(this) : wasBegunAfter(other);
  }

  private boolean wasBegunAfter(Connection accepted) {
    return dial - accepted.answererDials > 0;
  }

  /** Whether its loss has not been reported yet; from now on it has. */
  boolean reportOnce() {
    boolean first = !reported;
    reported = true;
    return first;
  }

  private boolean isDialledByLower() {
    return isDialled() == context.self().id().compareTo(hello().id()) < 0;
  }

  // Handshake.

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    channel = ctx.channel();
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (phase == Phase.FAILED) {
      ctx.close();
    } else if (isDialled()) {
      greet(context.hello(dial, wanted));
    } else {
      links.accepted(this);
    }
  }

  private void greet(Greeting greeting) {
    ByteBuf bytes = channel().alloc().buffer(Handshake.MAX_BYTES);
    Handshake.write(bytes, greeting);
    channel().writeAndFlush(bytes, channel().voidPromise());
  }

  private boolean readGreeting(ByteBuf in) {
    try {
      Optional<Greeting> greeting = Handshake.read(in);
      greeting.ifPresent(this::greeted);
      return greeting.isPresent();
    } catch (HandshakeException refused) {
      refuse(refused.isForGood(), String.valueOf(refused.getMessage()));
      return false;
    }
  }

  private void greeted(Greeting greeting) {
    if (greeting instanceof Refusal refusal) {
      turnedAway(refusal.forGood(), "refused by the other side: " + refusal.reason());
    } else {
      introduced((Hello) greeting);
    }
  }

  private void introduced(Hello hello) {
    try {
      if (hello.answer() != isDialled()) {
        throw new HandshakeException("a greeting out of turn");
      }
      context.check(hello);
      if (wanted.isPresent() && !wanted.get().equals(hello.id())) {
        throw new HandshakeException("another node answers: " + hello.id());
      }
    } catch (HandshakeException refused) {
      refuse(refused.isForGood(), String.valueOf(refused.getMessage()));
      return;
    }
    remote = hello;
    phase = Phase.OPEN;
    lastUse = System.nanoTime();
    if (isDialled()) {
      answererDials = hello.dial();
    } else {
      dial = hello.dial();
      answererDials = links.dials();
      greet(context.answer(answererDials));
    }
    links.opened(this);
  }

  /** Turns the other side away for now, and tells it why. */
  void refuse(String why) {
    refuse(false, why);
  }

  private void refuse(boolean forGood, String why) {
    if (!isDialled() && phase == Phase.GREETING) {
      ByteBuf bytes = channel().alloc().buffer(Handshake.MAX_BYTES);
      Handshake.write(bytes, new Refusal(forGood, why));
      channel().writeAndFlush(bytes).addListener(ChannelFutureListener.CLOSE);
    }
    turnedAway(forGood, why);
  }

  private void turnedAway(boolean forGood, String why) {
    // Two rings, or two nodes, that were taken for one are a mistake that somebody should hear of;
    // once, however often it is tried again.
    boolean news = forGood && !context.counters().isLastRefusal(why);
    log.atLevel(news ? Level.WARN : Level.INFO)
        .log("handshake with {} failed: {}", remoteAddress(), why);
    context.counters().refused(why);
    refusedForGood = forGood;
    phase = Phase.FAILED;
    reason = why;
    if (isDialled()) {
      channel().close();
    }
  }

  private String remoteAddress() {
    return dialled
        .map(Endpoint::toString)
        .orElseGet(() -> String.valueOf(channel().remoteAddress()));
  }

  // Frames in.

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> none) {
    if (phase == Phase.GREETING && !readGreeting(in)) {
      return;
    }
    while (in.readableBytes() >= Outbox.HEADER
        && (phase == Phase.OPEN || phase == Phase.RETIRING)) {
      int length = in.getInt(in.readerIndex());
      if (length < 0 || length > context.config().limits().maxFrameBytes()) {
        fail("announced a frame of " + Integer.toUnsignedString(length) + " bytes");
      } else if (in.readableBytes() - Outbox.HEADER < length) {
        return;
      } else {
        in.skipBytes(Outbox.HEADER);
        frame(in, length);
      }
    }
    if (phase == Phase.FAILED) {
      in.skipBytes(in.readableBytes());
    }
  }

  private void frame(ByteBuf in, int length) {
    context.counters().bytesIn += Outbox.HEADER + length;
    midFrame = false;
    if (length == 0) {
      return;
    }
    context.counters().framesIn++;
    used = true;
    byte[] bytes = links.scratch(length);
    in.readBytes(bytes, 0, length);
    try {
      received(context.codec().decode(bytes, 0, length));
    } catch (MalformedMessageException malformed) {
      fail("sent what is no message: " + malformed.getMessage());
    }
  }

  private void received(Message message) {
    if (message instanceof Farewell) {
      farewell();
    } else if (message instanceof UnknownMessage unknown) {
      links.answerUnknown(peer(), unknown.number());
    } else {
      context.inbound().received(peer(), message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    lastRead = System.nanoTime();
    boolean partial = actualReadableBytes() > 0;
    if (partial && !midFrame) {
      frameBegun = lastRead;
    }
    midFrame = partial;
    if (used) {
      lastUse = lastRead;
      used = false;
    }
    super.channelReadComplete(ctx);
  }

  // Frames out.

  /** Writes everything; {@code done} runs when the bytes are written or lost. */
  void write(Outbox outbox, Runnable done) {
    lastWrite = System.nanoTime();
    lastUse = lastWrite;
    outbox.writeTo(channel(), done);
  }

  private void ping() {
    lastWrite = System.nanoTime();
    channel().writeAndFlush(Unpooled.buffer(Outbox.HEADER).writeInt(0), channel().voidPromise());
  }

  // The end.

  /** Sends nothing more; reads until the other side, too, has said all. */
  void retire() {
    if (phase == Phase.OPEN) {
      phase = Phase.RETIRING;
      retiredAt = System.nanoTime();
      channel().writeAndFlush(farewellFrame(), channel().voidPromise());
    }
  }

  /** The first to say it is the one who closes, having read everything by then. */
  private void farewell() {
    partedInOrder = true;
    if (phase == Phase.OPEN) {
      links.partingFrom(this);
    } else {
      fail("parted in order");
    }
  }

  private ByteBuf farewellFrame() {
    byte[] farewell = context.codec().encode(new Farewell());
    return Unpooled.buffer().writeInt(farewell.length).writeBytes(farewell);
  }

  /** Closes now, for this reason. */
  void fail(String why) {
    if (phase != Phase.FAILED) {
      phase = Phase.FAILED;
      reason = why;
    }
    if (channel != null) {
      channel.close();
    }
  }

  /** Closes once everything written has left, when the other side has seen the end. */
  void finish() {
    if (phase == Phase.GREETING) {
      fail("shutting down");
    } else {
      phase = Phase.FAILED;
      channel()
          .writeAndFlush(Unpooled.EMPTY_BUFFER)
          .addListener(written -> ((DuplexChannel) channel()).shutdownOutput());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    if (phase == Phase.GREETING) {
      reason = "closed without shaking hands";
    }
    phase = Phase.FAILED;
    links.closed(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.debug("connection with {} broke", remoteAddress(), cause);
    fail("connection broke: " + cause.getMessage());
  }

  /** Looks at the clock. */
  void tick(long now) {
    TcpConfig.Timeouts timeouts = context.config().timeouts();
    if (channel == null) {
      return;
    }
    if (phase == Phase.GREETING && over(begun, timeouts.handshake(), now)) {
      refuse("no handshake within " + timeouts.handshake().toMillis() + " ms");
      fail(reason);
    } else if (phase == Phase.RETIRING && over(retiredAt, timeouts.handshake(), now)) {
      fail("did not part in order");
    } else if (phase == Phase.OPEN) {
      tickOpen(timeouts, now);
    }
  }

  private void tickOpen(TcpConfig.Timeouts timeouts, long now) {
    if (midFrame && over(frameBegun, timeouts.frame(), now)) {
      fail("did not finish a frame in time");
    } else if (over(lastRead, timeouts.silence(), now)) {
      fail("fell silent");
    } else if (over(lastWrite, timeouts.ping(), now)) {
      ping();
    }
  }

  private static boolean over(long since, Duration timeout, long now) {
    return now - since > timeout.toNanos();
  }
}
