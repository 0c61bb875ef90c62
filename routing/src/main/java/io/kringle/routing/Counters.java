package io.kringle.routing;

/** What the parts of a router count; see {@link RouterStats}. */
final class Counters {
  long routed;
  long delivered;
  long forwarded;
  long rerouted;
  long lost;
  long repliesFromCache;
}
