package io.kringle.node.sim;

import io.kringle.node.sim.TopicSpan.Place;
import io.kringle.pubsub.SubscribeOptions;
import io.kringle.pubsub.SubscribeOptions.Start;
import io.kringle.replication.Retention;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everybody who wants to hear of the topics: subscribers of all of them, and of each that keeps all
 * there is a group that shares it.
 */
final class TopicsAudience {
  private static final int MEMBERS = 3;
  private static final double IS_DURABLE = 0.3;

  private final ExploreStage stage;
  private final ExploreRing<StackNode> ring;
  private final TopicsLog log;
  private final List<String> topics;
  private final Retention limited;
  private final List<TopicsSubscriber> subscribers = new ArrayList<>();
  private final List<TopicsGroup> groups = new ArrayList<>();
  private final List<TopicsMember> members = new ArrayList<>();

  /**
   * Nobody yet.
   *
   * @param limited how much every second topic keeps
   */
  TopicsAudience(
      ExploreStage stage,
      ExploreRing<StackNode> ring,
      TopicsLog log,
      List<String> topics,
      Retention limited) {
    this.stage = stage;
    this.ring = ring;
    this.log = log;
    this.topics = topics;
    this.limited = limited;
  }

  /** Whether a topic is one of those that are told to keep little. */
  static boolean isLimited(int topic) {
    return topic % 2 == 1;
  }

  void begin(int count) {
    for (int i = 0; i < count; i++) {
      TopicsSubscriber subscriber = subscriber(i);
      subscribers.add(subscriber);
      stage.story().tell(subscriber.toString());
      subscriber.begin();
    }
    for (int topic = 0; topic < topics.size(); topic++) {
      if (!isLimited(topic)) {
        beginGroup(new TopicsGroup(log, topics.get(topic), "sharers of topic " + topic));
      }
    }
  }

  private TopicsSubscriber subscriber(int number) {
    boolean durable = stage.dice().chance(IS_DURABLE);
    Place place = place(number % topics.size(), durable);
    Start from = stage.dice().chance(0.5) ? new Start.Now() : new Start.Oldest();
    SubscribeOptions plain =
        SubscribeOptions.DEFAULT.from(from).buffer(stage.dice().between(1, 64), 1_000);
    SubscribeOptions options = durable ? plain.durable("durable " + number) : plain;
    return new TopicsSubscriber(number, stage, ring, log, place, options);
  }

  private Place place(int topic, boolean durable) {
    Optional<Integer> kept = isLimited(topic) ? Optional.of(limited.items()) : Optional.empty();
    return new Place(topics.get(topic), kept, durable);
  }

  private void beginGroup(TopicsGroup group) {
    groups.add(group);
    for (int i = 0; i < MEMBERS; i++) {
      TopicsMember member = new TopicsMember(stage, ring, log, group);
      members.add(member);
      member.begin();
    }
  }

  void settle() {
    subscribers.forEach(TopicsSubscriber::settle);
    members.forEach(TopicsMember::settle);
  }

  /** One more subscriber of each topic, who wants all that is kept. */
  List<TopicsSubscriber> addReaders() {
    List<TopicsSubscriber> readers = new ArrayList<>();
    for (int topic = 0; topic < topics.size(); topic++) {
      TopicsSubscriber reader =
          new TopicsSubscriber(
              subscribers.size(),
              stage,
              ring,
              log,
              place(topic, false),
              SubscribeOptions.DEFAULT.from(new Start.Oldest()));
      reader.settle();
      reader.begin();
      subscribers.add(reader);
      readers.add(reader);
    }
    return readers;
  }

  /** Who has not got everything yet; empty if all have. */
  Optional<String> behind() {
    Optional<Object> subscriber =
        subscribers.stream().filter(each -> !each.hasAll()).findFirst().map(each -> each);
    return subscriber
        .or(() -> groups.stream().filter(each -> !each.hasAll()).findFirst())
        .map(each -> each + " has not got everything");
  }

  void check() {
    subscribers.forEach(TopicsSubscriber::check);
    groups.forEach(TopicsGroup::check);
  }
}
