package io.kringle.node;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a node counts and measures, by name, as of one step. */
final class Figures {
  private final Map<String, Long> counters = new LinkedHashMap<>();
  private final Map<String, Long> gauges = new LinkedHashMap<>();

  /** Adds what only grows. */
  Figures counter(String name, long value) {
    counters.put("kringle." + name, value);
    return this;
  }

  /** Adds what goes up and down. */
  Figures gauge(String name, long value) {
    gauges.put("kringle." + name, value);
    return this;
  }

  Map<String, Long> counters() {
    return Collections.unmodifiableMap(counters);
  }

  Map<String, Long> gauges() {
    return Collections.unmodifiableMap(gauges);
  }
}
