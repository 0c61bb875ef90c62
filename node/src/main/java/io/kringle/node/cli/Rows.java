package io.kringle.node.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.RuntimeJsonMappingException;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rows to be loaded, one after the other, each a JSON object with the number of the line where it
 * stands.
 */
interface Rows extends AutoCloseable {

  /** The next row, good or refused; empty at the end. */
  Optional<Row> next() throws IOException;

  @Override
  void close() throws IOException;

  /** One row. */
  sealed interface Row {
    /** Where it stands: 1 for the first line of the file. */
    long line();
  }

  /** A row that can be stored. */
  record Good(long line, JsonNode object) implements Row {}

  /** A row that cannot be read. */
  record Refused(long line, String reason) implements Row {}

  /**
   * Chooses by the first character that is not blank: JSON Lines begin with a brace, anything else
   * is CSV.
   */
  static Rows read(InputStream in) throws IOException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16);
    int first = peek(reader);
    return first == '{' || first == '[' ? new JsonLines(reader) : new Csv(reader);
  }

  private static int peek(Reader reader) throws IOException {
    int first;
    do {
      reader.mark(1);
      first = reader.read();
    } while (first == ' ' || first == '\t' || first == '\uFEFF');
    if (first >= 0) {
      reader.reset();
    }
    return first;
  }

  /** One JSON object to a line; empty lines are passed over. */
  final class JsonLines implements Rows {
    /** A line that is longer is refused without being kept. */
    private static final int MAX_LINE = 2 << 20;

    private final BufferedReader reader;
    private long line;

    JsonLines(BufferedReader reader) {
      this.reader = reader;
    }

    @Override
    public Optional<Row> next() throws IOException {
      StringBuilder text = new StringBuilder();
      while (readLine(text)) {
        line++;
        if (text.length() > MAX_LINE) {
          return Optional.of(
              new Refused(line, "the line is longer than " + MAX_LINE + " characters"));
        }
        if (!text.toString().isBlank()) {
          return Optional.of(parse(text.toString()));
        }
      }
      return Optional.empty();
    }

    private boolean readLine(StringBuilder text) throws IOException {
      text.setLength(0);
      int character = reader.read();
      if (character < 0) {
        return false;
      }
      while (character >= 0 && character != '\n') {
        if (text.length() <= MAX_LINE) {
          text.append((char) character);
        }
        character = reader.read();
      }
      return true;
    }

    private Row parse(String text) {
      try {
        JsonNode node = HttpNode.JSON.readTree(text);
        return node.isObject() ? new Good(line, node) : new Refused(line, "not a JSON object");
      } catch (JsonProcessingException malformed) {
        return new Refused(line, "not JSON: " + malformed.getOriginalMessage());
      }
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }

  /** Comma-separated values (RFC 4180) with a header line; every value becomes a JSON string. */
  final class Csv implements Rows {
    private final MappingIterator<List<String>> rows;
    private final List<String> header;

    Csv(Reader reader) throws IOException {
      CsvMapper mapper =
          CsvMapper.builder()
              .enable(CsvParser.Feature.WRAP_AS_ARRAY, CsvParser.Feature.SKIP_EMPTY_LINES)
              .build();
      mapper.getFactory().setStreamReadConstraints(StreamReadConstraints.defaults());
      rows = mapper.readerForListOf(String.class).with(CsvSchema.emptySchema()).readValues(reader);
      header = rows.hasNext() ? rows.next() : List.of();
    }

    @Override
    public Optional<Row> next() throws IOException {
      long line = rows.getCurrentLocation().getLineNr();
      try {
        return rows.hasNext() ? Optional.of(row(line, rows.next())) : Optional.empty();
      } catch (RuntimeJsonMappingException malformed) {
        return Optional.of(new Refused(line, "not CSV: " + malformed.getMessage()));
      }
    }

    private Row row(long line, List<String> values) {
      if (values.size() != header.size()) {
        return new Refused(line, values.size() + " values, but the header names " + header.size());
      }
      Map<String, String> object = new LinkedHashMap<>();
      for (int i = 0; i < values.size(); i++) {
        object.put(header.get(i), values.get(i));
      }
      return new Good(line, HttpNode.JSON.valueToTree(object));
    }

    @Override
    public void close() throws IOException {
      rows.close();
    }
  }
}
