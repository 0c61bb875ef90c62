package io.kringle.testkit.history;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads history files: JSON Lines in UTF-8, as {@code docs/history-format.md} says. Empty lines
 * mean nothing.
 */
public final class HistoryReader {
  /** The most operations of one file; more would not fit in memory. */
  public static final int MOST_OPERATIONS = 2_000_000;

  /** The most characters of a line: the largest value of a store, with every byte escaped. */
  static final int LONGEST_LINE = 8 << 20;

  private static final Pattern UNPRINTABLE = Pattern.compile("[\\v\\p{Cntrl}]");

  private final BufferedReader in;
  private final Map<Optional<Long>, List<Operation>> runs = new LinkedHashMap<>();
  private long line;
  private int operations;

  private HistoryReader(InputStream in) {
    this.in =
        new BufferedReader(
            new InputStreamReader(
                in,
                StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)));
  }

  /**
   * Reads a file to its end.
   *
   * @return the operations of each run, by its seed, in the order of the file
   * @throws MalformedHistoryException if it is no history, or one of more than {@link
   *     #MOST_OPERATIONS}
   * @throws IOException if it cannot be read
   */
  public static Map<Optional<Long>, List<Operation>> read(InputStream in) throws IOException {
    HistoryReader reader = new HistoryReader(in);
    for (Optional<String> text = reader.next(); text.isPresent(); text = reader.next()) {
      if (!text.get().isBlank()) {
        reader.add(text.get());
      }
    }
    return Collections.unmodifiableMap(reader.runs);
  }

  private void add(String text) throws MalformedHistoryException {
    if (operations++ == MOST_OPERATIONS) {
      throw wrong("a history has at most " + MOST_OPERATIONS + " operations");
    }
    try {
      HistoryLine read = HistoryJson.read(text);
      runs.computeIfAbsent(read.seed(), seed -> new ArrayList<>()).add(read.operation());
    } catch (IllegalArgumentException malformed) {
      throw wrong(String.valueOf(malformed.getMessage()));
    }
  }

  /** The next line; empty after the last. One without an end grows no further than the longest. */
  private Optional<String> next() throws IOException {
    line++;
    StringBuilder text = new StringBuilder();
    int one = character();
    if (one < 0) {
      return Optional.empty();
    }
    for (; one >= 0 && one != '\n'; one = character()) {
      if (text.length() == LONGEST_LINE) {
        throw wrong("it has more than " + LONGEST_LINE + " characters");
      }
      text.append((char) one);
    }
    return Optional.of(text.toString());
  }

  private int character() throws IOException {
    try {
      return in.read();
    } catch (CharacterCodingException notText) {
      throw wrong("it, or the text soon after it, is not UTF-8");
    }
  }

  /** Says it on one line, whatever was quoted from the file. */
  private MalformedHistoryException wrong(String why) {
    return new MalformedHistoryException(line, UNPRINTABLE.matcher(why).replaceAll("?"));
  }
}
