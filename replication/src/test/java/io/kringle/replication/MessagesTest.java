package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.kringle.ring.Bytes;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Schema;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whatever may be sent or stored has a number within this layer's range. */
final class MessagesTest {
  private static final Map<Class<?>, Object> PLAIN =
      Map.of(
          long.class,
          0L,
          int.class,
          0,
          boolean.class,
          false,
          List.class,
          List.of(),
          Id.class,
          Id.ZERO,
          Floor.class,
          Floor.NONE,
          Optional.class,
          Optional.empty(),
          Claim.class,
          new Claim(0, Id.ZERO, Id.ZERO, 0, List.of()));

  private static List<Class<?>> leaves(Class<?> type) {
    List<Class<?>> leaves = new ArrayList<>();
    if (type.isRecord()) {
      leaves.add(type);
    } else {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        leaves.addAll(leaves(permitted));
      }
    }
    return leaves;
  }

  @Test
  void everyMessageAndEntryIsRegistered() {
    Schema schema = new Schema();
    ReplicationMessages.register(schema);
    for (Class<?> root :
        List.of(
            ReplicationMessage.class,
            ClientMessage.class,
            Entry.class,
            WriteOutcome.class,
            Write.Condition.class)) {
      assertThat(schema.types().values()).containsAll(cast(leaves(root)));
    }
    assertThat(schema.types().keySet()).allMatch(number -> number >= 100 && number < 200);
  }

  @Test
  void noMessageIsOverlookedByAGroup() {
    Cluster cluster = new Cluster(1);
    cluster.grow(1);
    cluster.run(Duration.ofSeconds(1));
    Replication replication = cluster.node(0).replication;
    Group group = replication.groups().iterator().next();
    Peer stranger = new Peer(Id.ofKey("stranger"), new Endpoint("10.0.0.9", 9), 9);
    for (Class<?> type : leaves(ReplicationMessage.class)) {
      ReplicationMessage message = outdated(type, group);
      assertThatCode(() -> replication.received(stranger, message)).doesNotThrowAnyException();
    }
    assertThat(group.isLeader()).as("leads, for all that is outdated").isTrue();
  }

  @Test
  void entriesThatCannotBeReadAreNotTakenOverAndHurtNobody() {
    Cluster cluster = new Cluster(2);
    cluster.grow(1);
    cluster.run(Duration.ofSeconds(1));
    Group group = cluster.node(0).replication.groups().iterator().next();
    long epoch = group.epoch();
    Bytes noEntry =
        Bytes.of(
            group.node.codec.encode(
                new ReplicationMessage.Ping(group.arc, group.generation(), epoch)));
    Bytes good = Bytes.of(group.node.codec.encode(new Entry.Noop(epoch + 1)));
    ReplicationMessage.Append append =
        new ReplicationMessage.Append(
            group.arc,
            group.generation(),
            epoch + 1,
            group.log.last(),
            group.log.lastEpoch(),
            List.of(good, noEntry),
            0,
            0,
            0,
            0);
    long last = group.log.last();
    Peer stranger = new Peer(Id.ofKey("stranger"), new Endpoint("10.0.0.9", 9), 9);

    assertThatCode(() -> group.inbox.received(stranger, append)).doesNotThrowAnyException();

    assertThat(group.log.last()).isEqualTo(last);
    assertThat(group.isLeader()).isTrue();
  }

  /** A message about this group, of an epoch and a generation that are long over. */
  private static ReplicationMessage outdated(Class<?> type, Group group) {
    List<Object> values = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      Object value =
          component.getName().equals("arc")
              ? Long.valueOf(group.arc)
              : PLAIN.getOrDefault(component.getType(), group.configuration());
      values.add(value);
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructors()[0];
      constructor.setAccessible(true);
      return (ReplicationMessage) constructor.newInstance(values.toArray());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static List<Class<? extends Record>> cast(List<Class<?>> types) {
    return (List<Class<? extends Record>>) (List<?>) types;
  }
}
