package io.kringle.node.http;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.ResponseEntity;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bytes whose type nobody has kept. They are served as JSON if they are one JSON value, as text if
 * they are UTF-8, and else as bytes.
 */
final class Opaque {
  private static final JsonFactory JSON = new JsonFactory();

  private Opaque() {}

  static ResponseEntity entity(byte[] bytes) {
    return HttpEntities.create(type(bytes), bytes);
  }

  private static ContentType type(byte[] bytes) {
    if (isJson(bytes)) {
      return ContentTypes.APPLICATION_JSON;
    }
    return text(bytes).isPresent()
        ? ContentTypes.TEXT_PLAIN_UTF8
        : ContentTypes.APPLICATION_OCTET_STREAM;
  }

  /** The bytes as text, if they are well-formed UTF-8. */
  static Optional<String> text(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException binary) {
      return Optional.empty();
    }
  }

  /** Whether the bytes are one JSON value in UTF-8 and nothing else. */
  static boolean isJson(byte[] bytes) {
    if (text(bytes).isEmpty()) {
      return false;
    }
    try (JsonParser parser = JSON.createParser(bytes)) {
      @Nullable JsonToken first = parser.nextToken();
      if (first == null) {
        return false;
      }
      parser.skipChildren();
      if (parser.hasTextCharacters()) {
        parser.getTextLength();
      }
      return parser.nextToken() == null;
    } catch (IOException somethingElse) {
      return false;
    }
  }
}
