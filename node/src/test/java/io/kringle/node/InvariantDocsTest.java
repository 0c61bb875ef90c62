package io.kringle.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs tell of invariants names classes and tests that there are. */
final class InvariantDocsTest {
  private static final Pattern INVARIANT =
      Pattern.compile("^\\| (\\d+) \\| [^|]+ \\| ([^|]+) \\|$");
  private static final Pattern CODE = Pattern.compile("`([A-Z][a-z][A-Za-z]*)(?:\\.([a-zA-Z]+))?`");

  @ParameterizedTest
  @ValueSource(strings = {"docs/store.md", "docs/topics.md"})
  void everyInvariantNamesTestsThatThereAre(String document) throws IOException {
    Map<String, String> sources = sources();
    List<String> numbers = new ArrayList<>();
    for (String line : lines(document)) {
      Matcher row = INVARIANT.matcher(line);
      if (row.matches()) {
        numbers.add(row.group(1));
        assertThat(missing(row.group(2), sources)).as(line).isEmpty();
        assertThat(CODE.matcher(row.group(2)).results()).as(line).isNotEmpty();
      }
    }
    assertThat(numbers).hasSizeGreaterThan(10).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(strings = {"docs/store.md", "docs/topics.md"})
  void allElseItNamesIsThereToo(String document) throws IOException {
    Map<String, String> sources = sources();
    for (String line : lines(document)) {
      assertThat(missing(line, sources)).as(line).isEmpty();
    }
  }

  /** What looks like a class, or a class and its method, and is neither. */
  private static List<String> missing(String text, Map<String, String> sources) {
    return CODE.matcher(text)
        .results()
        .filter(
            code -> {
              Optional<String> source = Optional.ofNullable(sources.get(code.group(1)));
              Optional<String> method = Optional.ofNullable(code.group(2));
              return source
                  .filter(all -> method.isEmpty() || all.contains(" " + method.get() + "("))
                  .isEmpty();
            })
        .map(code -> code.group())
        .toList();
  }

  private static List<String> lines(String document) throws IOException {
    return Files.readAllLines(Checkout.root().resolve(document));
  }

  /** All classes in files of their own, and the entries of the log, by their names. */
  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new TreeMap<>();
    try (Stream<Path> files = Files.walk(Checkout.root())) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        String name = file.getFileName().toString();
        sources.put(name.substring(0, name.length() - ".java".length()), Files.readString(file));
      }
    }
    Matcher entry = Pattern.compile("record ([A-Z][A-Za-z]+)\\(").matcher(sources.get("Entry"));
    while (entry.find()) {
      sources.put(entry.group(1), sources.get("Entry"));
    }
    return sources;
  }
}
