package io.kringle.node.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Seeds as they are written on the command line, {@code A..B}, both ends included. */
record SeedRange(long first, long last) {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,18})\\.\\.([0-9]{1,18})");

  static SeedRange of(String text) {
    Matcher range = FORM.matcher(text);
    if (!range.matches()) {
      throw CommandFailure.usage("seeds are two numbers, as in 1..100, not " + text);
    }
    return new SeedRange(Long.parseLong(range.group(1)), Long.parseLong(range.group(2)));
  }

  /** An option as it is to be repeated for one of the seeds; nothing where it has its default. */
  static String option(String name, int value, int unless) {
    return value == unless ? "" : " " + name + " " + value;
  }
}
