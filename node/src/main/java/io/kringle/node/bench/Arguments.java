package io.kringle.node.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a measurement is to be, as {@code --name value}; what is not said is as by default. */
final class Arguments {
  private static final int BAD_USAGE = 2;

  private final Map<String, String> values;

  private Arguments(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Reads a command line, or ends the process with one that says what may be said.
   *
   * @param defaults every name, in the order in which they are told
   */
  static Arguments of(String[] given, Map<String, String> defaults) {
    Map<String, String> values = new LinkedHashMap<>(defaults);
    for (int i = 0; i < given.length; i += 2) {
      String name = given[i].replaceFirst("^--", "");
      if (i + 1 == given.length || !defaults.containsKey(name)) {
        System.err.println("options, with their defaults: " + describe(defaults));
        System.exit(BAD_USAGE);
      }
      values.put(name, given[i + 1]);
    }
    return new Arguments(values);
  }

  private static String describe(Map<String, String> values) {
    StringBuilder text = new StringBuilder();
    values.forEach((name, value) -> text.append("--").append(name).append(' ').append(value + ' '));
    return text.toString().strip();
  }

  String text(String name) {
    return List.copyOf(texts(name)).get(0);
  }

  /** What is separated by commas. */
  List<String> texts(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name);
    }
    return Arrays.asList(value.split(",", -1));
  }

  int number(String name) {
    return Integer.parseInt(text(name));
  }

  List<Integer> numbers(String name) {
    return texts(name).stream().map(Integer::valueOf).toList();
  }

  @Override
  public String toString() {
    return describe(values);
  }
}
