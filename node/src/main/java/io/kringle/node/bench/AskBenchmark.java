package io.kringle.node.bench;

import io.kringle.node.Kringle;
import io.kringle.ring.tcp.TcpTransport;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * How fast one node asks another: a request of 100 bytes to a service of a node in another process,
 * and the answer, against a bare Netty echo between the same two processes. Prints rounds in turn,
 * their medians, and whether the marks hold: at 64 in flight a third of Netty's rate, at 1 in
 * flight 2.5 times its median latency.
 */
public final class AskBenchmark {
  private static final int ROUNDS = 5;
  private static final Duration ROUND = Duration.ofSeconds(2);
  private static final Duration WARM_UP = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final double RATE_MARK = 1.0 / 3;
  private static final double LATENCY_MARK = 2.5;

  private final EventLoopGroup group;
  private final int nettyPort;
  private final Kringle node;
  private final String other;

  private AskBenchmark(EventLoopGroup group, int nettyPort, Kringle node, String other) {
    this.group = group;
    this.nettyPort = nettyPort;
    this.node = node;
    this.other = other;
  }

  /**
   * Runs it; the other process calls this as well, with the seed as its argument. Exit code 1: a
   * mark was missed.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length == 1) {
      serve(arguments[0]);
    } else {
      System.exit(measure() ? 0 : 1);
    }
  }

  /** The other process. */
  private static void serve(String seed) throws IOException {
    EventLoopGroup group = TcpTransport.eventLoops(1);
    int port = NettyEcho.serve(group);
    try (Kringle node = Kringle.builder().seeds(seed).startAndWait()) {
      node.services().registerFunction("echo", request -> request);
      OtherProcess.serveAs(port + " " + node.id());
    }
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private static boolean measure() throws IOException, InterruptedException {
    EventLoopGroup group = TcpTransport.eventLoops(1);
    System.out.println(Machine.describe());
    try (Kringle node = Kringle.builder().startAndWait();
        OtherProcess other =
            OtherProcess.start(AskBenchmark.class, Machine.javaOptions(), node.endpoint())) {
      String[] portAndId = other.firstLine().split(" ", -1);
      int port = Integer.parseInt(portAndId[0]);
      return new AskBenchmark(group, port, node, portAndId[1]).compare();
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  private boolean compare() throws InterruptedException {
    netty(new Load(64, WARM_UP));
    kringle(new Load(64, WARM_UP));
    boolean rateHolds = compare(64, Load.Measured::rate, "requests/s", RATE_MARK, true);
    boolean latencyHolds =
        compare(1, Load.Measured::medianMicros, "median-us", LATENCY_MARK, false);
    return rateHolds && latencyHolds;
  }

  private boolean compare(
      int inFlight,
      ToDoubleFunction<Load.Measured> value,
      String unit,
      double mark,
      boolean atLeast)
      throws InterruptedException {
    List<Load.Measured> bare = new ArrayList<>();
    List<Load.Measured> ours = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      bare.add(netty(new Load(inFlight, ROUND)));
      ours.add(kringle(new Load(inFlight, ROUND)));
      print("netty  ", inFlight, bare.get(round));
      print("kringle", inFlight, ours.get(round));
    }
    double nettys = median(bare, value);
    double kringles = median(ours, value);
    double ratio = kringles / nettys;
    boolean holds = atLeast ? ratio >= mark : ratio <= mark;
    System.out.printf(
        Locale.ROOT,
        "result what=ask in-flight=%d unit=%s netty=%.1f kringle=%.1f ratio=%.2f mark=%s%.2f %s%n",
        inFlight,
        unit,
        nettys,
        kringles,
        ratio,
        atLeast ? ">=" : "<=",
        mark,
        holds ? "holds" : "MISSED");
    return holds;
  }

  private static void print(String who, int inFlight, Load.Measured measured) {
    System.out.printf(Locale.ROOT, "%s %2d in flight: %s%n", who, inFlight, measured);
  }

  private static double median(List<Load.Measured> rounds, ToDoubleFunction<Load.Measured> value) {
    return rounds.stream().mapToDouble(value).sorted().toArray()[rounds.size() / 2];
  }

  private Load.Measured netty(Load load) throws InterruptedException {
    Channel channel = NettyEcho.connect(group, nettyPort, load);
    Load.Measured measured = load.await();
    channel.close().syncUninterruptibly();
    return measured;
  }

  private Load.Measured kringle(Load load) throws InterruptedException {
    for (int i = 0; i < load.inFlight(); i++) {
      ask(load);
    }
    return load.await();
  }

  /** Answers come on the node's loop, one at a time. */
  private void ask(Load load) {
    long begin = System.nanoTime();
    node.services()
        .askId(other, "echo", load.payload(), TIMEOUT)
        .whenComplete(
            (reply, failure) -> {
              if (failure != null) {
                System.err.println("failed: " + failure.getMessage());
                Runtime.getRuntime().halt(2);
              }
              if (load.answered(System.nanoTime() - begin)) {
                ask(load);
              }
            });
  }
}
