package io.kringle.testkit.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * The members of a JSON object, each taken once. What is missing or of another type, and what is
 * left over in the end, is an {@link IllegalArgumentException} that names it: a misspelt condition
 * must not turn into none.
 */
final class JsonFields {
  private final String place;
  private final ObjectNode left;

  private JsonFields(String place, ObjectNode left) {
    this.place = place;
    this.left = left;
  }

  /**
   * The members of an object.
   *
   * @param place what the object is called where something is wrong
   */
  static JsonFields of(String place, JsonNode json) {
    if (json instanceof ObjectNode object) {
      return new JsonFields(place, object.deepCopy());
    }
    throw new IllegalArgumentException(place + " is not an object");
  }

  boolean has(String name) {
    return left.has(name);
  }

  long number(String name) {
    JsonNode node = take(name);
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw wrong(name, "is not a whole number of 64 bits");
    }
    return node.longValue();
  }

  String text(String name) {
    JsonNode node = take(name);
    if (!node.isTextual()) {
      throw wrong(name, "is not a string");
    }
    return node.textValue();
  }

  /** A string, or null for none; one of them has to be there. */
  Optional<String> textOrNull(String name) {
    JsonNode node = take(name);
    if (!node.isTextual() && !node.isNull()) {
      throw wrong(name, "is neither a string nor null");
    }
    return Optional.ofNullable(node.textValue());
  }

  /** A member that says something by being there, and is always true. */
  void isTrue(String name) {
    if (!take(name).booleanValue()) {
      throw wrong(name, "is not true");
    }
  }

  JsonFields object(String name) {
    return of(name, take(name));
  }

  private JsonNode take(String name) {
    JsonNode node = left.remove(name);
    if (node == null) {
      throw wrong(name, "is missing");
    }
    return node;
  }

  /** Nothing else may be there. */
  void end() {
    if (!left.isEmpty()) {
      throw wrong(left.fieldNames().next(), "means nothing here");
    }
  }

  private IllegalArgumentException wrong(String name, String how) {
    return new IllegalArgumentException("'" + name + "' of " + place + " " + how);
  }
}
