package io.kringle.node;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import java.time.Duration;

/**
 * A request to a service, for actors: to be told to {@link KringleActors#services}, with {@code
 * AskPattern.askWithStatus} if one likes.
 *
 * @param key the node that owns it is asked
 * @param service the service's name
 * @param request what is sent; not to be changed
 * @param timeout until the answer must be here; positive
 * @param replyTo is told the answer, or a {@link KringleException}
 */
// Justification: the bytes are handed over once; such records are not compared.
@SuppressWarnings("ArrayRecordComponent")
public record ServiceCall(
    String key,
    String service,
    byte[] request,
    Duration timeout,
    ActorRef<StatusReply<byte[]>> replyTo) {}
