package io.kringle.node;

import java.util.concurrent.CompletionException;

/** A node that is a process of its own: what the command line runs. */
public final class NodeProcess {
  private static final int DONE = 0;
  private static final int FAILED = 1;

  private NodeProcess() {}

  /**
   * Runs a node until the process is asked to end, or the node breaks down for good. Says {@code
   * ready id=… listen=… http=…} on standard output once it serves, and on standard error, in one
   * line, why it does not. On SIGTERM and SIGINT the node leaves in order before the process ends.
   *
   * @return the exit code: 0 if it ended in order, 1 if it could not start or broke down
   */
  public static int run(NodeConfig config) {
    Kringle node;
    try {
      node = Kringle.start(config).toCompletableFuture().join();
    } catch (CompletionException failed) {
      return complain(failed);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(node), "kringle-leave"));
    System.out.println(ready(node));
    System.out.flush();
    try {
      node.ended().toCompletableFuture().join();
      return DONE;
    } catch (CompletionException failed) {
      return complain(failed);
    }
  }

  /**
   * Closing returns when the node has left. A process that was asked to end, and has, is done: the
   * runtime left alone would report the signal instead.
   */
  private static void leave(Kringle node) {
    node.close();
    if (!node.ended().toCompletableFuture().isCompletedExceptionally()) {
      System.out.flush();
      Runtime.getRuntime().halt(DONE);
    }
  }

  private static String ready(Kringle node) {
    return "ready id="
        + node.id()
        + " listen="
        + node.endpoint()
        + " http="
        + node.httpEndpoint().orElse("-");
  }

  private static int complain(CompletionException failed) {
    Throwable cause = failed.getCause() == null ? failed : failed.getCause();
    System.err.println("kringle: " + cause.getMessage());
    return FAILED;
  }
}
