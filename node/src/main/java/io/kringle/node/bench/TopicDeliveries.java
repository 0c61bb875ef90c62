package io.kringle.node.bench;

import io.kringle.node.Kringle;
import io.kringle.node.TopicHandler;
import io.kringle.node.TopicMessage;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.time.Duration;
import java.util.Arrays;

/**
 * A subscriber that measures how long messages took, and tells who asks its node. Messages begin
 * with the time at which they were published, by {@link System#nanoTime}: on Linux that is the same
 * clock for all processes.
 */
final class TopicDeliveries implements TopicHandler {
  private static final String HEARD = "heard";
  private static final String TAKE = "deliveries";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** The last so many are told of. */
  private static final int SAMPLES = 1 << 15;

  /** Guarded by this, like the rest. */
  private final long[] latencies = new long[SAMPLES];

  private long count;
  private long sequence;
  private long last;

  /** Subscribes a node, and waits until that is confirmed. */
  static void subscribe(Kringle node, String topic) {
    TopicDeliveries deliveries = new TopicDeliveries();
    node.services().registerFunction(HEARD, asked -> deliveries.heard());
    node.services().registerFunction(TAKE, asked -> deliveries.take());
    node.topics().subscribe(topic, deliveries).toCompletableFuture().join();
  }

  @Override
  public synchronized void received(TopicMessage message) {
    last = System.nanoTime();
    latencies[(int) (count++ % SAMPLES)] = last - ByteBuffer.wrap(message.payload()).getLong();
    sequence = message.sequence();
  }

  private synchronized byte[] heard() {
    return ByteBuffer.allocate(Long.BYTES).putLong(sequence).array();
  }

  private synchronized byte[] take() {
    int samples = (int) Math.min(count, SAMPLES);
    ByteBuffer all = ByteBuffer.allocate((samples + 2) * Long.BYTES).putLong(count).putLong(last);
    Arrays.stream(latencies, 0, samples).forEach(all::putLong);
    count = 0;
    return all.array();
  }

  /** The number of the message that the subscriber of a node heard last. */
  static long heard(Kringle asker, String id) {
    return ByteBuffer.wrap(ask(asker, id, HEARD)).getLong();
  }

  /** What the subscriber of a node heard since this was asked last. */
  static Heard take(Kringle asker, String id) {
    ByteBuffer all = ByteBuffer.wrap(ask(asker, id, TAKE));
    long count = all.getLong();
    long last = all.getLong();
    return new Heard(count, last, all.asLongBuffer());
  }

  private static byte[] ask(Kringle asker, String id, String service) {
    return asker.services().askId(id, service, new byte[0], TIMEOUT).toCompletableFuture().join();
  }

  /**
   * What came.
   *
   * @param last when
   * @param latencies nanoseconds from publish to delivery, of the last ones
   */
  record Heard(long count, long last, LongBuffer latencies) {}
}
