package io.kringle.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import io.kringle.ring.Bytes;
import java.io.IOException;

/**
 * Turns values of a type into JSON and back, without losing what the type does not know.
 *
 * <p>{@link #merge} changes stored JSON only where the new value differs from the one that was
 * stored:
 *
 * <ul>
 *   <li>a field that the type does not have stays, at whatever depth of nested objects;
 *   <li>a field whose value is the same stays as it is stored, so numbers keep their form, lists
 *       the unknown fields of their elements, and an object of a type that could only be read as
 *       null is not lost;
 *   <li>a field with another value is replaced; if both are objects, field by field;
 *   <li>a field that the type does not write any more, such as an entry removed from a map, is
 *       removed;
 *   <li>a list that was changed is replaced as a whole, with the unknown fields of its elements.
 * </ul>
 *
 * <p>Immutable, if the mapper is not configured any more.
 *
 * @param <T> a record, or a class that Jackson can read and write
 */
public final class JsonCodec<T> {
  private final Class<T> type;
  private final ObjectReader values;
  private final ObjectReader trees;
  private final ObjectWriter writer;
  private final ObjectMapper mapper;

  /** With a mapper as Jackson makes it. */
  public JsonCodec(Class<T> type) {
    this(type, new ObjectMapper());
  }

  /**
   * With a mapper that the application has configured. Unknown fields are accepted even if it would
   * not.
   */
  public JsonCodec(Class<T> type, ObjectMapper mapper) {
    this.type = type;
    this.mapper = mapper;
    this.values =
        mapper
            .readerFor(type)
            .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    this.trees =
        mapper
            .readerFor(JsonNode.class)
            .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);
    this.writer = mapper.writer();
  }

  /**
   * Reads a value.
   *
   * @throws MalformedEntityException if {@code json} is no JSON, is {@code null}, or does not fit
   *     the type
   */
  public T read(Bytes json) {
    try {
      T value = values.readValue(json.array());
      if (value == null) {
        throw new IOException("it is null");
      }
      return value;
    } catch (IOException e) {
      throw malformed(json, e);
    }
  }

  /**
   * Writes a value.
   *
   * @throws IllegalArgumentException if Jackson cannot write it
   */
  public Bytes write(T value) {
    return bytes(value);
  }

  /**
   * Writes a value over the JSON that the previous one was read from.
   *
   * @throws MalformedEntityException as {@link #read} does
   * @throws IllegalArgumentException if Jackson cannot write the value
   */
  public Bytes merge(Bytes original, T value) {
    JsonNode before = tree(read(original));
    JsonNode after = tree(value);
    return bytes(JsonMerge.merge(parse(original), before, after));
  }

  private JsonNode parse(Bytes json) {
    try {
      return trees.readValue(json.array());
    } catch (IOException e) {
      throw malformed(json, e);
    }
  }

  private MalformedEntityException malformed(Bytes json, IOException e) {
    return new MalformedEntityException(
        json + " are no JSON that reads as " + type.getSimpleName() + ": " + firstLine(e), e);
  }

  private JsonNode tree(T value) {
    return mapper.valueToTree(value);
  }

  private Bytes bytes(Object value) {
    try {
      return Bytes.of(writer.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          type.getSimpleName() + " cannot be written as JSON: " + firstLine(e), e);
    }
  }

  /** Without Jackson's second line, which tells about the source. */
  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
