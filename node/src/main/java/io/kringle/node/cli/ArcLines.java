package io.kringle.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Arcs as text, a line for each: its number, its range, epoch, daddy, members, and how it is.
 * Members go by the beginning of their id, with how many log entries they are behind.
 */
final class ArcLines {
  private static final int BRIEF = 8;

  private ArcLines() {}

  /** Of what {@code /v1/ring/nodes} tells. */
  static String of(JsonNode ring) {
    StringBuilder text = new StringBuilder();
    ring.path("arcs").forEach(arc -> text.append(line(arc)).append('\n'));
    return text.toString();
  }

  private static String line(JsonNode arc) {
    List<String> members = new ArrayList<>();
    arc.path("members").forEach(member -> members.add(member(member)));
    arc.path("learners").forEach(learner -> members.add("(" + member(learner) + ")"));
    return String.format(
        Locale.ROOT,
        "  %s  %s to %s  epoch %d  daddy %s  members %s  %s",
        arc.path("number").asText(),
        brief(arc.path("from")),
        brief(arc.path("to")),
        arc.path("epoch").asLong(),
        arc.has("daddy") ? brief(arc.path("daddy")) : "unknown",
        String.join(" ", members),
        health(arc));
  }

  static String member(JsonNode member) {
    long lag = member.path("lag").asLong();
    return brief(member.path("id")) + (lag > 0 ? "-" + lag : "");
  }

  /** How an arc is, with what is wrong. */
  static String health(JsonNode arc) {
    List<String> problems = new ArrayList<>();
    arc.path("problems").forEach(problem -> problems.add(problem.asText()));
    String state = arc.path("health").asText("unknown");
    return problems.isEmpty() ? state : state + ": " + String.join("; ", problems);
  }

  private static String brief(JsonNode id) {
    String text = id.asText();
    return text.substring(0, Math.min(BRIEF, text.length()));
  }
}
