package io.kringle.ring.wire;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;

/**
 * How values of one type are written and read.
 *
 * @param writer of type (WireOutput, T)void
 * @param reader of type (WireInput)T
 * @param zero what stands in for a value that an older peer did not send, if the type has such a
 *     value
 */
record Format(MethodHandle writer, MethodHandle reader, Optional<Object> zero) {
  private static final MethodHandle WRITE;
  private static final MethodHandle READ;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      WRITE =
          lookup.findVirtual(
              Writer.class,
              "write",
              MethodType.methodType(void.class, WireOutput.class, Object.class));
      READ =
          lookup.findVirtual(
              Reader.class, "read", MethodType.methodType(Object.class, WireInput.class));
    } catch (ReflectiveOperationException impossible) {
      throw new LinkageError("the buffers have these methods", impossible);
    }
  }

  /** A writer as an object, for formats that are not a method of the buffers. */
  interface Writer<T> {
    void write(WireOutput out, T value);
  }

  /** A reader as an object. */
  interface Reader<T> {
    T read(WireInput in);
  }

  /** The format of a type that the buffers know themselves; the calls need no boxing. */
  static Format basic(Class<?> type, String name, Object zero) {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      return new Format(
          lookup.findVirtual(
              WireOutput.class, "put" + name, MethodType.methodType(void.class, type)),
          lookup.findVirtual(WireInput.class, "take" + name, MethodType.methodType(type)),
          Optional.of(zero));
    } catch (ReflectiveOperationException missing) {
      throw new LinkageError("the buffers lack put or take for " + type, missing);
    }
  }

  /** The format of a reference type. */
  static <T> Format of(Class<T> type, Writer<T> writer, Reader<T> reader, Optional<Object> zero) {
    return new Format(
        WRITE.bindTo(writer).asType(MethodType.methodType(void.class, WireOutput.class, type)),
        READ.bindTo(reader).asType(MethodType.methodType(type, WireInput.class)),
        zero);
  }

  /** The same under the static type of a subtype, for handles to fit. */
  Format as(Class<?> type) {
    return new Format(
        writer.asType(MethodType.methodType(void.class, WireOutput.class, type)),
        reader.asType(MethodType.methodType(type, WireInput.class)),
        zero);
  }

  /** The same for elements of lists and optionals, which are objects anyway. */
  Writer<Object> boxedWriter() {
    MethodHandle erased =
        writer.asType(MethodType.methodType(void.class, WireOutput.class, Object.class));
    return (out, value) -> {
      try {
        erased.invokeExact(out, value);
      } catch (Throwable thrown) {
        throw Unchecked.rethrow(thrown);
      }
    };
  }

  /** The same for elements of lists and optionals, which are objects anyway. */
  Reader<Object> boxedReader() {
    MethodHandle erased = reader.asType(MethodType.methodType(Object.class, WireInput.class));
    return in -> {
      try {
        return (Object) erased.invokeExact(in);
      } catch (Throwable thrown) {
        throw Unchecked.rethrow(thrown);
      }
    };
  }
}
