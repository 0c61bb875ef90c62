package io.kringle.ring.wire;

import static java.lang.invoke.MethodType.methodType;

import io.kringle.ring.Added;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/**
 * How records of one type are written: the components in order, then the number of {@linkplain
 * Added added} ones, then these, each behind its length.
 *
 * <p>A shape is two method handles, put together once for each type: reading one record is one
 * call, which reads the components straight into the arguments of the constructor. There is no
 * reflection on the way, and no boxing.
 */
@SuppressWarnings(
    "UnusedMethod") // Justification: the helpers are looked up by name, as method handles.
final class RecordShape {
  private static final ClassValue<RecordShape> SHAPES =
      new ClassValue<>() {
        @Override
        protected RecordShape computeValue(Class<?> type) {
          return new RecordShape(type.asSubclass(Record.class));
        }
      };

  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
  private static final MethodHandle PUT_ADDED_COUNT =
      helper("putAddedCount", methodType(void.class, int.class, WireOutput.class));
  private static final MethodHandle PUT_ADDED =
      helper(
          "putAdded", methodType(void.class, Format.Writer.class, WireOutput.class, Object.class));
  private static final MethodHandle TAKE_ADDED_COUNT =
      helper("takeAddedCount", methodType(int.class, WireInput.class));
  private static final MethodHandle TAKE_ADDED =
      helper(
          "takeAdded", methodType(Object.class, AddedComponent.class, int.class, WireInput.class));
  private static final MethodHandle SKIP_MORE =
      helper("skipMore", methodType(void.class, int.class, int.class, WireInput.class));

  private final Class<? extends Record> type;
  private final MethodHandle writer;
  private final MethodHandle reader;

  private RecordShape(Class<? extends Record> type) {
    this.type = type;
    List<RecordComponent> components = List.of(type.getRecordComponents());
    int base = countBase(components);
    List<Format> formats = new ArrayList<>();
    for (RecordComponent component : components) {
      formats.add(format(component));
    }
    this.writer = writer(components, formats, base);
    this.reader = reader(components, formats, base);
  }

  /**
   * The shape of a type.
   *
   * @throws IllegalArgumentException if one of its components cannot travel; the message names it
   */
  static RecordShape of(Class<? extends Record> type) {
    return SHAPES.get(type);
  }

  void write(WireOutput out, Record value) {
    out.enter();
    try {
      writer.invokeExact(out, value);
    } catch (Throwable thrown) {
      throw Unchecked.rethrow(thrown);
    }
    out.leave();
  }

  Record read(WireInput in) {
    in.enter();
    try {
      Record value = (Record) reader.invokeExact(in);
      in.leave();
      return value;
    } catch (Throwable thrown) {
      throw Unchecked.rethrow(thrown);
    }
  }

  private int countBase(List<RecordComponent> components) {
    int base = 0;
    while (base < components.size() && !isAdded(components.get(base))) {
      base++;
    }
    for (RecordComponent component : components.subList(base, components.size())) {
      if (!isAdded(component)) {
        throw new IllegalArgumentException(
            name(component) + " follows an added component, so it is one too");
      }
    }
    return base;
  }

  private Format format(RecordComponent component) {
    Format format;
    try {
      format = Formats.of(component.getGenericType());
    } catch (IllegalArgumentException cannotTravel) {
      throw new IllegalArgumentException(
          name(component) + ": " + cannotTravel.getMessage(), cannotTravel);
    }
    if (isAdded(component) && format.zero().isEmpty()) {
      throw new IllegalArgumentException(
          name(component) + " was added, but its type has no zero; make it an Optional");
    }
    return format;
  }

  private static boolean isAdded(RecordComponent component) {
    return component.isAnnotationPresent(Added.class);
  }

  private String name(RecordComponent component) {
    return type.getName() + "." + component.getName();
  }

