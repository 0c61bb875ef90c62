package io.kringle.node.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.function.LongToDoubleFunction;

/**
 * Work done so far: a bar that is drawn over on a terminal, a line now and then elsewhere.
 * Thread-safe.
 */
final class Progress implements LongConsumer {
  private static final int BAR = 30;
  private static final long TERMINAL_INTERVAL = 100_000_000L;
  private static final long PLAIN_INTERVAL = 2_000_000_000L;

  private final String label;
  private final LongToDoubleFunction share;
  private final PrintStream out;
  private final boolean terminal;
  private final long start = System.nanoTime();
  private long done;
  private long drawn = start;

  /**
   * Progress of one piece of work.
   *
   * @param share which part of the work it is to have done that many, 0 to 1; NaN if that is not
   *     known
   * @param terminal whether a line can be drawn over
   */
  Progress(String label, LongToDoubleFunction share, PrintStream out, boolean terminal) {
    this.label = label;
    this.share = share;
    this.out = out;
    this.terminal = terminal;
  }

  /** Of so many pieces, on standard error. */
  static Progress of(String label, long total) {
    return onStandardError(label, done -> (double) done / total);
  }

  /** Of nobody knows how many pieces, on standard error. */
  static Progress of(String label) {
    return onStandardError(label, done -> Double.NaN);
  }

  static Progress onStandardError(String label, LongToDoubleFunction share) {
    return new Progress(label, share, System.err, Boolean.getBoolean("kringle.terminal.err"));
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
    String line = String.format(Locale.ROOT, "  %s %s%,d  %s", label, bar(), done, rate);
    out.print(terminal ? "\r" + line + "   " + end : line + end);
    out.flush();
  }

  private String bar() {
    double part = share.applyAsDouble(done);
    if (Double.isNaN(part)) {
      return "";
    }
    int filled = (int) (BAR * Math.max(0, Math.min(part, 1)));
    return "[" + "#".repeat(filled) + ".".repeat(BAR - filled) + "] ";
  }
}
