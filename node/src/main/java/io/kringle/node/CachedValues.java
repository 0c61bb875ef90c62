package io.kringle.node;

import io.kringle.store.KeyValues;
import io.kringle.store.NearCache;
import io.kringle.store.NearCacheOptions;
import java.util.Optional;
import java.util.function.Function;

/** A near cache for each stack that a node has in turn. In steps of the node only. */
final class CachedValues implements Function<Stack, KeyValues> {
  private final NearCacheOptions options;
  private Optional<Stack> owner = Optional.empty();
  private Optional<NearCache> cache = Optional.empty();

  CachedValues(NearCacheOptions options) {
    this.options = options;
  }

  @Override
  public KeyValues apply(Stack stack) {
    if (owner.filter(stack::equals).isEmpty()) {
      owner = Optional.of(stack);
      cache = Optional.of(stack.nearCache(options));
    }
    return cache.orElseThrow();
  }
}
