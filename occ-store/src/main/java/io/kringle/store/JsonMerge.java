package io.kringle.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A three-way merge of JSON: what is stored, what a type makes of that, and what it makes of the
 * new value. Where the latter two are alike nothing was changed, and what is stored stays as it is,
 * with everything in it that the type does not know. Where they differ the new value is taken:
 * object by object, field by field; anything else whole.
 */
final class JsonMerge {
  private JsonMerge() {}

  /**
   * The merged tree; missing if the field is to be removed.
   *
   * @param stored the original, which may be changed by this
   * @param before how the type writes what it read from the original
   * @param after how the type writes the new value
   */
  static JsonNode merge(JsonNode stored, JsonNode before, JsonNode after) {
    if (after.equals(before)) {
      return stored;
    }
    return stored instanceof ObjectNode original && before.isObject() && after.isObject()
        ? mergeFields(original, before, after)
        : after;
  }

  private static JsonNode mergeFields(ObjectNode original, JsonNode before, JsonNode after) {
    for (String name : names(before, after)) {
      JsonNode merged = merge(field(original, name), field(before, name), field(after, name));
      if (merged.isMissingNode()) {
        original.remove(name);
      } else {
        original.set(name, merged);
      }
    }
    return original;
  }

  /** Every field that the type knows of; those that it does not are not touched. */
  private static Set<String> names(JsonNode before, JsonNode after) {
    Set<String> names = new LinkedHashSet<>();
    before.fieldNames().forEachRemaining(names::add);
    after.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static JsonNode field(JsonNode object, String name) {
    JsonNode field = object.get(name);
    return field == null ? MissingNode.getInstance() : field;
  }
}
