package io.kringle.node;

import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Result;
import io.kringle.routing.AskOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/**
 * Services by name, asked by id: a request goes to the node that owns a key, and is answered by the
 * service of that name there. May be used from any thread; threads and failures are those of {@link
 * KringleStore}.
 *
 * <p>A request that is sent again because an answer was lost is handled once, as long as the owner
 * stays the owner. A stage fails with {@code TIMEOUT}, {@code NO_SERVICE} if the owner has no such
 * service, and {@code REFUSED} if the service failed.
 */
public final class KringleServices {
  private final Calls calls;
  private final ServiceDesk desk;

  KringleServices(Calls calls, ServiceDesk desk) {
    this.calls = calls;
    this.desk = desk;
  }

  /**
   * Offers a service at this node.
   *
   * @return ends the offer when closed
   * @throws IllegalArgumentException if this node has a service of that name
   */
  public Registration register(String service, ServiceHandler handler) {
    if (!desk.add(service, handler)) {
      throw new IllegalArgumentException(
          "there is a service '" + service + "' at this node already");
    }
    return () -> desk.remove(service, handler);
  }

  /** As {@link #register}, for a handler that knows the answer at once. */
  public Registration registerFunction(String service, UnaryOperator<byte[]> function) {
    return register(service, request -> CompletableFuture.completedFuture(function.apply(request)));
  }

  /**
   * Asks the node that owns {@code key}.
   *
   * @param timeout until the answer must be here; positive
   */
  public CompletionStage<byte[]> ask(String key, String service, byte[] request, Duration timeout) {
    return ask(Id.ofKey(Checks.key(key)), service, request, timeout);
  }

  /**
   * Asks the node that owns an id: the node of that id itself, as long as it is up.
   *
   * @param id 40 hexadecimal digits
   * @param timeout until the answer must be here; positive
   * @throws IllegalArgumentException if {@code id} is none
   */
  public CompletionStage<byte[]> askId(
      String id, String service, byte[] request, Duration timeout) {
    return ask(Id.ofHex(id), service, request, timeout);
  }

  private CompletionStage<byte[]> ask(Id id, String service, byte[] request, Duration timeout) {
    ServiceRequest message =
        new ServiceRequest(Objects.requireNonNull(service), Bytes.of(Checks.bytes(request)));
    AskOptions options = AskOptions.within(Checks.timeout(timeout));
    return calls.<byte[]>ask(
        (stack, done) ->
            stack
                .routing()
                .ask(
                    id,
                    message,
                    options,
                    reply -> done.accept(reply.then(KringleServices::payload))));
  }

  private static Result<byte[]> payload(Message reply) {
    return reply instanceof ServiceReply answer
        ? Result.ok(answer.payload().array())
        : Result.failed(Failure.Kind.INVALID, "a service answered with " + reply);
  }

  /** An offer that can be taken back. */
  @FunctionalInterface
  public interface Registration extends AutoCloseable {
    /** Takes it back; requests under way are still answered. Calling it again does no harm. */
    @Override
    void close();
  }
}
