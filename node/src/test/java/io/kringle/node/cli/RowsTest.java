package io.kringle.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RowsTest {

  @Test
  void jsonLinesAreReadOneObjectToALine() throws IOException {
    assertThat(read("{\"k\":1}\n\n{\"k\":\"ü\"}"))
        .containsExactly("1 {\"k\":1}", "3 {\"k\":\"ü\"}");
  }

  @Test
  void malformedJsonIsRefusedWithItsLineAndTheRestIsRead() throws IOException {
    assertThat(read("{\"k\":1}\n{\"k\":\n[1]\n{\"k\":2}\n"))
        .satisfiesExactly(
            first -> assertThat(first).isEqualTo("1 {\"k\":1}"),
            second -> assertThat(second).startsWith("2 refused: not JSON"),
            third -> assertThat(third).isEqualTo("3 refused: not a JSON object"),
            fourth -> assertThat(fourth).isEqualTo("4 {\"k\":2}"));
  }

  @Test
  void anEndlessLineIsRefusedWithoutBeingKept() throws IOException {
    String line = "{\"k\":\"" + "x".repeat(3 << 20) + "\"}";
    assertThat(read(line + "\n{\"k\":2}"))
        .satisfiesExactly(
            first -> assertThat(first).startsWith("1 refused: the line is longer than"),
            second -> assertThat(second).isEqualTo("2 {\"k\":2}"));
  }

  @Test
  void csvTakesItsFieldsFromTheHeader() throws IOException {
    assertThat(read("k,name\n1,\"a, \"\"b\"\"\"\n2,c\n"))
        .containsExactly(
            "2 {\"k\":\"1\",\"name\":\"a, \\\"b\\\"\"}", "3 {\"k\":\"2\",\"name\":\"c\"}");
  }

  @Test
  void aCsvRowOfAnotherWidthIsRefusedWithItsLine() throws IOException {
    assertThat(read("k,name\n1\n2,c\n3,d,e\n"))
        .containsExactly(
            "2 refused: 1 values, but the header names 2",
            "3 {\"k\":\"2\",\"name\":\"c\"}",
            "4 refused: 3 values, but the header names 2");
  }

  @Test
  void anEmptyFileHasNoRows() throws IOException {
    assertThat(read("")).isEmpty();
  }

  private static List<String> read(String text) throws IOException {
    List<String> seen = new ArrayList<>();
    try (Rows rows = Rows.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))) {
      for (Optional<Rows.Row> row = rows.next(); row.isPresent(); row = rows.next()) {
        seen.add(
            row.get() instanceof Rows.Good good
                ? good.line() + " " + good.object()
                : row.get().line() + " refused: " + ((Rows.Refused) row.get()).reason());
      }
    }
    return seen;
  }
}
