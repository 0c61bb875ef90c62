package io.kringle.node.cli;

import io.kringle.node.sim.TreesPlan;
import io.kringle.node.sim.TreesReport;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** The report of {@code sim trees}, for programs and for people. */
final class TreesText {
  private TreesText() {}

  static String json(TreesReport report, double wallSeconds) {
    return HttpNode.JSON
        .createObjectNode()
        .put("nodes", report.plan().nodes())
        .put("topics", report.plan().topics())
        .put("subscribers", report.plan().subscribers())
        .put("published", report.published())
        .put("delivered", report.delivered())
        .put("missing", report.missing())
        .put("repeated", report.repeated())
        .put("delivery_ms_mean", report.deliveries().mean())
        .put("delivery_ms_p50", report.deliveries().p50())
        .put("delivery_ms_p99", report.deliveries().p99())
        .put("direct_ms_mean", report.direct().mean())
        .put("stretch", report.stretch())
        .put("copies_max", (int) report.copies().max())
        .put("tree_depth_max", (int) report.depths().max())
        .put("trees_per_node_mean", report.trees().mean())
        .put("trees_per_node_max", (int) report.trees().max())
        .put("trees_ratio", report.treesRatio())
        .put("marks_held", report.marksHold())
        .put("messages", report.messages())
        .put("virtual_s", report.virtualSeconds())
        .put("wall_s", wallSeconds)
        .put("peak_heap_mb", OverlayText.peakHeapMegabytes())
        .put("trace_hash", HexFormat.of().toHexDigits(report.traceHash()))
        .toString();
  }

  static String text(TreesReport report, double wallSeconds) {
    TreesPlan plan = report.plan();
    return String.join(
        System.lineSeparator(),
        List.of(
            line(
                "%,d nodes, seed %d; %,d topics with %,d subscribers each",
                plan.nodes(), plan.seed(), plan.topics(), plan.subscribers()),
            line(
                "messages   %,d published, %,d delivered, %,d missing, %,d repeated",
                report.published(), report.delivered(), report.missing(), report.repeated()),
            line(
                "delivery   %.1f ms on average, half of them within %.1f, 99 of 100 within %.1f",
                report.deliveries().mean(), report.deliveries().p50(), report.deliveries().p99()),
            line(
                "stretch    %.2f: straight from the root it is %.1f ms on average",
                report.stretch(), report.direct().mean()),
            line("copies     %.0f of a message at most by a node", report.copies().max()),
            line(
                "trees      up to %.0f deep; %.2f for a node on average, %.0f at most: %.2f times"
                    + " as many",
                report.depths().max(),
                report.trees().mean(),
                report.trees().max(),
                report.treesRatio()),
            line("marks      %s", report.marksHold() ? "held" : "missed"),
            line(
                "in all     %,d messages in %,.0f virtual seconds, which took %.1f s and %,d MB",
                report.messages(),
                report.virtualSeconds(),
                wallSeconds,
                OverlayText.peakHeapMegabytes()),
            line("trace      %s", HexFormat.of().toHexDigits(report.traceHash()))));
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
