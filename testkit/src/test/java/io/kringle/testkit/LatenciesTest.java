package io.kringle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far simulated nodes are from each other. */
class LatenciesTest {
  @TempDir private Path directory;

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("matrix"), text.replace('/', '\n'));
  }

  @Test
  void halfOfARoundTripIsOneWayAndPlacesTakeTurns() throws IOException {
    Latencies latencies = Latencies.matrix(file("0 10\t 4.5/20 0 1e2/  6 0.5 0/"));
    assertThat(latencies.oneWay(0, 1)).isEqualTo(5_000_000);
    assertThat(latencies.oneWay(1, 0)).isEqualTo(10_000_000);
    assertThat(latencies.oneWay(0, 2)).isEqualTo(2_250_000);
    assertThat(latencies.oneWay(4, 5)).isEqualTo(50_000_000);
    assertThat(latencies.oneWay(2, 5)).as("in one place").isEqualTo(500_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | is empty",
        "0 1/2 | line 2 has 1 numbers, but there are 2 lines",
        "0 1/2 x | line 2, number 2 is no number: x",
        "0 -1/2 0 | line 1, number 2 is not from 0 to 60000",
        "0 NaN/2 0 | line 1, number 2 is not from 0",
        "0 60001/2 0 | line 1, number 2 is not from 0",
      })
  void whatIsNoMatrixIsRefusedAndTheLineNamed(String text, String culprit) throws IOException {
    Path file = file(text);
    assertThatThrownBy(() -> Latencies.matrix(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(culprit);
  }

  @Test
  void pointsInASquareAreSeventyMillisecondsApartOnAverage() {
    Latencies latencies = Latencies.euclid(5);
    long sum = 0;
    for (int i = 0; i < 10_000; i++) {
      long there = latencies.oneWay(i, 3 * i + 1);
      assertThat(latencies.oneWay(3 * i + 1, i)).isEqualTo(there);
      sum += there;
    }
    assertThat(Duration.ofNanos(sum / 10_000).toMillis()).isBetween(68L, 73L);
    assertThat(latencies.oneWay(7, 7)).isEqualTo(1_000_000);
    assertThat(Latencies.euclid(6).oneWay(1, 2)).isNotEqualTo(latencies.oneWay(1, 2));
  }
}
