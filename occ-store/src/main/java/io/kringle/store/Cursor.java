package io.kringle.store;

import io.kringle.replication.Scan;
import io.kringle.ring.Id;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * A place in a scan as text that can stand in an address: the id and the key in UTF-8, in the
 * alphabet of Base64 for addresses (RFC 4648, section 5).
 */
final class Cursor {
  private static final int LONGEST = 4 * (Id.BYTES + StoreConfig.MAX_KEY_BYTES) / 3 + 1;

  private Cursor() {}

  static String write(Scan.Position place) {
    byte[] key = place.key().getBytes(StandardCharsets.UTF_8);
    byte[] all =
        ByteBuffer.allocate(Id.BYTES + key.length).put(place.id().toBytes()).put(key).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
  }

  /** The place; empty if the text is none that {@link #write} has made. */
  static Optional<Scan.Position> parse(String text) {
    if (text.length() > LONGEST) {
      return Optional.empty();
    }
    try {
      byte[] all = Base64.getUrlDecoder().decode(text);
      if (all.length < Id.BYTES) {
        return Optional.empty();
      }
      ByteBuffer key = ByteBuffer.wrap(all, Id.BYTES, all.length - Id.BYTES);
      return Optional.of(
          new Scan.Position(
              Id.fromBytes(all, 0), StandardCharsets.UTF_8.newDecoder().decode(key).toString()));
    } catch (IllegalArgumentException | CharacterCodingException notOurs) {
      return Optional.empty();
    }
  }
}
