package io.kringle.pubsub;

/** What {@link TopicsStats} reports, as it is counted. */
final class Counters {
  long numbered;
  long delivered;
  long forwarded;
  long repeated;
  long pulled;
  long lost;
  long skipped;
  long rejoined;
  long failing;
}
