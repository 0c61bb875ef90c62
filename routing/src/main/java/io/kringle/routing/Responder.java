package io.kringle.routing;

import io.kringle.ring.Failure;
import io.kringle.ring.Message;

/** Answers one request. The first answer counts, any other is ignored. */
public interface Responder {

  /** Answers with a message. */
  void reply(Message message);

  /** Answers with a failure. */
  void fail(Failure failure);
}
