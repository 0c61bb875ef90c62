package io.kringle.node;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as people write them: {@code 500ms}, {@code 90s}, {@code 5m}, {@code 2h}. */
public final class DurationText {
  /** What to tell those who wrote something else. */
  public static final String EXAMPLES = "such as 500ms, 90s, 5m or 2h";

  private static final Pattern FORM = Pattern.compile("([0-9]{1,12})(ms|s|m|h)");

  private DurationText() {}

  /** The length of time; empty if the text is none. */
  public static Optional<Duration> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long amount = Long.parseLong(matcher.group(1));
    return Optional.of(
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          default -> Duration.ofHours(amount);
        });
  }
}
