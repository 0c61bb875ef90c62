package io.kringle.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The JSON that commands print with {@code --json}: one object to a line. */
final class Output {
  private Output() {}

  /**
   * A value is JSON if it parses, else text if it is UTF-8, else Base64 under a name that says so.
   */
  static ObjectNode entry(String key, long version, byte[] value) {
    ObjectNode entry = HttpNode.JSON.createObjectNode().put("key", key).put("version", version);
    putValue(entry, value);
    return entry;
  }

  static void putValue(ObjectNode object, byte[] value) {
    try {
      JsonNode parsed = HttpNode.JSON.readTree(value);
      if (!parsed.isMissingNode()) {
        object.set("value", parsed);
        return;
      }
    } catch (IOException notJson) {
      // Most values are text or bytes; that is no error.
    }
    try {
      object.put(
          "value", StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString());
    } catch (CharacterCodingException binary) {
      object.put("base64", Base64.getEncoder().encodeToString(value));
    }
  }
}
