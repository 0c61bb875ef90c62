package io.kringle.testkit.history;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kringle.testkit.history.Operation.Always;
import io.kringle.testkit.history.Operation.Call;
import io.kringle.testkit.history.Operation.Condition;
import io.kringle.testkit.history.Operation.Conflict;
import io.kringle.testkit.history.Operation.Expire;
import io.kringle.testkit.history.Operation.Failed;
import io.kringle.testkit.history.Operation.Get;
import io.kringle.testkit.history.Operation.GetStale;
import io.kringle.testkit.history.Operation.IfAbsent;
import io.kringle.testkit.history.Operation.IfVersion;
import io.kringle.testkit.history.Operation.Nothing;
import io.kringle.testkit.history.Operation.Outcome;
import io.kringle.testkit.history.Operation.Read;
import io.kringle.testkit.history.Operation.Unknown;
import io.kringle.testkit.history.Operation.Write;
import io.kringle.testkit.history.Operation.Written;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lines of history files, there and back, and files that are none. */
class HistoryFileTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "history-format.md");

  private static final String GET =
      "{\"client\":0,\"operation\":\"get\",\"key\":\"k\",\"arguments\":{},"
          + "\"result\":{\"kind\":\"unknown\"},\"start_ns\":1,\"end_ns\":2}";

  private static final String PUT =
      "{\"client\":0,\"operation\":\"put\",\"key\":\"k\",\"arguments\":{\"value\":\"v\"},"
          + "\"result\":{\"kind\":\"written\",\"version\":1},\"start_ns\":1,\"end_ns\":2}";

  private static Map<Optional<Long>, List<Operation>> read(String file) throws IOException {
    return HistoryReader.read(new ByteArrayInputStream(file.getBytes(UTF_8)));
  }

  private static Operation of(int client, Call call, Outcome outcome, long start, long end) {
    return new Operation(client, "k", call, outcome, start, end);
  }

  private static Call put(String value, Condition condition) {
    return new Write(Optional.of(value), condition);
  }

  private static Call delete(Condition condition) {
    return new Write(Optional.empty(), condition);
  }

  /** What the example of the document says; its lines are the golden ones. */
  private static List<HistoryLine> example() {
    Outcome nothingEver = new Read(0, Optional.empty());
    Outcome a = new Read(1, Optional.of("a"));
    List<Operation> operations =
        List.of(
            of(0, put("a", new Always()), new Written(1), 0, 1_500_000),
            of(1, new Get(), a, 900_000, 1_900_000),
            of(1, put("b", new IfVersion(1)), new Unknown(), 2_000_000, 7_000_000),
            of(2, put("c", new IfAbsent()), new Conflict(), 2_000_000, 2_400_000),
            of(0, delete(new Always()), new Failed(), 3_000_000, 4_000_000),
            of(0, delete(new IfVersion(2)), new Written(3), 5_000_000, 6_000_000),
            of(2, new Get(), new Read(3, Optional.empty()), 6_500_000, 7_200_000),
            of(2, new Get(), new Nothing(), 6_500_000, 7_300_000),
            of(1, new GetStale(), a, 6_500_000, 7_400_000),
            of(1, new Expire("b"), new Unknown(), 7_000_000, 7_000_000),
            new Operation(2, "\u00e6ble", new Get(), nothingEver, 8_000_000, 8_100_000));
    HistoryLine ofARun = new HistoryLine(Optional.of(17L), of(0, new Get(), new Unknown(), 0, 0));
    return Stream.concat(
            operations.stream().map(operation -> new HistoryLine(Optional.empty(), operation)),
            Stream.of(ofARun))
        .toList();
  }

  private static List<String> documented() throws IOException {
    return Files.readAllLines(DOCUMENT).stream().filter(line -> line.startsWith("{\"")).toList();
  }

  @Test
  void theExampleOfTheDocumentIsWhatIsWrittenAndReadInEveryByte() throws IOException {
    assertThat(example().stream().map(HistoryLine::toJson)).containsExactlyElementsOf(documented());
    Map<Optional<Long>, List<Operation>> read = read(String.join("\n", documented()));
    assertThat(read.keySet()).containsExactly(Optional.empty(), Optional.of(17L));
    read.forEach(
        (seed, operations) ->
            assertThat(operations)
                .containsExactlyElementsOf(
                    example().stream()
                        .filter(line -> line.seed().equals(seed))
                        .map(HistoryLine::operation)
                        .toList()));
  }

  @Test
  void theExampleHasEveryKindOfQuestionConditionAndAnswer() {
    List<Operation> all = example().stream().map(HistoryLine::operation).toList();
    assertThat(classes(all.stream().map(Operation::call))).isEqualTo(kindsOf(Call.class));
    assertThat(classes(all.stream().map(Operation::outcome))).isEqualTo(kindsOf(Outcome.class));
    assertThat(
            classes(
                all.stream()
                    .map(Operation::call)
                    .filter(Write.class::isInstance)
                    .map(call -> ((Write) call).condition())))
        .isEqualTo(kindsOf(Condition.class));
  }

  private static Set<Class<?>> classes(Stream<?> values) {
    return values.map(Object::getClass).collect(Collectors.toSet());
  }

  private static Set<Class<?>> kindsOf(Class<?> sealed) {
    return Arrays.stream(sealed.getPermittedSubclasses()).collect(Collectors.toSet());
  }

  @Test
  void theHistoryOfTheDocumentIsLinearizable() throws IOException {
    List<Operation> history = read(String.join("\n", documented())).get(Optional.<Long>empty());
    assertThat(new Linearizability(1_000).check(history)).isEqualTo(new Linearizability.Holds());
  }

  // ---- there and back

  @Property(tries = 500)
  void whatIsWrittenIsReadTheSame(@ForAll("lines") List<HistoryLine> lines) throws IOException {
    String file = lines.stream().map(line -> line.toJson() + "\r\n").collect(Collectors.joining());
    assertThat(file).isEqualTo(new String(file.getBytes(ISO_8859_1), ISO_8859_1));
    assertThat(read(file))
        .isEqualTo(
            lines.stream()
                .collect(
                    Collectors.groupingBy(
                        HistoryLine::seed,
                        Collectors.mapping(HistoryLine::operation, Collectors.toList()))));
  }

  @Provide
  Arbitrary<List<HistoryLine>> lines() {
    return Combinators.combine(Arbitraries.longs().optional(), operations())
        .as(HistoryLine::new)
        .list()
        .ofMaxSize(5);
  }

  private static Arbitrary<Operation> operations() {
    Arbitrary<Outcome> always = Arbitraries.of(new Failed(), new Unknown());
    Arbitrary<Outcome> read =
        Combinators.combine(Arbitraries.longs(), Arbitraries.strings().optional()).as(Read::new);
    Arbitrary<Outcome> written =
        Arbitraries.oneOf(Arbitraries.longs().map(Written::new), Arbitraries.of(new Conflict()));
    Arbitrary<Condition> conditions =
        Arbitraries.oneOf(
            Arbitraries.of(new Always(), new IfAbsent()), Arbitraries.longs().map(IfVersion::new));
    Arbitrary<Call> writes =
        Combinators.combine(Arbitraries.strings().optional(), conditions).as(Write::new);
    return Arbitraries.oneOf(
        operations(Arbitraries.just(new Get()), Arbitraries.oneOf(always, read)),
        operations(writes, Arbitraries.oneOf(always, written)));
  }

  private static Arbitrary<Operation> operations(
      Arbitrary<Call> calls, Arbitrary<Outcome> outcomes) {
    return Combinators.combine(
            Arbitraries.integers(),
            Arbitraries.strings(),
            calls,
            outcomes,
            Arbitraries.longs(),
            Arbitraries.longs())
        .as(
            (client, key, call, outcome, one, other) ->
                new Operation(
                    client, key, call, outcome, Math.min(one, other), Math.max(one, other)));
  }

  // ---- files that are none

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"k\"| |is not JSON",
        "}| |is not JSON",
        "}|}}|is not JSON",
        "}|} 1|is not JSON",
        "\"client\":0|\"client\":0,\"client\":0|is not JSON",
        "\"client\":0,| |'client' of the line is missing",
        "\"client\":0|\"client\":0.5|'client' of the line is not a whole number",
        "\"client\":0|\"client\":4294967296|'client' is not a number of 32 bits",
        "\"start_ns\":1|\"start_ns\":9223372036854775808|'start_ns' of the line is not a whole",
        "\"start_ns\":1|\"start_ns\":3|returned at 2, before 3",
        "\"client\":0|\"client\":0,\"node\":1|'node' of the line means nothing here",
        "\"key\":\"k\"|\"key\":null|'key' of the line is not a string",
        "\"operation\":\"put\"|\"operation\":\"cas\"|no operation is 'cas'",
        "\"operation\":\"put\"|\"operation\":\"get\"|'value' of arguments means nothing here",
        "{\"value\":\"v\"}|[]|arguments is not an object",
        "{\"value\":\"v\"}|{}|'value' of arguments is missing",
        "{\"value\":\"v\"}|{\"value\":\"v\",\"if_verison\":1}|'if_verison' of arguments means"
            + " nothing",
        "{\"value\":\"v\"}|{\"value\":\"v\",\"if_absent\":false}|'if_absent' of arguments is not"
            + " true",
        "{\"value\":\"v\"}|{\"value\":\"v\",\"if_absent\":true,\"if_version\":1}|means nothing"
            + " here",
        "\"version\":1|\"version\":\"1\"|'version' of result is not a whole number",
        "\"version\":1|\"version\":1,\"value\":null|'value' of result means nothing here",
        "\"kind\":\"written\"|\"kind\":\"read\",\"value\":null|is no answer to Write",
        "\"kind\":\"written\"|\"kind\":\"read\"|'value' of result is missing",
        "\"kind\":\"written\"|\"kind\":\"ok\"|no result is 'ok'",
        "\"kind\":\"written\"|\"kind\":\"\\nok\"|no result is '?ok'",
        "\"kind\":\"written\"|\"kind\":\"conflict\"|'version' of result means nothing here",
      })
  void whatIsNoOperationIsRefusedWithTheNumberOfItsLine(
      String part, String instead, String reason) {
    int at = part.equals("}") ? PUT.length() - 1 : PUT.indexOf(part);
    assertThat(at).isNotNegative();
    String broken =
        PUT.substring(0, at)
            + Optional.ofNullable(instead).orElse("")
            + PUT.substring(at + part.length());
    assertThatThrownBy(() -> read(GET + "\n\n" + broken + "\n" + GET))
        .isInstanceOf(MalformedHistoryException.class)
        .hasMessageStartingWith("line 3: ")
        .hasMessageContaining(reason)
        .hasMessageNotContaining("\n");
  }

  @Test
  void whatIsNoTextIsRefused() {
    byte[] file = (GET + "\n\u00ff" + GET).getBytes(ISO_8859_1);
    assertThatThrownBy(() -> HistoryReader.read(new ByteArrayInputStream(file)))
        .isInstanceOf(MalformedHistoryException.class)
        .hasMessageContaining("not UTF-8");
  }

  @Test
  void aLineWithoutEndIsReadNoFurtherThanTheLongestOne() {
    Endless endless = new Endless();
    assertThatThrownBy(() -> HistoryReader.read(endless))
        .isInstanceOf(MalformedHistoryException.class)
        .hasMessage("line 1: it has more than 8388608 characters");
    assertThat(endless.read).isLessThan(9 << 20);
  }

  /** Goes on with the same letter for ever. */
  private static final class Endless extends InputStream {
    private long read;

    @Override
    public int read() {
      read++;
      return 'a';
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      Arrays.fill(bytes, offset, offset + length, (byte) 'a');
      read += length;
      return length;
    }
  }

  @Property(tries = 2_000)
  void aFileWithAByteChangedIsReadOrRefusedAndNothingElse(
      @ForAll("places") int place, @ForAll byte instead) throws IOException {
    byte[] file = (GET + "\n" + PUT).getBytes(UTF_8);
    file[place] = instead;
    try {
      assertThat(HistoryReader.read(new ByteArrayInputStream(file))).isNotEmpty();
    } catch (MalformedHistoryException refused) {
      assertThat(refused).hasMessageMatching("line [123]: .+");
    }
  }

  @Provide
  Arbitrary<Integer> places() {
    return Arbitraries.integers().between(0, GET.length() + PUT.length());
  }
}
