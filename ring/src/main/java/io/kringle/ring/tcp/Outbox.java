package io.kringle.ring.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Frames on their way out, put together in a few large buffers: one write carries many messages.
 */
// Justification: a failed write or close closes the channel, and that is what is listened for.
@SuppressWarnings("FutureReturnValueIgnored")
final class Outbox {
  /** Bytes of the length in front of each frame. */
  static final int HEADER = 4;

  /** Small enough for the pool's thread-local cache, large enough for a hundred small messages. */
  private static final int CHUNK = 16 * 1024;

  private static final ByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;

  private final Deque<ByteBuf> chunks = new ArrayDeque<>();
  private long bytes;

  /** How much is waiting, frame headers included. */
  long bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return bytes == 0;
  }

  /** Appends a frame. */
  void add(byte[] message, int length) {
    ByteBuf chunk = room(HEADER + length);
    chunk.writeInt(length);
    chunk.writeBytes(message, 0, length);
    bytes += HEADER + length;
  }

  private ByteBuf room(int needed) {
    ByteBuf last = chunks.peekLast();
    if (last == null || last.writableBytes() < needed) {
      last = ALLOCATOR.directBuffer(Math.max(needed, CHUNK));
      chunks.addLast(last);
    }
    return last;
  }

  /** Appends all that waits in another one, which is empty then. */
  void takeAll(Outbox other) {
    chunks.addAll(other.chunks);
    bytes += other.bytes;
    other.chunks.clear();
    other.bytes = 0;
  }

  /**
   * Writes everything, and flushes. {@code done} runs once the last byte is written, or the
   * connection is lost.
   */
  void writeTo(Channel channel, Runnable done) {
    bytes = 0;
    while (chunks.size() > 1) {
      channel.write(chunks.removeFirst(), channel.voidPromise());
    }
    channel.writeAndFlush(chunks.removeFirst()).addListener(written -> done.run());
  }

  /** Drops everything. */
  void clear() {
    chunks.forEach(ByteBuf::release);
    chunks.clear();
    bytes = 0;
  }
}
