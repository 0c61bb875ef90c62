package io.kringle.node.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code demo}: a ring of real processes, shown at work. */
@Command(
    name = "demo",
    description = {
      "Start a ring of five node processes on loopback, load real records, and show routing,"
          + " optimistic updates,",
      "a killed daddy, publish and anycast, a node that joins and one that returns.",
      "Ends with 'demo: OK', or says what failed and exits 1. Nothing is left behind."
    },
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

  @Override
  public Integer call() throws IOException, InterruptedException {
    DemoRing ring = new DemoRing();
    Thread cleaner = new Thread(ring::close, "demo clean-up");
    Runtime.getRuntime().addShutdownHook(cleaner);
    try {
      new Demo(ring, System.out).run();
      System.out.println("demo: OK");
      return Exit.DONE;
    } catch (DemoFailure | CommandFailure | IllegalStateException failure) {
      System.out.println("demo: FAILED: " + failure.getMessage());
      return Exit.FAILED;
    } finally {
      ring.close();
    }
  }
}
