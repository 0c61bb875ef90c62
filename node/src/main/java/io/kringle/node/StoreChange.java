package io.kringle.node;

import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import java.util.Optional;

/** What a watch of the store tells. */
public sealed interface StoreChange {

  /**
   * A key as it is now. What it was in between may be left out; the versions of a key ascend until
   * there is a {@link Reset}.
   *
   * @param version 0 if it was never written
   * @param value empty if it was never written, or is deleted
   */
  record Entry(String key, long version, Optional<byte[]> value) implements StoreChange {}

  /** What was told before of some keys is void; those of them that are there follow. */
  final class Reset implements StoreChange {
    private final Arc arc;

    Reset(Arc arc) {
      this.arc = arc;
    }

    /** Whether it is about this key. */
    public boolean concerns(String key) {
      return arc.contains(Id.ofKey(key));
    }

    @Override
    public String toString() {
      return "Reset" + arc;
    }
  }

  /** Everything that was there when the watch began, or since a {@link Reset}, has been told. */
  record Current() implements StoreChange {}
}
