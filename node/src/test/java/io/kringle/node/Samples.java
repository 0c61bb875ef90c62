package io.kringle.node;

import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes up records by their components alone. Each turn makes another choice where there is one: of
 * a boolean, an enum's constant, whether an optional is there, one record of a sealed interface.
 */
final class Samples {
  private final int turn;
  private final Set<Class<?>> made = new LinkedHashSet<>();

  Samples(int turn) {
    this.turn = turn;
  }

  /** The types of all records made so far. */
  Set<Class<?>> made() {
    return made;
  }

  <R> R of(Class<R> type) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = value(components[i].getGenericType());
    }
    made.add(type);
    try {
      Constructor<R> canonical = type.getDeclaredConstructor(types);
      canonical.setAccessible(true);
      return canonical.newInstance(values);
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(type + " of " + Arrays.toString(values), impossible);
    }
  }

  private Object value(Type type) {
    if (type instanceof ParameterizedType of) {
      Object element = value(of.getActualTypeArguments()[0]);
      if (of.getRawType() == List.class) {
        return List.of(element);
      }
      return turn % 2 == 0 ? Optional.of(element) : Optional.empty();
    }
    return value((Class<?>) type);
  }

  private Object value(Class<?> type) {
    if (type.isEnum()) {
      return pick(Arrays.asList(type.getEnumConstants()));
    } else if (type.isSealed()) {
      return of(pick(records(type)));
    } else if (type.isRecord()) {
      return of(type);
    } else if (type == boolean.class) {
      return turn % 2 == 0;
    } else if (type == int.class) {
      return 300;
    } else if (type == long.class || type == Long.class) {
      return 70_000L;
    } else if (type == double.class) {
      return 1.5;
    } else if (type == String.class) {
      return "snow \u2603";
    } else if (type == Id.class) {
      return Id.ofHex("00112233445566778899aabbccddeeff01234567");
    } else if (type == Bytes.class) {
      return Bytes.utf8("bytes");
    } else if (type == byte[].class) {
      return new byte[] {1, 2, 3};
    } else if (type == Duration.class) {
      return Duration.ofSeconds(3, 4);
    }
    throw new IllegalStateException("no sample of a " + type);
  }

  private <T> T pick(List<T> choices) {
    return choices.get(turn % choices.size());
  }

  /**
   * The records below a sealed interface, by their names: compilers do not agree on any other
   * order.
   */
  static List<Class<?>> records(Class<?> type) {
    List<Class<?>> records = new ArrayList<>();
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      if (permitted.isRecord()) {
        records.add(permitted);
      } else {
        records.addAll(records(permitted));
      }
    }
    records.sort(Comparator.comparing(Class::getName));
    return records;
  }
}
