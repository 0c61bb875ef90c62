package io.kringle.node;

import java.util.List;
import java.util.Optional;

/**
 * Some of the keys that have a value. A walk over all goes on with {@link #next} of each page until
 * there is none; on the way it may meet empty pages. A key that had a value all the time is met
 * once, whatever happens to the ring meanwhile; one that comes or goes is met once or not at all.
 *
 * @param entries in the order of the keys' ids, each with a value
 * @param next what to go on with; empty: there is no more
 */
public record StorePage(List<StoreEntry> entries, Optional<String> next) {
  /** Copies the list. */
  public StorePage {
    entries = List.copyOf(entries);
  }
}
