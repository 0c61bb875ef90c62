package io.kringle.routing;

import io.kringle.ring.Bytes;
import io.kringle.ring.Codec;
import io.kringle.ring.MalformedMessageException;
import io.kringle.ring.Message;
import io.kringle.ring.UnknownMessage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who handles and who sees which type of message. The type of an encoded message is told from the
 * number that it begins with, and learned when a message of that number is decoded for the first
 * time; so what concerns nobody here is not decoded.
 */
final class Upcalls {
  private static final int VARINT_BITS = 7;
  private static final int MAX_VARINT_BYTES = 5;

  private final Codec codec;
  private final Map<Class<?>, Deliver<Message>> handlers = new LinkedHashMap<>();
  private final Map<Class<?>, Forward<Message>> hooks = new LinkedHashMap<>();
  private final Map<Integer, Class<?>> types = new LinkedHashMap<>();

  Upcalls(Codec codec) {
    this.codec = codec;
  }

  <M extends Message> void onDeliver(Class<M> type, Deliver<M> handler) {
    Deliver<Message> untyped =
        (delivery, message, responder) -> handler.deliver(delivery, type.cast(message), responder);
    if (handlers.putIfAbsent(type, untyped) != null) {
      throw new IllegalStateException(type.getName() + " has a handler");
    }
  }

  <M extends Message> void onForward(Class<M> type, Forward<M> hook) {
    Forward<Message> untyped =
        (delivery, message, next) -> hook.forward(delivery, type.cast(message), next);
    if (hooks.putIfAbsent(type, untyped) != null) {
      throw new IllegalStateException(type.getName() + " has a hook");
    }
  }

  Optional<Deliver<Message>> handlerOf(Message message) {
    return Optional.ofNullable(handlers.get(message.getClass()));
  }

  /**
   * The hook that wants to see a message; what is not well formed is left to the destination to
   * find out.
   */
  Optional<Forward<Message>> hookOf(Journey journey) {
    if (hooks.isEmpty()) {
      return Optional.empty();
    }
    return Optional.ofNullable(typeOf(journey)).map(hooks::get);
  }

  private @Nullable Class<?> typeOf(Journey journey) {
    Message decoded = journey.message();
    if (decoded != null) {
      return decoded.getClass();
    }
    Class<?> known = types.get(number(journey.body()));
    if (known != null) {
      return known;
    }
    try {
      return message(journey).getClass();
    } catch (MalformedMessageException leftToTheDestination) {
      return null;
    }
  }

  /**
   * The application message, decoded at most once.
   *
   * @throws MalformedMessageException if it is none
   */
  Message message(Journey journey) {
    Message message = journey.message();
    if (message == null) {
      message = codec.decode(journey.body().array());
      journey.decoded(message);
      if (!(message instanceof UnknownMessage)) {
        types.putIfAbsent(number(journey.body()), message.getClass());
      }
    }
    return message;
  }

  /** The number that an encoded message begins with: seven bits to a byte, the low ones first. */
  static int number(Bytes body) {
    byte[] bytes = body.array();
    int number = 0;
    for (int i = 0; i < Math.min(MAX_VARINT_BYTES, bytes.length); i++) {
      number |= (bytes[i] & 0x7f) << (VARINT_BITS * i);
      if (bytes[i] >= 0) {
        break;
      }
    }
    return number;
  }
}
