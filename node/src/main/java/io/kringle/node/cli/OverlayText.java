package io.kringle.node.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kringle.node.sim.LookupFigures;
import io.kringle.node.sim.OverlayPlan;
import io.kringle.node.sim.OverlayReport;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** The report of {@code sim overlay}, for programs and for people. */
final class OverlayText {
  private OverlayText() {}

  static String json(OverlayReport report, double wallSeconds) {
    LookupFigures figures = report.lookups();
    ObjectNode object =
        HttpNode.JSON
            .createObjectNode()
            .put("nodes", report.nodes())
            .put("lookups", figures.begun())
            .put("lost", figures.lost())
            .put("misdelivered", figures.misdelivered())
            .put("issuer_died", figures.orphaned())
            .put("hops_mean", figures.hops().mean())
            .put("hops_p99", (int) figures.hops().p99())
            .put("hops_max", (int) figures.hops().max())
            .put("stretch", figures.stretch())
            .put("stretch_p50", figures.ratios().p50())
            .put("stretch_p90", figures.ratios().p90())
            .put("maintenance_msgs_per_node_s", report.maintenancePerNodeSecond())
            .put("join_ms_p50", report.joins().p50())
            .put("join_ms_p99", report.joins().p99())
            .put("joins_failed", report.joinsFailed())
            .put("messages", report.messages())
            .put("virtual_s", report.virtualSeconds())
            .put("wall_s", wallSeconds)
            .put("peak_heap_mb", peakHeapMegabytes())
            .put("trace_hash", HexFormat.of().toHexDigits(report.traceHash()));
    ArrayNode astray = object.putArray("astray");
    figures.astray().forEach(astray::add);
    ObjectNode types = object.putObject("messages_by_type");
    report.messagesByType().forEach(types::put);
    return object.toString();
  }

  /** The most that any collection of garbage has found in use, all kinds of memory together. */
  static long peakHeapMegabytes() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .mapToLong(pool -> pool.getPeakUsage().getUsed())
            .sum()
        >> 20;
  }

  static String text(OverlayReport report, OverlayPlan plan, double wallSeconds) {
    LookupFigures figures = report.lookups();
    List<String> lines = new ArrayList<>();
    lines.add(
        line(
            "%,d nodes, seed %d, %s of messages lost",
            plan.nodes(), plan.seed(), percent(plan.loss())));
    lines.add(
        line(
            "joins        %.0f ms half of them, %.0f ms 99 of 100; %,d tries failed",
            report.joins().p50(), report.joins().p99(), report.joinsFailed()));
    lines.add(
        line(
            "lookups      %,d: %,d lost, %,d misdelivered, %,d with who began them",
            figures.begun(), figures.lost(), figures.misdelivered(), figures.orphaned()));
    lines.add(
        line(
            "hops         %.2f on average, %.0f for 99 of 100, %.0f at most",
            figures.hops().mean(), figures.hops().p99(), figures.hops().max()));
    lines.add(
        line(
            "stretch      %.2f on average, %.2f for half of them, %.2f for 90 of 100",
            figures.stretch(), figures.ratios().p50(), figures.ratios().p90()));
    lines.add(
        line("maintenance  %.3f messages per node and second", report.maintenancePerNodeSecond()));
    report.messagesByType().forEach((type, rate) -> lines.add(line("  %-20s %.4f", type, rate)));
    lines.add(
        line(
            "in all       %,d messages in %,.0f virtual seconds, which took %.1f s and %,d MB",
            report.messages(), report.virtualSeconds(), wallSeconds, peakHeapMegabytes()));
    lines.add(line("trace        %s", HexFormat.of().toHexDigits(report.traceHash())));
    return String.join(System.lineSeparator(), lines);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.3g %%", 100 * share);
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
