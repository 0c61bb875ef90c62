package io.kringle.node.http;

import akka.stream.BoundedSourceQueue;
import akka.stream.QueueOfferResult;
import akka.util.ByteString;
import io.kringle.node.TopicHandler;
import io.kringle.node.TopicMessage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One open event stream. When its buffer is full, by count or by bytes, it misses events, and is
 * told how many before the next one that fits.
 */
final class EventSubscriber implements TopicHandler {
  /** How much may wait, but for one event that is larger. */
  private static final long MAX_WAITING_BYTES = 4 << 20;

  private final BoundedSourceQueue<ByteString> events;
  private final AtomicLong waitingBytes = new AtomicLong();
  private final String nodeId;
  private final long number;
  private final boolean takesAnycasts;
  private long missed;

  EventSubscriber(
      BoundedSourceQueue<ByteString> events, String nodeId, long number, boolean takesAnycasts) {
    this.events = events;
    this.nodeId = nodeId;
    this.number = number;
    this.takesAnycasts = takesAnycasts;
  }

  @Override
  public synchronized void received(TopicMessage message) {
    if (missed > 0 && put(EventText.missed(missed))) {
      missed = 0;
    }
    if (missed > 0 || !put(EventText.message(message.sequence(), message.payload()))) {
      missed++;
    }
  }

  @Override
  public synchronized CompletionStage<Optional<byte[]>> offered(TopicMessage message) {
    if (!takesAnycasts || !put(EventText.anycast(message.payload()))) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    byte[] reply = Json.bytes(Json.object().put("acceptedBy", nodeId).put("subscriber", number));
    return CompletableFuture.completedFuture(Optional.of(reply));
  }

  private boolean put(ByteString event) {
    long before = waitingBytes.getAndAdd(event.size());
    boolean fits = before == 0 || before + event.size() <= MAX_WAITING_BYTES;
    boolean taken = fits && events.offer(event) == QueueOfferResult.enqueued();
    if (!taken) {
      waitingBytes.addAndGet(-event.size());
    }
    return taken;
  }

  /** An event has left the buffer. */
  ByteString sent(ByteString event) {
    waitingBytes.addAndGet(-event.size());
    return event;
  }

  void end() {
    events.complete();
  }
}
