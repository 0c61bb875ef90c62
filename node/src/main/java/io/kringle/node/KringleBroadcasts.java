package io.kringle.node;

import io.kringle.pubsub.Broadcasting;
import io.kringle.ring.Bytes;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages to every node of the ring. May be used from any thread; threads and failures are those
 * of {@link KringleStore}.
 *
 * <p>No node hears a message twice in one life. Nothing is kept: a node that is cut off, or joins
 * while a message spreads, may not hear it. What has to arrive is published to a topic.
 */
public final class KringleBroadcasts {
  /** Handlers that a node may have at a time. */
  public static final int MAX_HANDLERS = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(KringleBroadcasts.class);

  private final Calls calls;
  private final Executor callbacks;
  private final AtomicInteger count = new AtomicInteger();
  private final List<Handler> handlers = new CopyOnWriteArrayList<>();

  KringleBroadcasts(Calls calls, Executor callbacks) {
    this.calls = calls;
    this.callbacks = callbacks;
  }

  /**
   * Has {@code handler} told every message that this node hears from now on, its own included; on
   * the callback executor. What it throws is logged.
   *
   * @return ends it when closed
   * @throws IllegalStateException if there are {@link #MAX_HANDLERS} already
   */
  public Registration listen(Consumer<BroadcastMessage> handler) {
    Handler added = new Handler(Objects.requireNonNull(handler, "the handler is null"));
    if (count.incrementAndGet() > MAX_HANDLERS) {
      count.decrementAndGet();
      throw new IllegalStateException(MAX_HANDLERS + " handlers of broadcasts are enough");
    }
    handlers.add(added);
    return () -> {
      if (handlers.remove(added)) {
        count.decrementAndGet();
      }
    };
  }

  /**
   * Sends to every node, along a tree that divides the id space: one message for each other node
   * while the ring is stable. The stage tells how many nodes heard it, and whether these are all: a
   * part of the ring that does not report in time makes the count a lower bound.
   *
   * @param timeout until those that have not reported are not waited for; positive, at most {@link
   *     Broadcasting#MAX_TIMEOUT}
   */
  public CompletionStage<Broadcasting.Reach> broadcast(byte[] payload, Duration timeout) {
    Bytes bytes = Bytes.of(Checks.bytes(payload));
    Checks.timeout(timeout);
    return calls.ask((stack, done) -> stack.broadcasts().broadcast(bytes, timeout, done));
  }

  /**
   * Floods, for rings that are torn: each node that hears it for the first time passes it on to
   * every neighbour that it knows. The stage tells to how many neighbours it was sent from here.
   *
   * @param hops how often it is passed on at most; 1 to {@link Broadcasting#MAX_HOPS}
   */
  public CompletionStage<Integer> flood(byte[] payload, int hops) {
    Bytes bytes = Bytes.of(Checks.bytes(payload));
    return calls.ask((stack, done) -> stack.broadcasts().flood(bytes, hops, done));
  }

  /** Hears what comes to a stack. */
  void attach(Stack stack) {
    stack.broadcasts().listen(this::heard);
  }

  private void heard(Broadcasting.Heard heard) {
    if (!handlers.isEmpty()) {
      BroadcastMessage message =
          new BroadcastMessage(heard.origin().id().toString(), heard.payload().array());
      callbacks.execute(() -> handlers.forEach(each -> each.tell(message)));
    }
  }

  /** A handler, itself even where the same one is registered twice. */
  private static final class Handler {
    private final Consumer<BroadcastMessage> handler;

    private Handler(Consumer<BroadcastMessage> handler) {
      this.handler = handler;
    }

    // Justification for the broad catch: a handler's mistake is its own, and must not end the node.
    @SuppressWarnings("IllegalCatch")
    private void tell(BroadcastMessage message) {
      try {
        handler.accept(message);
      } catch (RuntimeException mistake) {
        LOG.warn("a handler of broadcasts threw", mistake);
      }
    }
  }

  /** A handler that can be taken back. */
  @FunctionalInterface
  public interface Registration extends AutoCloseable {
    /** Takes it back. Calling it again does no harm. */
    @Override
    void close();
  }
}
