package io.kringle.node.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongConsumer;

/**
 * Work done so far: a bar that is drawn over on a terminal, a line now and then elsewhere.
 * Thread-safe.
 */
final class Progress implements LongConsumer {
  private static final int BAR = 30;
  private static final long TERMINAL_INTERVAL = 100_000_000L;
  private static final long PLAIN_INTERVAL = 2_000_000_000L;

  private final String label;
  private final long total;
  private final PrintStream out;
  private final boolean terminal;
  private final long start = System.nanoTime();
  private long done;
  private long drawn = start;

  /**
   * Progress towards {@code total}; 0 if that is not known.
   *
   * @param terminal whether a line can be drawn over
   */
  Progress(String label, long total, PrintStream out, boolean terminal) {
    this.label = label;
    this.total = total;
    this.out = out;
    this.terminal = terminal;
  }

  @Override
  public synchronized void accept(long now) {
    done = Math.max(done, now);
    long time = System.nanoTime();
    if (time - drawn >= (terminal ? TERMINAL_INTERVAL : PLAIN_INTERVAL)) {
      drawn = time;
      draw(time, terminal ? "" : "\n");
    }
  }

  /** Draws the end. */
  synchronized void finish() {
    draw(System.nanoTime(), "\n");
  }

  private void draw(long time, String end) {
    double seconds = Math.max(1e-3, (time - start) / 1e9);
    String rate = String.format(Locale.ROOT, "%,d/s", Math.round(done / seconds));
    String amount =
        total == 0
            ? String.format(Locale.ROOT, "%,d", done)
            : String.format(Locale.ROOT, "%s %,d of %,d", bar(), done, total);
    out.print(
        (terminal ? "\r" : "")
            + "  "
            + label
            + " "
            + amount
            + "  "
            + rate
            + (terminal ? "   " : "")
            + end);
    out.flush();
  }

  private String bar() {
    int filled = (int) (BAR * Math.min(done, total) / total);
    return "[" + "#".repeat(filled) + ".".repeat(BAR - filled) + "]";
  }
}
