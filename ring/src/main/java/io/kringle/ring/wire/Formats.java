package io.kringle.ring.wire;

import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which type has which format: the whole of what may stand in a message. */
final class Formats {
  private static final int FIRST_ELEMENTS = 64;
  private static final Map<Type, Format> BASIC = basics();

  private Formats() {}

  private static Map<Type, Format> basics() {
    Map<Type, Format> basics = new LinkedHashMap<>();
    primitive(basics, boolean.class, Boolean.class, "Boolean", false);
    primitive(basics, int.class, Integer.class, "Int", 0);
    primitive(basics, long.class, Long.class, "Long", 0L);
    primitive(basics, double.class, Double.class, "Double", 0.0);
    basics.put(String.class, Format.basic(String.class, "String", ""));
    basics.put(Id.class, Format.basic(Id.class, "Id", Id.ZERO));
    basics.put(Bytes.class, Format.basic(Bytes.class, "Bytes", Bytes.EMPTY));
    basics.put(byte[].class, Format.basic(byte[].class, "ByteArray", new byte[0]));
    basics.put(Duration.class, Format.basic(Duration.class, "Duration", Duration.ZERO));
    basics.put(
        Message.class,
        Format.of(Message.class, WireOutput::putMessage, WireInput::takeMessage, Optional.empty()));
    return basics;
  }

  private static void primitive(
      Map<Type, Format> basics, Class<?> primitive, Class<?> boxed, String name, Object zero) {
    Format format = Format.basic(primitive, name, zero);
    basics.put(primitive, format);
    basics.put(boxed, format);
  }

  /**
   * The format of {@code type}.
   *
   * @throws IllegalArgumentException if such a thing cannot travel
   */
  static Format of(Type type) {
    Format basic = BASIC.get(type);
    if (basic != null) {
      return basic;
    }
    if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
      return list(of(generic.getActualTypeArguments()[0]));
    }
    if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
      return optional(of(generic.getActualTypeArguments()[0]));
    }
    if (type instanceof Class<?> plain) {
      return ofClass(plain);
    }
    throw new IllegalArgumentException("there is no format for " + type.getTypeName());
  }

  private static Format ofClass(Class<?> type) {
    if (type.isEnum()) {
      return constant(type.asSubclass(Enum.class));
    }
    if (type.isRecord()) {
      return nested(type.asSubclass(Record.class));
    }
    if (type.isInterface() && type.isSealed()) {
      return sealed(type);
    }
    throw new IllegalArgumentException("there is no format for " + type.getTypeName());
  }

  /** By position: constants are only ever added, at the end. */
  @SuppressWarnings({
    "rawtypes",
    "EnumOrdinal"
  }) // Justification: the position is the wire format, golden bytes watch it.
  private static Format constant(Class<? extends Enum> type) {
    Enum[] constants = type.getEnumConstants();
    return Format.of(
            Enum.class,
            (out, value) -> out.putCount(value.ordinal()),
            in -> in.takeOneOf(constants),
            Optional.empty())
        .as(type);
  }

  private static Format sealed(Class<?> type) {
    return Format.of(
            Record.class, WireOutput::putNumbered, in -> in.takeNumbered(type), Optional.empty())
        .as(type);
  }

  /** A record of known type. Its shape is looked up late, since records may contain each other. */
  private static Format nested(Class<? extends Record> type) {
    return Format.of(
            Record.class,
            (out, value) -> RecordShape.of(type).write(out, value),
            in -> RecordShape.of(type).read(in),
            Optional.empty())
        .as(type);
  }

  private static Format optional(Format element) {
    Format.Writer<Object> writer = element.boxedWriter();
    Format.Reader<Object> reader = element.boxedReader();
    return Format.of(
        Optional.class,
        (out, value) -> {
          out.putBoolean(value.isPresent());
          if (value.isPresent()) {
            writer.write(out, value.get());
          }
        },
        in -> in.takeBoolean() ? Optional.of(reader.read(in)) : Optional.empty(),
        Optional.of(Optional.empty()));
  }

  private static Format list(Format element) {
    Format.Writer<Object> writer = element.boxedWriter();
    Format.Reader<Object> reader = element.boxedReader();
    return Format.of(
        List.class,
        (out, values) -> {
          out.putCount(values.size());
          for (Object value : values) {
            writer.write(out, value);
          }
        },
        in -> elements(in, reader),
        Optional.of(List.of()));
  }

  /**
   * An immutable list. Room is made as elements really arrive, whatever their number is said to be.
   */
  private static List<?> elements(WireInput in, Format.Reader<Object> reader) {
    int count = in.takeCount();
    if (count == 0) {
      return List.of();
    }
    Object[] elements = new Object[Math.min(count, FIRST_ELEMENTS)];
    for (int i = 0; i < count; i++) {
      if (i == elements.length) {
        elements = Arrays.copyOf(elements, Math.min(count, 2 * i));
      }
      elements[i] = reader.read(in);
    }
    return List.of(elements);
  }
}
