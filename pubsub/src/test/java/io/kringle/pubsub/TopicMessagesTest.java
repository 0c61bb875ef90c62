package io.kringle.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kringle.pubsub.Cluster.Node;
import io.kringle.ring.Bytes;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Schema;
import io.kringle.routing.Deliver;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each message of the topics has a number and a place where it is understood. */
class TopicMessagesTest {
  /** Those that are answers: only the asker's callback sees them. */
  private static final List<Class<?>> ANSWERS =
      List.of(
          TopicMessage.Looked.class,
          TopicMessage.RootAt.class,
          TopicMessage.Taken.class,
          TopicMessage.Refused.class);

  /** Those that are routed or asked for, and so come by the routing's upcalls. */
  private static final List<Class<? extends TopicMessage>> ROUTED =
      List.of(TopicMessage.JoinTree.class, TopicMessage.Look.class, TopicMessage.Offer.class);

  private static List<TopicMessage> sent(String topic, Peer peer) {
    return List.of(
        new TopicMessage.Adopt(new TopicMessage.JoinTree(topic, peer, 1, false), 1),
        new TopicMessage.Invite(new TopicMessage.JoinTree(topic, peer, 1, false), 1),
        new TopicMessage.Invited(topic, 1),
        new TopicMessage.Beat(topic, 1, List.of(peer.id())),
        new TopicMessage.Refresh(topic, 1),
        new TopicMessage.NotParent(topic),
        new TopicMessage.Leave(topic),
        new TopicMessage.Carry(topic, new Numbered(1, Bytes.EMPTY)),
        new TopicMessage.Pull(topic, 1, peer, 1),
        new TopicMessage.TakenOver(topic, "name", 1),
        new TopicMessage.Pulled(topic, 1, List.of(), false));
  }

  @Test
  void everyMessageHasANumberOfThisLayer() {
    Schema schema = new Schema();
    TopicMessages.register(schema);
    Set<Class<?>> expected =
        new LinkedHashSet<>(List.of(TopicMessage.class.getPermittedSubclasses()));
    expected.addAll(List.of(RingWideMessage.class.getPermittedSubclasses()));
    expected.addAll(List.of(GroupMessage.class.getPermittedSubclasses()));
    expected.add(GroupName.class);
    expected.addAll(List.of(MessageId.class, Numbered.class, TopicMessage.Branch.class));
    assertThat(new LinkedHashSet<Class<?>>(schema.types().values())).isEqualTo(expected);
    assertThat(schema.types().keySet()).allMatch(number -> number >= 200 && number <= 249);
  }

  @Test
  void everyMessageIsSentOrRoutedOrAnAnswer() {
    Cluster cluster = Cluster.fixed(1, 3);
    List<Class<?>> all = new ArrayList<>(ANSWERS);
    all.addAll(ROUTED);
    sent("t", cluster.nodes.get(0).peer).forEach(message -> all.add(message.getClass()));
    assertThat(all).containsExactlyInAnyOrder(TopicMessage.class.getPermittedSubclasses());
  }

  @Test
  void whatIsSentIsUnderstoodWithAndWithoutTheTopic() {
    Cluster cluster = Cluster.fixed(1, 3);
    Node node = cluster.nodes.get(0);
    Peer from = cluster.nodes.get(1).peer;
    node.subscribe("known");
    cluster.run(1);
    for (String topic : List.of("known", "unknown")) {
      for (TopicMessage message : sent(topic, from)) {
        assertThatCode(() -> node.received(from, message)).doesNotThrowAnyException();
      }
    }
  }

  @Test
  void whatIsRoutedHasAHandler() {
    Cluster cluster = Cluster.fixed(1, 1);
    for (Class<? extends TopicMessage> type : ROUTED) {
      assertThatThrownBy(() -> handle(cluster.nodes.get(0), type))
          .as("a second handler of " + type)
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private static <M extends Message> void handle(Node node, Class<M> type) {
    Deliver<M> nothing = (delivery, message, responder) -> {};
    node.router.onDeliver(type, nothing);
  }
}