  /** (WireOutput, Record)void: each component's writer behind its accessor, one after the other. */
  private MethodHandle writer(List<RecordComponent> components, List<Format> formats, int base) {
    List<MethodHandle> steps = new ArrayList<>();
    for (int i = 0; i < components.size(); i++) {
      MethodHandle write =
          i < base ? formats.get(i).writer() : PUT_ADDED.bindTo(formats.get(i).boxedWriter());
      MethodHandle accessor = accessor(components.get(i));
      write = write.asType(methodType(void.class, WireOutput.class, accessor.type().returnType()));
      steps.add(MethodHandles.filterArguments(write, 1, accessor));
    }
    MethodHandle count =
        MethodHandles.insertArguments(PUT_ADDED_COUNT, 0, components.size() - base);
    steps.add(base, MethodHandles.dropArguments(count, 1, type));
    MethodHandle sequence = steps.get(steps.size() - 1);
    for (int i = steps.size() - 2; i >= 0; i--) {
      sequence = MethodHandles.foldArguments(sequence, steps.get(i));
    }
    return sequence.asType(methodType(void.class, WireOutput.class, Record.class));
  }

  /**
   * (WireInput)Record, built from the inside out. The innermost handle takes all components, the
   * number of added ones that came, and the input; each fold reads one of these and takes away one
   * argument. The outermost fold runs first.
   */
  private MethodHandle reader(List<RecordComponent> components, List<Format> formats, int base) {
    int size = components.size();
    MethodHandle handle = constructor(components);
    handle = MethodHandles.dropArguments(handle, size, int.class, WireInput.class);
    MethodHandle skip = MethodHandles.insertArguments(SKIP_MORE, 0, size - base);
    handle = MethodHandles.foldArguments(handle, size, skip);
    for (int i = size - 1; i >= base; i--) {
      Format format = formats.get(i);
      AddedComponent added =
          new AddedComponent(i - base, format.boxedReader(), format.zero().orElseThrow());
      MethodHandle take =
          TAKE_ADDED
              .bindTo(added)
              .asType(methodType(components.get(i).getType(), int.class, WireInput.class));
      handle = MethodHandles.foldArguments(handle, i, take);
    }
    handle = MethodHandles.foldArguments(handle, base, TAKE_ADDED_COUNT);
    for (int i = base - 1; i >= 0; i--) {
      MethodHandle take =
          formats.get(i).reader().asType(methodType(components.get(i).getType(), WireInput.class));
      handle = MethodHandles.foldArguments(handle, i, take);
    }
    return handle.asType(methodType(Record.class, WireInput.class));
  }

  private MethodHandle accessor(RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return LOOKUP.unreflect(component.getAccessor());
    } catch (IllegalAccessException impossible) {
      throw new LinkageError("the buffers have these methods", impossible);
    }
  }

  private MethodHandle constructor(List<RecordComponent> components) {
    try {
      Class<?>[] types = components.stream().map(RecordComponent::getType).toArray(Class<?>[]::new);
      Constructor<?> canonical = type.getDeclaredConstructor(types);
      canonical.setAccessible(true);
      return LOOKUP.unreflectConstructor(canonical);
    } catch (ReflectiveOperationException impossible) {
      throw new LinkageError("every record has its canonical constructor", impossible);
    }
  }

  private static MethodHandle helper(String name, MethodType type) {
    try {
      return LOOKUP.findStatic(RecordShape.class, name, type);
    } catch (ReflectiveOperationException missing) {
      throw new LinkageError("this class has these helpers", missing);
    }
  }

  /** An added component: its place among the added ones, and what it is when it did not come. */
  private record AddedComponent(int index, Format.Reader<Object> reader, Object zero) {}

  private static void putAddedCount(int count, WireOutput out) {
    out.putCount(count);
  }

  private static void putAdded(Format.Writer<Object> writer, WireOutput out, Object value) {
    int mark = out.begin();
    writer.write(out, value);
    out.end(mark);
  }

  private static int takeAddedCount(WireInput in) {
    return in.takeCount();
  }

  private static Object takeAdded(AddedComponent component, int count, WireInput in) {
    if (component.index() >= count) {
      return component.zero();
    }
    int outerLimit = in.narrow(in.takeCount());
    Object value = component.reader().read(in);
    in.widen(outerLimit);
    return value;
  }

  /** Skips added components that a newer peer knows and this node does not. */
  private static void skipMore(int known, int count, WireInput in) {
    for (int i = known; i < count; i++) {
      in.skip(in.takeCount());
    }
  }
}
