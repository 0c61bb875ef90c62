package io.kringle.node;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A key with what is stored under it.
 *
 * @param key the key
 * @param version 1, 2, 3, …; 0 if it was never written
 * @param value empty if it was never written, or is deleted; not to be changed
 */
public record StoreEntry(String key, long version, Optional<byte[]> value) {

  /** Whether there is a value. */
  public boolean isPresent() {
    return value.isPresent();
  }

  /** The value read as UTF-8; what is not well formed becomes U+FFFD. */
  public Optional<String> text() {
    return value.map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }
}
