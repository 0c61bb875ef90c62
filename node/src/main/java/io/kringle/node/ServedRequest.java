package io.kringle.node;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;

/**
 * A request that an actor answers as a service of this node.
 *
 * @param request what was sent; not to be changed
 * @param replyTo is to be told the answer, or an error, once
 */
// Justification: the bytes are handed over once; such records are not compared.
@SuppressWarnings("ArrayRecordComponent")
public record ServedRequest(byte[] request, ActorRef<StatusReply<byte[]>> replyTo) {}
