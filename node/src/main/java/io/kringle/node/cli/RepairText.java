package io.kringle.node.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kringle.node.sim.Distribution;
import io.kringle.node.sim.RepairFault;
import io.kringle.node.sim.RepairFigures;
import io.kringle.node.sim.RepairPlan;
import io.kringle.node.sim.RepairReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is said of a repair simulation, to people and to machines. */
final class RepairText {
  private RepairText() {}

  static String name(RepairFault fault) {
    return fault.name().toLowerCase(Locale.ROOT);
  }

  /** The shortest command line that does the same once more. */
  static String again(RepairPlan plan) {
    boolean usualCrowd =
        plan.fault() != RepairFault.CROWD || plan.crowd() == RepairPlan.DEFAULT_CROWD;
    return "./kringle sim repair --fault "
        + name(plan.fault())
        + (plan.nodes() == RepairPlan.DEFAULT_NODES ? "" : " --nodes " + plan.nodes())
        + (usualCrowd ? "" : " --crowd " + plan.crowd())
        + SimulatedWorld.options(plan.seed(), plan.latencies());
  }

  /** What to exit with, once it is told. */
  static int exit(RepairReport report) {
    return report.wrong().isEmpty() ? Exit.DONE : Exit.FAILED;
  }

  /** Why the mark is missed, and how to see it again; empty if it holds. */
  static Optional<String> complaint(RepairReport report) {
    return report
        .wrong()
        .map(
            wrong ->
                line("seed %d: %s", report.plan().seed(), wrong)
                    + System.lineSeparator()
                    + "again with: "
                    + again(report.plan()));
  }

  static String json(RepairReport report, double wallSeconds) {
    ObjectNode object =
        HttpNode.JSON
            .createObjectNode()
            .put("fault", name(report.plan().fault()))
            .put("nodes", report.plan().nodes())
            .put("seed", report.plan().seed());
    if (report.figures() instanceof RepairFigures.Crash crash) {
      object
          .put("lookups", crash.lookups())
          .put("lost", crash.lost())
          .put("misdelivered", crash.misdelivered())
          .put("correct_after_s", seconds(crash.correctAfter()))
          .put("slow_until_s", seconds(crash.slowUntil()));
    } else if (report.figures() instanceof RepairFigures.Split split) {
      object.put("two_rings_after_s", secondsOrNull(split.twoRingsAfter()));
    } else if (report.figures() instanceof RepairFigures.Crowd crowd) {
      object
          .put("crowd", crowd.crowd())
          .put("refused", crowd.refused())
          .put("join_ms_p50", crowd.joinMillis().p50())
          .put("join_ms_p99", crowd.joinMillis().p99())
          .put("join_ms_max", crowd.joinMillis().max());
    }
    return object
        .put("agreed_after_s", secondsOrNull(report.agreedAfter()))
        .put("mark_held", report.wrong().isEmpty())
        .put("wrong", report.wrong().orElse(null))
        .put("messages", report.messages())
        .put("virtual_s", report.virtualSeconds())
        .put("wall_s", wallSeconds)
        .put("trace_hash", HexFormat.of().toHexDigits(report.traceHash()))
        .toString();
  }

  static String text(RepairReport report, double wallSeconds) {
    RepairPlan plan = report.plan();
    List<String> lines = new ArrayList<>();
    lines.add(line("%s, %,d nodes, seed %d", name(plan.fault()), plan.nodes(), plan.seed()));
    if (report.figures() instanceof RepairFigures.Crash crash) {
      lines.add(
          line(
              "lookups      %,d: %,d lost, %,d misdelivered",
              crash.lookups(), crash.lost(), crash.misdelivered()));
      lines.add(
          line(
              "correct      from %.2f s on; the last that took over 5 s arrived after %.2f s",
              seconds(crash.correctAfter()), seconds(crash.slowUntil())));
    } else if (report.figures() instanceof RepairFigures.Split split) {
      lines.add("two rings    " + after(split.twoRingsAfter()));
    } else if (report.figures() instanceof RepairFigures.Crowd crowd) {
      Distribution joins = crowd.joinMillis();
      lines.add(line("crowd        %,d, %,d refused", crowd.crowd(), crowd.refused()));
      lines.add(
          line(
              "joins        %.0f ms half of them, %.0f ms 99 of 100, %.0f ms at most",
              joins.p50(), joins.p99(), joins.max()));
    }
    lines.add("one ring     " + after(report.agreedAfter()));
    lines.add("mark         " + (report.wrong().isEmpty() ? "held" : "missed"));
    lines.add(
        line(
            "in all       %,d messages in %,.0f virtual seconds, which took %.1f s",
            report.messages(), report.virtualSeconds(), wallSeconds));
    lines.add("trace        " + HexFormat.of().toHexDigits(report.traceHash()));
    return String.join(System.lineSeparator(), lines);
  }

  private static String after(Optional<Duration> duration) {
    return duration.map(found -> line("after %.2f s", seconds(found))).orElse("never");
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private static @Nullable Double secondsOrNull(Optional<Duration> duration) {
    return duration.map(RepairText::seconds).orElse(null);
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
