package io.kringle.replication;

/**
 * What a watch is about.
 *
 * @param text a key; or how keys begin, and the empty text is how all do
 * @param isPrefix whether it is the beginning of keys
 * @param fromNow whether to begin with what changes from now on; otherwise what is there is told
 *     first
 * @param withValues whether values are told, or only that there are some
 */
public record Watched(String text, boolean isPrefix, boolean fromNow, boolean withValues) {

  /** One key. */
  public static Watched key(String key) {
    return new Watched(key, false, false, true);
  }

  /** All keys that begin like this. */
  public static Watched prefix(String prefix) {
    return new Watched(prefix, true, false, true);
  }

  /** What is there already is not told. */
  public Watched changesOnly() {
    return new Watched(text, isPrefix, true, withValues);
  }

  /** Values stay where they are. */
  public Watched withoutValues() {
    return new Watched(text, isPrefix, fromNow, false);
  }
}
