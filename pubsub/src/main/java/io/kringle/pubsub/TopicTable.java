package io.kringle.pubsub;

import io.kringle.ring.LeafSet;
import io.kringle.ring.Peer;
import io.kringle.ring.RingListener;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The topics that this node takes part in, as they come and go, and as the ring changes around
 * them. At most {@link TopicsConfig#maxTopics}; one more is refused.
 *
 * <p>Invariant: while there are topics, there is exactly one timer.
 */
final class TopicTable implements RingListener {
  private final Surroundings around;
  private final Map<String, Topic> topics = new LinkedHashMap<>();
  private boolean ticking;
  private @Nullable Long arcChangedAt;

  TopicTable(Surroundings around) {
    this.around = around;
  }

  @Nullable Topic find(String name) {
    return topics.get(name);
  }

  /** A copy, so that topics may end meanwhile. */
  List<Topic> all() {
    return List.copyOf(topics.values());
  }

  int size() {
    return topics.size();
  }

  /** The topic of this name; none if there is no room for another. */
  @Nullable Topic findOrCreate(String name) {
    Topic known = topics.get(name);
    if (known != null || topics.size() >= around.config().maxTopics()) {
      return known;
    }
    Topic topic = new Topic(around, name);
    topics.put(name, topic);
    tickLater();
    return topic;
  }

  private void tickLater() {
    if (!ticking) {
      ticking = true;
      around.world().after(around.config().beat(), this::tick);
    }
  }

  private void tick() {
    for (Topic topic : all()) {
      topic.tick(patience());
      if (topic.isForgettable()) {
        topic.end();
        topics.remove(topic.name());
      }
    }
    ticking = false;
    if (!topics.isEmpty()) {
      tickLater();
    }
  }

  /**
   * How long a topic that this node is the root of from now on has to settle: not at all in an arc
   * that has long been its own.
   */
  Duration patience() {
    Duration settle = around.config().settle();
    boolean fresh = arcChangedAt != null && around.world().now() - arcChangedAt < settle.toNanos();
    return fresh && !around.ring().leafSet().peers().isEmpty() ? settle : Duration.ZERO;
  }

  @Override
  public void joined() {
    arcChanged();
  }

  @Override
  public void leafSetChanged(LeafSet before, LeafSet after) {
    if (!before.arc().equals(after.arc())) {
      arcChanged();
    }
  }

  @Override
  public void departed(Peer peer, boolean inherited) {
    for (Topic topic : all()) {
      topic.departed(peer);
    }
  }

  private void arcChanged() {
    arcChangedAt = around.world().now();
    for (Topic topic : all()) {
      topic.takePlace(patience());
    }
  }

  void checkInvariants() {
    topics.values().forEach(Topic::checkInvariants);
    if (topics.size() > around.config().maxTopics() || ticking == topics.isEmpty()) {
      throw new IllegalStateException(topics.size() + " topics, ticking: " + ticking);
    }
  }
}
