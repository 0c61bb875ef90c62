package io.kringle.ring.wire;

import io.kringle.ring.Message;
import io.kringle.ring.Schema;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Finds out when a codec is made, rather than when a message is sent, that something in it cannot
 * travel.
 */
final class SchemaCheck {
  private final Schema schema;
  private final Set<Class<?>> seen = new LinkedHashSet<>();
  private final Deque<Class<? extends Record>> waiting = new ArrayDeque<>();

  private SchemaCheck(Schema schema) {
    this.schema = schema;
  }

  /**
   * Walks everything that messages of {@code schema} can contain.
   *
   * @throws IllegalArgumentException if a component has no format, or one record of a sealed
   *     interface no number
   */
  static void check(Schema schema) {
    SchemaCheck check = new SchemaCheck(schema);
    schema.types().values().forEach(check::visit);
    while (!check.waiting.isEmpty()) {
      check.components(check.waiting.remove());
    }
  }

  private void components(Class<? extends Record> type) {
    RecordShape.of(type);
    for (RecordComponent component : type.getRecordComponents()) {
      visit(component.getGenericType());
    }
  }

  private void visit(Type type) {
    if (type instanceof ParameterizedType generic) {
      for (Type argument : generic.getActualTypeArguments()) {
        visit(argument);
      }
    } else if (type instanceof Class<?> plain && plain != Message.class && seen.add(plain)) {
      if (plain.isRecord()) {
        waiting.add(plain.asSubclass(Record.class));
      } else if (plain.isSealed()) {
        permitted(plain, plain);
      }
    }
  }

  private void permitted(Class<?> sealed, Class<?> part) {
    for (Class<?> permitted : part.getPermittedSubclasses()) {
      if (permitted.isSealed()) {
        permitted(sealed, permitted);
      } else if (!schema.types().containsValue(permitted)) {
        throw new IllegalArgumentException(
            permitted.getName()
                + " may stand for a "
                + sealed.getSimpleName()
                + ", but has no number");
      }
    }
  }
}
