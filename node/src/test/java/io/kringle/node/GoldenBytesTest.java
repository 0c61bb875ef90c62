package io.kringle.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Codec;
import io.kringle.ring.Message;
import io.kringle.ring.wire.KryoCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The bytes of every message of every layer, as they are committed: number, type and bytes, one
 * line for each choice that a message leaves. What differs is a change of the wire, or of what is
 * on disks; nodes of the last release must still read it. Once that is certain, {@code mvn test -pl
 * node -am -Dtest=GoldenBytesTest -Dkringle.golden=write} writes the file anew.
 */
class GoldenBytesTest {
  private static final Path FILE = Checkout.root().resolve("node/src/test/golden/messages.txt");

  /** As many as the longest enum or sealed interface in a message has members. */
  private static final int TURNS = 16;

  private static final Map<Integer, Class<? extends Record>> TYPES = Schemas.all().types();

  private final Codec codec = new KryoCodec(Schemas.all());
  private final Set<Class<?>> made = new LinkedHashSet<>();

  private List<String> lines(int number, Class<?> type) {
    Set<String> lines = new LinkedHashSet<>();
    for (int turn = 0; turn < TURNS; turn++) {
      Samples samples = new Samples(turn);
      Message message = (Message) samples.of(type);
      made.addAll(samples.made());
      byte[] bytes = codec.encode(message);
      assertThat(codec.decode(bytes)).isEqualTo(message);
      lines.add(number + " " + name(type) + " " + HexFormat.of().formatHex(bytes));
    }
    return List.copyOf(lines);
  }

  private static String name(Class<?> type) {
    return type.getName().substring(type.getPackageName().length() + 1);
  }

  private List<String> everything() {
    List<String> lines = new ArrayList<>();
    new TreeMap<>(TYPES)
        .forEach(
            (number, type) -> {
              if (Message.class.isAssignableFrom(type)) {
                lines.addAll(lines(number, type));
              }
            });
    return lines;
  }

  @Test
  void everyMessageIsWrittenAsItAlwaysWas() throws IOException {
    List<String> lines = everything();
    if ("write".equals(System.getProperty("kringle.golden"))) {
      Files.createDirectories(FILE.getParent());
      Files.write(FILE, lines);
    }
    assertThat(lines).containsExactlyElementsOf(Files.readAllLines(FILE));
  }

  @Test
  void everyRegisteredRecordIsInSomeMessage() {
    everything();
    assertThat(made).containsExactlyInAnyOrderElementsOf(TYPES.values());
  }
}
