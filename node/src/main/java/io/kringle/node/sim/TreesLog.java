package io.kringle.node.sim;

import io.kringle.pubsub.Messaging;
import io.kringle.pubsub.TopicMessage;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.testkit.Simulation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** When which message of which topic was accepted, reached whom, and was passed on by whom. */
final class TreesLog implements Simulation.Watcher {
  private static final double NANOS_OF_A_MILLI = 1e6;

  private final Simulation simulation;
  private final Map<Published, Long> accepted = new HashMap<>();
  private final Map<Sender, Integer> copies = new HashMap<>();
  private final List<Double> deliveries = new ArrayList<>();
  private final List<Double> direct = new ArrayList<>();

  /** How often somebody was handed a number that was not above the one before. */
  private long repeated;

  TreesLog(Simulation simulation) {
    this.simulation = simulation;
  }

  private record Published(String topic, long sequence) {}

  private record Sender(Id node, Published message) {}

  /**
   * Somebody who listens at the root itself, and so hears of a message when it is accepted; and is
   * no subscriber of those that count.
   */
  Messaging.Subscriber witness() {
    return event -> accepted.put(published(event), simulation.now());
  }

  /**
   * A subscriber that counts.
   *
   * @param root of its topic
   */
  Messaging.Subscriber subscriber(Id root, Id self) {
    double millis = root.equals(self) ? 0 : simulation.direct(root, self) / NANOS_OF_A_MILLI;
    return new Subscriber(millis);
  }

  /** One who counts each number once. */
  private final class Subscriber implements Messaging.Subscriber {
    private final double directMillis;
    private long last;

    private Subscriber(double directMillis) {
      this.directMillis = directMillis;
    }

    @Override
    public void received(Messaging.Event event) {
      if (event.sequence() <= last) {
        repeated++;
        return;
      }
      last = event.sequence();
      long since = accepted.getOrDefault(published(event), simulation.now());
      deliveries.add((simulation.now() - since) / NANOS_OF_A_MILLI);
      direct.add(directMillis);
    }
  }

  private static Published published(Messaging.Event event) {
    return new Published(event.topic(), event.sequence());
  }

  @Override
  public void delivered(long now, Peer from, Peer to, Message message) {
    if (message instanceof TopicMessage.Carry carry) {
      copied(from, carry.topic(), carry.numbered().sequence());
    } else if (message instanceof TopicMessage.Pulled pulled) {
      pulled.messages().forEach(each -> copied(from, pulled.topic(), each.sequence()));
    }
  }

  private void copied(Peer from, String topic, long sequence) {
    copies.merge(new Sender(from.id(), new Published(topic, sequence)), 1, Integer::sum);
  }

  int published() {
    return accepted.size();
  }

  int delivered() {
    return deliveries.size();
  }

  long repeated() {
    return repeated;
  }

  Distribution deliveries() {
    return Distribution.of(deliveries);
  }

  Distribution direct() {
    return Distribution.of(direct);
  }

  Distribution copies() {
    return Distribution.of(copies.values());
  }
}
