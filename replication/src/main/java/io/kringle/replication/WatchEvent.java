package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Bytes;
import java.util.Optional;

/** What a watch tells. */
public sealed interface WatchEvent {

  /**
   * What is stored under a key now. What it was in between may be left out; the versions of a key
   * ascend.
   *
   * @param version 0 if it was never written; of a tombstone that is gone already, one that is not
   *     higher than its own
   * @param isPresent whether there is a value
   * @param value empty also where the watch is without values
   */
  record Changed(String key, long version, boolean isPresent, Optional<Bytes> value)
      implements WatchEvent {}

  /**
   * So much was missed that deletions may be among it: what was told of the keys whose ids lie on
   * this arc is void, and whatever is there follows.
   */
  record Reset(Arc arc) implements WatchEvent {}

  /**
   * Everything that was there when the watch began, or since something was {@link Reset}, has been
   * told.
   */
  record Current() implements WatchEvent {}
}
