package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Schema;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever may be sent or stored has a number within this layer's range. */
final class MessagesTest {

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
    assertThat(schema.types().keySet()).allMatch(number -> number >= 100 && number < 150);
  }

  @SuppressWarnings("unchecked")
  private static List<Class<? extends Record>> cast(List<Class<?>> types) {
    return (List<Class<? extends Record>>) (List<?>) types;
  }
}
