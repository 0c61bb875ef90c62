package io.kringle.node.http;

import akka.stream.BoundedSourceQueue;
import akka.stream.QueueOfferResult;
import akka.util.ByteString;
import io.kringle.node.KringleException;
import io.kringle.node.MissedMessages;
import io.kringle.node.TopicHandler;
import io.kringle.node.TopicMessage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One open event stream. It is done with a message when that has left for the connection, or when
 * the client has acknowledged it if that is how it was asked for: so a slow client is held back,
 * and what waits is within the bounds that it was subscribed with.
 */
final class EventSubscriber implements TopicHandler {
  /** With more waiting than this, no anycast is accepted. */
  private static final long MAX_WAITING_BYTES = 4 << 20;

  private final BoundedSourceQueue<Outgoing> events;
  private final AtomicLong waitingBytes = new AtomicLong();
  private final String nodeId;
  private final long number;
  private final StreamRequest asked;
  private final Unacknowledged unacknowledged;

  EventSubscriber(
      BoundedSourceQueue<Outgoing> events,
      String nodeId,
      long number,
      StreamRequest asked,
      Unacknowledged unacknowledged) {
    this.events = events;
    this.nodeId = nodeId;
    this.number = number;
    this.asked = asked;
    this.unacknowledged = unacknowledged;
  }

  @Override
  public void received(TopicMessage message) {
    put(EventText.message(message.sequence(), message.payload()));
  }

  @Override
  public CompletionStage<?> take(TopicMessage message) {
    if (!asked.isAcknowledged()) {
      return put(EventText.message(message.sequence(), message.payload()));
    }
    CompletionStage<Void> acknowledged = unacknowledged.add(message.sequence());
    received(message);
    return acknowledged;
  }

  /** What its client has not acknowledged; none ever unless it is asked to. */
  Unacknowledged unacknowledged() {
    return unacknowledged;
  }

  @Override
  public void missed(MissedMessages some) {
    put(EventText.missed(some.from(), some.count()));
  }

  @Override
  public void ended(KringleException why) {
    put(EventText.ended(String.valueOf(why.getMessage())));
    events.complete();
  }

  @Override
  public CompletionStage<Optional<byte[]>> offered(TopicMessage message) {
    boolean isAccepted =
        asked.takesAnycasts()
            && waitingBytes.get() + message.payload().length <= MAX_WAITING_BYTES
            && offer(Outgoing.of(EventText.anycast(message.payload())));
    byte[] reply = Json.bytes(Json.object().put("acceptedBy", nodeId).put("subscriber", number));
    return CompletableFuture.completedFuture(isAccepted ? Optional.of(reply) : Optional.empty());
  }

  /** There is room, unless the stream has ended. */
  private CompletionStage<Void> put(ByteString text) {
    Outgoing event = Outgoing.of(text);
    if (!offer(event)) {
      events.complete();
    }
    return event.sent();
  }

  private boolean offer(Outgoing event) {
    waitingBytes.addAndGet(event.text().size());
    boolean isTaken = events.offer(event) == QueueOfferResult.enqueued();
    if (!isTaken) {
      waitingBytes.addAndGet(-event.text().size());
    }
    return isTaken;
  }

  /** An event leaves. */
  ByteString sent(Outgoing event) {
    waitingBytes.addAndGet(-event.text().size());
    event.sent().complete(null);
    return event.text();
  }

  void end() {
    events.complete();
  }
}
