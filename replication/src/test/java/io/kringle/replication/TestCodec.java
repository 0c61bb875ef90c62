package io.kringle.replication;

import io.kringle.ring.Bytes;
import io.kringle.ring.Codec;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Schema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A plain codec by reflection, which is enough to see that nothing travels by reference. */
final class TestCodec implements Codec {
  private final Map<Integer, Shape> byNumber = new HashMap<>();
  private final Map<Class<?>, Shape> byType = new HashMap<>();

  private record Shape(
      int number, Constructor<?> constructor, List<Type> types, List<Method> accessors) {}

  TestCodec(Schema schema) {
    schema.types().forEach(this::add);
  }

  private void add(int number, Class<? extends Record> type) {
    try {
      RecordComponent[] components = type.getRecordComponents();
      Class<?>[] raw = new Class<?>[components.length];
      Type[] types = new Type[components.length];
      Method[] accessors = new Method[components.length];
      for (int i = 0; i < components.length; i++) {
        raw[i] = components[i].getType();
        types[i] = components[i].getGenericType();
        accessors[i] = components[i].getAccessor();
        accessors[i].setAccessible(true);
      }
      Constructor<?> constructor = type.getDeclaredConstructor(raw);
      constructor.setAccessible(true);
      Shape shape = new Shape(number, constructor, List.of(types), List.of(accessors));
      byNumber.put(number, shape);
      byType.put(type, shape);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public byte[] encode(Message message) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
      writeRecord(new DataOutputStream(bytes), message);
      return bytes.toByteArray();
    } catch (IOException | ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private void writeRecord(DataOutputStream out, Object value)
      throws IOException, ReflectiveOperationException {
    Shape shape = byType.get(value.getClass());
    if (shape == null) {
      throw new IllegalArgumentException(value.getClass() + " is not registered");
    }
    out.writeInt(shape.number());
    for (int i = 0; i < shape.types().size(); i++) {
      write(out, shape.types().get(i), shape.accessors().get(i).invoke(value));
    }
  }

  private void write(DataOutputStream out, Type type, Object value)
      throws IOException, ReflectiveOperationException {
    if (type == boolean.class) {
      out.writeBoolean((Boolean) value);
    } else if (type == int.class) {
      out.writeInt((Integer) value);
    } else if (type == long.class) {
      out.writeLong((Long) value);
    } else if (type == String.class) {
      out.writeUTF((String) value);
    } else if (type == Id.class) {
      out.write(((Id) value).toBytes());
    } else if (type == Bytes.class) {
      out.writeInt(((Bytes) value).size());
      out.write(((Bytes) value).array());
    } else if (type instanceof ParameterizedType generic) {
      List<?> all = value instanceof Optional<?> o ? o.stream().toList() : (List<?>) value;
      out.writeInt(all.size());
      for (Object each : all) {
        write(out, generic.getActualTypeArguments()[0], each);
      }
    } else {
      writeRecord(out, value);
    }
  }

  @Override
  public Message decode(byte[] bytes) {
    try {
      return (Message) readRecord(new DataInputStream(new ByteArrayInputStream(bytes)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private Object readRecord(DataInputStream in) throws IOException, ReflectiveOperationException {
    Shape shape = byNumber.get(in.readInt());
    Object[] values = new Object[shape.types().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = read(in, shape.types().get(i));
    }
    return shape.constructor().newInstance(values);
  }

  private Object read(DataInputStream in, Type type)
      throws IOException, ReflectiveOperationException {
    if (type == boolean.class) {
      return in.readBoolean();
    } else if (type == int.class) {
      return in.readInt();
    } else if (type == long.class) {
      return in.readLong();
    } else if (type == String.class) {
      return in.readUTF();
    } else if (type == Id.class) {
      return Id.fromBytes(in.readNBytes(Id.BYTES), 0);
    } else if (type == Bytes.class) {
      return Bytes.of(in.readNBytes(in.readInt()));
    } else if (type instanceof ParameterizedType generic) {
      int size = in.readInt();
      List<Object> all = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        all.add(read(in, generic.getActualTypeArguments()[0]));
      }
      return generic.getRawType() == Optional.class ? all.stream().findFirst() : all;
    }
    return readRecord(in);
  }
}
