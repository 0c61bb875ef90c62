package io.kringle.node.bench;

import java.lang.management.ManagementFactory;
import java.util.List;

/** What a measurement ran on: figures of different machines say nothing about each other. */
final class Machine {
  private Machine() {}

  /** Processors, JDK, system. */
  static String describe() {
    return "machine cpus=%d jdk=%s os=%s-%s options=%s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("java.version"),
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            String.join(",", javaOptions()));
  }

  /** How many threads want a processor, over the last minute; negative: not known. */
  static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  /** The options that this Java was started with, for others to be like it. */
  static List<String> javaOptions() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments();
  }
}
