package io.kringle.store.engine;

import io.kringle.replication.ArcStorage.RecordKey;
import io.kringle.ring.Arc;
import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * How places in the tables are written as bytes, so that the order of the bytes, taken as unsigned,
 * is the order of the places: numbers most significant byte first, a record as its id followed by
 * its key in UTF-8. Walking the records upwards is therefore walking the circle clockwise from the
 * lowest id. The form is on disk.
 */
final class Keys {
  /** The order of all tables. */
  static final Comparator<Bytes> ORDER = (a, b) -> Arrays.compareUnsigned(a.array(), b.array());

  private static final Bytes FIRST_RECORD = Bytes.of(Id.ZERO.toBytes());

  /** Behind every record: the highest id, and a byte that no UTF-8 begins with. */
  private static final Bytes RECORDS_END = afterLastRecord();

  private Keys() {}

  static Bytes meta(long arc) {
    return Bytes.of(ByteBuffer.allocate(Long.BYTES).putLong(arc).array());
  }

  static long arcOf(Bytes metaKey) {
    return ByteBuffer.wrap(metaKey.array()).getLong();
  }

  /** The metadata of every arc. */
  static Span metas() {
    return new Span(meta(0), justAfter(meta(-1)));
  }

  static Bytes log(long arc, long index) {
    return Bytes.of(ByteBuffer.allocate(2 * Long.BYTES).putLong(arc).putLong(index).array());
  }

  static long indexOf(Bytes logKey) {
    return ByteBuffer.wrap(logKey.array()).getLong(Long.BYTES);
  }

  /** Log entries from {@code first} to {@code last} inclusive. */
  static Span logs(long arc, long first, long last) {
    return new Span(log(arc, first), justAfter(log(arc, last)));
  }

  static Bytes record(Id id, String key) {
    byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
    byte[] place = new byte[Id.BYTES + utf8.length];
    id.writeTo(place, 0);
    System.arraycopy(utf8, 0, place, Id.BYTES, utf8.length);
    return Bytes.of(place);
  }

  static RecordKey recordKey(Bytes place) {
    byte[] bytes = place.array();
    String key = new String(bytes, Id.BYTES, bytes.length - Id.BYTES, StandardCharsets.UTF_8);
    return new RecordKey(Id.fromBytes(bytes, 0), key);
  }

  /**
   * The records of an arc in clockwise order: one span or, where the arc passes the highest id,
   * two.
   */
  static List<Span> records(Arc arc) {
    Bytes from = Bytes.of(arc.from().toBytes());
    Bytes to = Bytes.of(arc.to().toBytes());
    return ORDER.compare(from, to) < 0
        ? List.of(new Span(from, to))
        : List.of(new Span(from, RECORDS_END), new Span(FIRST_RECORD, to));
  }

  /** The lowest key above {@code key}. */
  static Bytes justAfter(Bytes key) {
    return Bytes.of(Arrays.copyOf(key.array(), key.size() + 1));
  }

  private static Bytes afterLastRecord() {
    byte[] end = Arrays.copyOf(Id.MAX.toBytes(), Id.BYTES + 1);
    end[Id.BYTES] = (byte) 0xff;
    return Bytes.of(end);
  }
}
