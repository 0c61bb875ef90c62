package io.kringle.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The ring as text: a circle whose points carry the letter of the node that owns them, id 0 at the
 * top, clockwise; a line for each node; and a line for each arc. Beyond {@link #DRAWN} nodes only
 * the lines.
 */
final class RingPicture {
  /** As many nodes as there are letters. */
  private static final int DRAWN = 26;

  private static final int ROWS = 17;
  private static final int COLUMNS = 41;
  private static final int POINTS = 72;
  private static final double CIRCLE = Math.scalb(1.0, 64);

  private RingPicture() {}

  /** Draws what {@code /v1/ring/nodes} tells. */
  static String of(JsonNode ring) {
    List<Node> nodes = new ArrayList<>();
    for (JsonNode node : ring.path("nodes")) {
      Id from = Id.ofHex(node.path("arc").path("from").asText());
      Id to = Id.ofHex(node.path("arc").path("to").asText());
      nodes.add(
          new Node(
              Id.ofHex(node.path("id").asText()),
              node.path("endpoint").asText(),
              new Arc(from, to)));
    }
    nodes.sort(Comparator.comparing(Node::id));
    StringBuilder text = new StringBuilder();
    boolean drawn = nodes.size() <= DRAWN;
    if (drawn) {
      text.append(circle(nodes));
    }
    for (int i = 0; i < nodes.size(); i++) {
      text.append(line(drawn ? String.valueOf(letter(i)) : "-", nodes.get(i))).append('\n');
    }
    text.append(nodes.size()).append(nodes.size() == 1 ? " node" : " nodes");
    if (ring.path("partial").asBoolean()) {
      text.append("; not all answered");
    }
    return ring.path("arcs").isEmpty()
        ? text.toString()
        : text.append('\n').append(ArcLines.of(ring)).toString().stripTrailing();
  }

  private static String line(String mark, Node node) {
    return String.format(
        Locale.ROOT,
        "  %s  %s  %-21s  owns %s to %s, %4.1f %%",
        mark,
        node.id(),
        node.endpoint(),
        node.arc().from().brief(),
        node.arc().to().brief(),
        100 * share(node.arc()));
  }

  private static double share(Arc arc) {
    return arc.isCircle() ? 1 : turn(arc.to().minus(arc.from()));
  }

  /** Where an id lies, as a part of one turn. */
  private static double turn(Id id) {
    double high = (id.high() >>> 1) * 2.0;
    return high / CIRCLE;
  }

  private static String circle(List<Node> nodes) {
    char[][] canvas = new char[ROWS][COLUMNS];
    for (char[] row : canvas) {
      Arrays.fill(row, ' ');
    }
    for (int point = 0; point < POINTS; point++) {
      double turn = (double) point / POINTS;
      Id id = Id.fromWords((long) Math.scalb(turn, 63) << 1, 0, 0);
      plot(canvas, turn, Character.toLowerCase(owner(nodes, id)));
    }
    for (int i = 0; i < nodes.size(); i++) {
      plot(canvas, turn(nodes.get(i).id()), letter(i));
    }
    StringBuilder text = new StringBuilder();
    for (char[] row : canvas) {
      text.append(("    " + new String(row)).stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static char owner(List<Node> nodes, Id id) {
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).arc().contains(id)) {
        return letter(i);
      }
    }
    return '?';
  }

  private static void plot(char[][] canvas, double turn, char mark) {
    double angle = 2 * Math.PI * turn;
    int row = (int) Math.round((ROWS - 1) / 2.0 * (1 - Math.cos(angle)));
    int column = (int) Math.round((COLUMNS - 1) / 2.0 * (1 + Math.sin(angle)));
    canvas[row][column] = mark;
  }

  private static char letter(int index) {
    return (char) ('A' + index);
  }

  private record Node(Id id, String endpoint, Arc arc) {}
}
