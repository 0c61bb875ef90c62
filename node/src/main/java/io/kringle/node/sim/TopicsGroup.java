package io.kringle.node.sim;

import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A group that shares a topic, seen from above: what its members have acknowledged. In the end that
 * is everything that was published since the first of them was confirmed; more than once only what
 * somebody acknowledged who could not be heard.
 */
final class TopicsGroup {
  private final TopicsLog log;
  private final String topic;
  private final String name;
  private final Set<Long> acknowledged = new HashSet<>();
  private OptionalLong since = OptionalLong.empty();

  TopicsGroup(TopicsLog log, String topic, String name) {
    this.log = log;
    this.topic = topic;
    this.name = name;
  }

  String topic() {
    return topic;
  }

  String name() {
    return name;
  }

  void confirmed() {
    if (since.isEmpty()) {
      since = OptionalLong.of(log.now());
    }
  }

  void acknowledged(long number) {
    log.acknowledgedByMember(!acknowledged.add(number));
  }

  private long missing() {
    return since.isEmpty() ? 0 : log.unseen(topic, since.getAsLong(), acknowledged);
  }

  /** Whether it has a member, and has handled all that there is. */
  boolean hasAll() {
    return since.isPresent() && missing() == 0;
  }

  void check() {
    log.lost(missing(), toString());
  }

  @Override
  public String toString() {
    return "group '%s' of %s".formatted(name, topic);
  }
}
