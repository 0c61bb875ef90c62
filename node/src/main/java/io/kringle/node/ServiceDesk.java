package io.kringle.node;

import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.routing.Responder;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The services of this node's application: takes their requests from the stack, and brings the
 * answers back into it.
 */
final class ServiceDesk {
  private final Map<String, ServiceHandler> handlers = new ConcurrentHashMap<>();
  private final Calls calls;
  private final Executor callbacks;

  ServiceDesk(Calls calls, Executor callbacks) {
    this.calls = calls;
    this.callbacks = callbacks;
  }

  /** Adds a service; false if there is one of that name. */
  boolean add(String service, ServiceHandler handler) {
    return handlers.putIfAbsent(service, handler) == null;
  }

  /** Takes a service away. */
  void remove(String service, ServiceHandler handler) {
    handlers.remove(service, handler);
  }

  /** Takes the requests that arrive at a stack. */
  void attach(Stack stack) {
    stack
        .routing()
        .onDeliver(
            ServiceRequest.class,
            (delivery, request, responder) -> serve(stack, request, responder));
  }

  private void serve(Stack stack, ServiceRequest request, Responder responder) {
    ServiceHandler handler = handlers.get(request.service());
    if (handler == null) {
      responder.fail(
          Failure.of(
              Failure.Kind.NO_SERVICE,
              "node " + stack.ring().self() + " has no service '" + request.service() + "'"));
      return;
    }
    callbacks.execute(
        () ->
            handle(handler, request.payload().array())
                .whenComplete(
                    (reply, failure) ->
                        calls.enter(stack, () -> answer(responder, reply, failure))));
  }

  // Justification for the broad catch: a handler's mistake is an answer, and must not end the node.
  @SuppressWarnings("IllegalCatch")
  private static CompletionStage<byte[]> handle(ServiceHandler handler, byte[] request) {
    try {
      return handler.handle(request);
    } catch (RuntimeException mistake) {
      return CompletableFuture.failedFuture(mistake);
    }
  }

  private static void answer(
      Responder responder, byte @Nullable [] reply, @Nullable Throwable failure) {
    if (failure != null || reply == null) {
      String why = failure == null ? "it answered nothing" : String.valueOf(failure.getMessage());
      responder.fail(Failure.of(Failure.Kind.REFUSED, "the service failed: " + why));
    } else {
      responder.reply(new ServiceReply(Bytes.of(reply)));
    }
  }
}
