package io.kringle.node.sim;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** What becomes of lookups, each of which counts from the moment at which all of them began. */
final class RepairLookups {
  private static final Duration SLOW = Duration.ofSeconds(5);

  private final List<Entry> entries = new ArrayList<>();

  /** One lookup. Times are nanoseconds after the fault. */
  private static final class Entry {
    private final Id key;
    private final Peer by;
    private final long begun;
    private Optional<Long> arrived = Optional.empty();
    private Optional<String> misdelivered = Optional.empty();

    Entry(Id key, Peer by, long begun) {
      this.key = key;
      this.by = by;
      this.begun = begun;
    }

    boolean isLost() {
      return !took(longest -> longest <= LookupLog.LONGEST.toNanos());
    }

    boolean isMisdelivered() {
      return misdelivered.isPresent();
    }

    boolean isSlow() {
      return took(delay -> delay > SLOW.toNanos());
    }

    private boolean took(Predicate<Long> delay) {
      return arrived.map(at -> at - begun).filter(delay).isPresent();
    }

    String story() {
      return String.format(
          Locale.ROOT,
          "the lookup of %s from %s, begun after %.2f s, %s",
          key,
          by,
          begun / 1e9,
          misdelivered.orElse("arrived nowhere within " + LookupLog.LONGEST.toSeconds() + " s"));
    }
  }

  /** A lookup of {@code key} that begins at a node now. */
  Lookup begin(Id key, Peer by, long now) {
    entries.add(new Entry(key, by, now));
    return new Lookup(entries.size() - 1);
  }

  /** It was delivered, for the first time or once more; {@code owner} is the closest to its key. */
  void arrived(Lookup lookup, Peer at, Id owner, long now) {
    Entry entry = entries.get(lookup.number());
    if (entry.arrived.isEmpty()) {
      entry.arrived = Optional.of(now);
    }
    if (!at.id().equals(owner)) {
      entry.misdelivered = Optional.of("arrived at " + at + " instead of " + owner);
    }
  }

  RepairFigures.Crash figures() {
    return new RepairFigures.Crash(
        entries.size(),
        (int) entries.stream().filter(Entry::isLost).count(),
        (int) entries.stream().filter(Entry::isMisdelivered).count(),
        Duration.ofNanos(lastWrong().map(entry -> entry.begun).orElse(0L)),
        Duration.ofNanos(
            entries.stream()
                .filter(Entry::isSlow)
                .flatMap(entry -> entry.arrived.stream())
                .max(Long::compare)
                .orElse(0L)));
  }

  /** What happened to the last one that went wrong, in words; empty if none did. */
  Optional<String> lastWrongStory() {
    return lastWrong().map(Entry::story);
  }

  /** They are in the order in which they began. */
  private Optional<Entry> lastWrong() {
    return entries.stream()
        .filter(entry -> entry.isLost() || entry.isMisdelivered())
        .reduce((earlier, later) -> later);
  }
}
