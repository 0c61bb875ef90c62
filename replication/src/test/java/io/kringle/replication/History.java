package io.kringle.replication;

import io.kringle.ring.Bytes;
import io.kringle.ring.Result;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What clients saw of one key, checked as it comes in: a version has one value, a value that was
 * written once has one version, and whoever begins after another has ended sees at least as much.
 */
final class History {
  private final String key;
  private final Map<Long, Optional<Bytes>> byVersion = new HashMap<>();
  private final Map<Bytes, Long> byValue = new HashMap<>();
  private final Map<Bytes, Boolean> attempted = new HashMap<>();

  /** When it was known, by an answer, that the key had come to a version. */
  private final List<Seen> seen = new ArrayList<>();

  private long acknowledged;

  private record Seen(long at, long version) {}

  History(String key) {
    this.key = key;
  }

  void attempt(Optional<Bytes> value) {
    value.ifPresent(bytes -> attempted.put(bytes, true));
  }

  /** The highest version that was known before {@code time}. */
  private long floor(long time) {
    long floor = 0;
    for (Seen each : seen) {
      if (each.at() < time) {
        floor = Math.max(floor, each.version());
      }
    }
    return floor;
  }

  long acknowledged() {
    return acknowledged;
  }

  void wrote(long began, long ended, Optional<Bytes> value, Result<WriteOutcome> result) {
    if (result instanceof Result.Ok<WriteOutcome> ok) {
      if (ok.value() instanceof WriteOutcome.Written written) {
        require(written.version() > floor(began), "wrote " + written + " after " + floor(began));
        bind(written.version(), value);
        acknowledged = Math.max(acknowledged, written.version());
        seen.add(new Seen(ended, written.version()));
      } else if (ok.value() instanceof WriteOutcome.Conflict conflict) {
        require(conflict.version() >= floor(began), conflict + " after " + floor(began));
        seen.add(new Seen(ended, conflict.version()));
      }
    }
  }

  void read(long began, long ended, Result<Versioned> result) {
    if (result instanceof Result.Ok<Versioned> ok) {
      Versioned found = ok.value();
      require(found.version() >= floor(began), "read " + found + " after " + floor(began));
      if (found.version() > 0) {
        bind(found.version(), found.value());
      }
      seen.add(new Seen(ended, found.version()));
    }
  }

  private void bind(long version, Optional<Bytes> value) {
    Optional<Bytes> known = byVersion.putIfAbsent(version, value);
    require(known == null || known.equals(value), "version " + version + " has two values");
    if (value.isPresent()) {
      require(attempted.containsKey(value.get()), "nobody wrote " + value.get().toUtf8());
      Long other = byValue.putIfAbsent(value.get(), version);
      require(other == null || other == version, value.get().toUtf8() + " took effect twice");
    }
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(key + ": " + otherwise);
    }
  }
}
