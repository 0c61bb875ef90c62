package io.kringle.node.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kringle.node.sim.ChurnFile.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a file of comings and goings may say. */
class ChurnFileTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir private Path directory;

  private List<Event> read(String text) throws IOException {
    return ChurnFile.read(Files.writeString(directory.resolve("churn"), text), 3, MINUTE);
  }

  @Test
  void eventsComeInTheOrderOfTheirTimesAndAtOneTimeInThatOfTheirLines() throws IOException {
    assertThat(read("# who comes\n\n 2.5\tjoin  late\n1 leave 0\n1 join 0\n60 leave late\n"))
        .containsExactly(
            new Event(4, Duration.ofSeconds(1), false, "0"),
            new Event(5, Duration.ofSeconds(1), true, "0"),
            new Event(3, Duration.ofMillis(2_500), true, "late"),
            new Event(6, MINUTE, false, "late"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "1 join         ; line 1 is not 'seconds join|leave node': 1 join",
        "1 join a b     ; line 1 is not 'seconds",
        "soon join a    ; line 1: not a number of seconds: soon",
        "-1 join a      ; line 1: seconds are from 0 to the end of the lookups, 60.0, not -1",
        "NaN join a     ; not NaN",
        "60.1 join a    ; not 60.1",
        "1e300 join a   ; not 1e300",
        "1 dance a      ; line 1: nodes join or leave, they do not dance",
        "1 join 2       ; line 1: 2 joins, and is there already",
        "1 leave 3      ; line 1: 3 leaves, and is not there",
      },
      quoteCharacter = '"')
  void whatCannotBeIsNamedWithItsLine(String line, String text) {
    assertThatThrownBy(() -> read(line + "\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(text);
  }

  @Test
  void somebodyIsAlwaysLeft() {
    assertThatThrownBy(() -> read("1 leave 0\n1 leave 1\n2 leave 2\n"))
        .hasMessageContaining("line 3: nobody is left");
  }

  @Test
  void linesAndNamesAreBounded() {
    assertThatThrownBy(() -> read("1 join " + "a".repeat(ChurnFile.LONGEST_NAME + 1)))
        .hasMessageContaining("at most 100 characters");
    assertThatThrownBy(() -> read("1 join " + "a".repeat(ChurnFile.LONGEST_LINE)))
        .hasMessageContaining("more than 1000 characters");
    assertThatThrownBy(() -> read("#\n".repeat(ChurnFile.MOST_LINES + 1)))
        .hasMessageContaining("more than 1000000 lines");
  }

  @Test
  void bytesThatAreNoTextAreRefused() throws IOException {
    Path file = Files.write(directory.resolve("bytes"), new byte[] {(byte) 0xff, (byte) 0xfe, 10});
    assertThatThrownBy(() -> ChurnFile.read(file, 3, MINUTE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not UTF-8 text");
  }
}
