package io.kringle.pubsub;

import io.kringle.replication.Ledgers;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.RingListener;
import java.util.HashMap;
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
final class TopicTable implements RingListener, Ledgers.Desk {
  private final Surroundings around;
  private final Map<String, Topic> topics = new LinkedHashMap<>();
  private final Map<Id, Topic> byKey = new HashMap<>();
  private boolean ticking;

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
    byKey.put(topic.key(), topic);
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
      topic.tick();
      if (topic.isUnneeded()) {
        topic.end();
        topics.remove(topic.name());
        byKey.remove(topic.key());
      }
    }
    ticking = false;
    if (!topics.isEmpty()) {
      tickLater();
    }
  }

  @Override
  public void departed(Peer peer, boolean inherited) {
    for (Topic topic : all()) {
      topic.departed(peer);
    }
  }

  @Override
  public int appended(Id ledger, Ledgers.Item item) {
    around.counters().numbered++;
    Topic topic = byKey.get(ledger);
    return topic == null ? 0 : topic.appended(new Numbered(item.sequence(), item.payload()));
  }

  @Override
  public int audience(Id ledger) {
    Topic topic = byKey.get(ledger);
    return topic == null ? 0 : topic.below();
  }

  @Override
  public void changed() {
    all().forEach(Topic::takePlace);
  }

  void checkInvariants() {
    topics.values().forEach(Topic::checkInvariants);
    if (topics.size() > around.config().maxTopics()
        || ticking == topics.isEmpty()
        || byKey.size() != topics.size()) {
      throw new IllegalStateException(topics.size() + " topics, ticking: " + ticking);
    }
  }
}
