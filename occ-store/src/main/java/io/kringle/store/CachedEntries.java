package io.kringle.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kringle.ring.Arc;
import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.World;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The entries of a near cache, bounded in number, bytes and age. They go in and come out as copies.
 * Which of them go when there are too many depends on chance that is not the node's.
 */
final class CachedEntries {
  private final Cache<String, KeyValues.Entry> cache;

  CachedEntries(World world, NearCacheOptions options) {
    // An entry weighs its bytes, but enough for no more of them than are allowed.
    long least = options.maxBytes() / options.maxEntries();
    this.cache =
        Caffeine.newBuilder()
            .ticker(world::now)
            .executor(Runnable::run)
            .maximumWeight(options.maxBytes())
            .<String, KeyValues.Entry>weigher(
                (key, entry) -> (int) Math.min(Integer.MAX_VALUE, Math.max(least, bytes(entry))))
            .expireAfterWrite(options.maxAge())
            .build();
  }

  private static long bytes(KeyValues.Entry entry) {
    long ofKey = entry.key().getBytes(StandardCharsets.UTF_8).length;
    return ofKey + entry.value().map(Bytes::size).orElse(0);
  }

  private static KeyValues.Entry copy(KeyValues.Entry entry) {
    return new KeyValues.Entry(
        entry.key(), entry.version(), entry.value().map(value -> Bytes.of(value.array().clone())));
  }

  Optional<KeyValues.Entry> find(String key) {
    return Optional.ofNullable(cache.getIfPresent(key)).map(CachedEntries::copy);
  }

  void put(KeyValues.Entry entry) {
    cache.put(entry.key(), copy(entry));
  }

  /** Something of this version is known: what is older goes. */
  void dropOlder(String key, long version) {
    KeyValues.Entry held = cache.getIfPresent(key);
    if (held != null && held.version() < version) {
      cache.invalidate(key);
    }
  }

  /** Whether there is something at least as new. */
  boolean hasAtLeast(String key, long version) {
    KeyValues.Entry held = cache.getIfPresent(key);
    return held != null && held.version() >= version;
  }

  void dropAll(Arc arc) {
    cache.asMap().keySet().removeIf(key -> arc.contains(Id.ofKey(key)));
  }

  long count() {
    cache.cleanUp();
    return cache.estimatedSize();
  }
}
