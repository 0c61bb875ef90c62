package io.kringle.node.http;

import akka.util.ByteString;
import java.util.concurrent.CompletableFuture;

/**
 * An event on its way to a client.
 *
 * @param sent completes when it has left for the connection
 */
record Outgoing(ByteString text, CompletableFuture<Void> sent) {
  static Outgoing of(ByteString text) {
    return new Outgoing(text, new CompletableFuture<>());
  }
}
