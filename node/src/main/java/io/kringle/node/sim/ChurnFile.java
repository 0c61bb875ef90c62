package io.kringle.node.sim;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who comes and who goes, and when: a text file with a line {@code seconds join|leave node} for
 * each. Seconds count from the moment when the lookups begin; at one time lines count in their
 * order. The nodes that form the ring are called 0, 1, 2 and so on. Blank lines, and lines that
 * begin with {@code #}, say nothing.
 */
final class ChurnFile {
  static final int MOST_LINES = 1_000_000;
  static final int LONGEST_LINE = 1_000;
  static final int LONGEST_NAME = 100;

  private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");
  private static final double NANOS = 1e9;

  private ChurnFile() {}

  /**
   * One node comes or goes.
   *
   * @param line of the file, from 1 on
   * @param at since the lookups began
   * @param joins whether it comes
   * @param node its name
   */
  record Event(int line, Duration at, boolean joins, String node) {}

  /**
   * Reads a file, and makes sure that it fits the ring.
   *
   * @param nodes how many form the ring
   * @param duration when the lookups end
   * @return in the order of their times
   * @throws IOException if it cannot be read, or says what cannot be; the message names the line
   */
  static List<Event> read(Path file, int nodes, Duration duration) throws IOException {
    List<Event> events = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        check(number <= MOST_LINES, file + " has more than " + MOST_LINES + " lines");
        if (!line.isBlank() && !line.startsWith("#")) {
          events.add(event(file + ", line " + number, number, line, duration));
        }
      }
    } catch (CharacterCodingException notText) {
      throw new IOException(file + " is not UTF-8 text", notText);
    }
    events.sort(Comparator.comparing(Event::at));
    replay(file, events, nodes);
    return List.copyOf(events);
  }

  private static Event event(String where, int number, String line, Duration duration)
      throws IOException {
    check(line.length() <= LONGEST_LINE, where + " has more than 1000 characters");
    String[] words = WHITE_SPACE.split(line.strip(), -1);
    check(words.length == 3, where + " is not 'seconds join|leave node': " + line);
    String action = words[1];
    check(
        action.equals("join") || action.equals("leave"),
        where + ": nodes join or leave, they do not " + action);
    check(words[2].length() <= LONGEST_NAME, where + ": a name has at most 100 characters");
    return new Event(number, time(where, words[0], duration), action.equals("join"), words[2]);
  }

  private static Duration time(String where, String text, Duration duration) throws IOException {
    double seconds;
    try {
      seconds = Double.parseDouble(text);
    } catch (NumberFormatException notANumber) {
      throw new IOException(where + ": not a number of seconds: " + text, notANumber);
    }
    check(
        seconds >= 0 && seconds * NANOS <= duration.toNanos(),
        where
            + ": seconds are from 0 to the end of the lookups, "
            + seconds(duration)
            + ", not "
            + text);
    return Duration.ofNanos((long) (seconds * NANOS));
  }

  private static String seconds(Duration duration) {
    return String.valueOf(duration.toNanos() / NANOS);
  }

  /** Nobody joins who is there, nobody leaves who is not, and somebody is always there. */
  private static void replay(Path file, List<Event> events, int nodes) throws IOException {
    Set<String> there = new HashSet<>();
    for (int i = 0; i < nodes; i++) {
      there.add(String.valueOf(i));
    }
    for (Event event : events) {
      String where = file + ", line " + event.line() + ": ";
      if (event.joins()) {
        check(there.add(event.node()), where + event.node() + " joins, and is there already");
      } else {
        check(there.remove(event.node()), where + event.node() + " leaves, and is not there");
        check(!there.isEmpty(), where + "nobody is left");
      }
    }
  }

  private static void check(boolean holds, String otherwise) throws IOException {
    if (!holds) {
      throw new IOException(otherwise);
    }
  }
}
