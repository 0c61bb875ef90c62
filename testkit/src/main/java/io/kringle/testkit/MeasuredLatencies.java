package io.kringle.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A matrix of round trips, one way of which is half. */
final class MeasuredLatencies implements Latencies {
  private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");
  private static final int MOST_ROWS = 5_000;
  private static final double LONGEST_MILLIS = 60_000;
  private static final long SAME_ROW = Duration.ofNanos(500_000).toNanos();
  private static final double HALF_OF_A_MILLI = 500_000;

  private final long[][] oneWay;

  private MeasuredLatencies(long[][] oneWay) {
    this.oneWay = oneWay;
  }

  static MeasuredLatencies read(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    try (var reader = Files.newBufferedReader(file)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (lines.size() == MOST_ROWS) {
          throw new IOException(file + " has more than " + MOST_ROWS + " lines");
        }
        lines.add(line.strip());
      }
    }
    if (lines.isEmpty()) {
      throw new IOException(file + " is empty");
    }
    long[][] oneWay = new long[lines.size()][];
    for (int row = 0; row < oneWay.length; row++) {
      oneWay[row] = row(file, row, lines.get(row), oneWay.length);
    }
    return new MeasuredLatencies(oneWay);
  }

  private static long[] row(Path file, int row, String line, int size) throws IOException {
    String[] numbers = WHITE_SPACE.split(line, -1);
    String where = file + ", line " + (row + 1);
    if (numbers.length != size) {
      throw new IOException(
          where + " has " + numbers.length + " numbers, but there are " + size + " lines");
    }
    long[] oneWay = new long[size];
    for (int column = 0; column < size; column++) {
      double millis = millis(where + ", number " + (column + 1), numbers[column]);
      oneWay[column] = Math.max(1, (long) (millis * HALF_OF_A_MILLI));
    }
    return oneWay;
  }

  private static double millis(String where, String number) throws IOException {
    try {
      double millis = Double.parseDouble(number);
      if (millis >= 0 && millis <= LONGEST_MILLIS) {
        return millis;
      }
    } catch (NumberFormatException notANumber) {
      throw new IOException(where + " is no number: " + number, notANumber);
    }
    throw new IOException(where + " is not from 0 to 60000 milliseconds: " + number);
  }

  @Override
  public long oneWay(int from, int to) {
    int row = from % oneWay.length;
    int column = to % oneWay.length;
    return row == column ? SAME_ROW : oneWay[row][column];
  }
}
