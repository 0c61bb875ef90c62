package io.kringle.node.http;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request demands of the record before it is written (RFC 9110, section 13.1). The entity
 * tag is the version in quotes.
 */
sealed interface Precondition {

  /** Nothing. */
  record None() implements Precondition {}

  /** No value: {@code If-None-Match: *}. */
  record Absent() implements Precondition {}

  /** A value: {@code If-Match: *}. */
  record Present() implements Precondition {}

  /**
   * One of these versions: {@code If-Match: "4", "5"}.
   *
   * @param versions at least one
   */
  record OneOf(List<Long> versions) implements Precondition {
    /** Copies the list. */
    public OneOf {
      versions = List.copyOf(versions);
    }
  }

  /** An entity tag and the comma or the end after it. */
  Pattern TAG = Pattern.compile("\\s*\"(\\d{1,18})\"\\s*(,|$)");

  /**
   * Reads the headers of a write.
   *
   * @throws Problem.Refusal with 400 if they are not understood, or contradict each other
   */
  static Precondition of(HttpRequest request) {
    Optional<String> match = value(request, "If-Match");
    Optional<String> noneMatch = value(request, "If-None-Match");
    if (match.isPresent() && noneMatch.isPresent()) {
      throw new Problem.Refusal(400, "If-Match and If-None-Match do not go together");
    }
    if (noneMatch.isPresent() && !noneMatch.get().equals("*")) {
      throw new Problem.Refusal(
          400, "a write understands If-None-Match: * only, not " + noneMatch.get());
    }
    if (noneMatch.isPresent()) {
      return new Absent();
    }
    return match.map(Precondition::parse).orElseGet(None::new);
  }

  private static Precondition parse(String header) {
    if (header.equals("*")) {
      return new Present();
    }
    List<Long> versions = new ArrayList<>();
    Matcher tag = TAG.matcher(header);
    int at = 0;
    while (at < header.length()) {
      if (!tag.find(at) || tag.start() != at) {
        throw new Problem.Refusal(
            400, "If-Match is * or a list of versions in quotes, such as \"5\", not " + header);
      }
      versions.add(Long.parseLong(tag.group(1)));
      at = tag.end();
    }
    if (versions.isEmpty()) {
      throw new Problem.Refusal(400, "If-Match is empty");
    }
    return new OneOf(versions);
  }

  private static Optional<String> value(HttpRequest request, String name) {
    List<String> values = new ArrayList<>();
    for (HttpHeader header : request.getHeaders()) {
      if (header.is(name.toLowerCase(java.util.Locale.ROOT))) {
        values.add(header.value().strip());
      }
    }
    return values.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", values));
  }
}
