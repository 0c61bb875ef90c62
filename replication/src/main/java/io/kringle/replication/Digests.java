package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * By what the records of an arc are known: it is divided into 33 to 64 equal parts, and for each
 * the hashes of its records are added up. Replicas with the same records have the same digests, and
 * where they differ the part is known that is to be mended.
 */
final class Digests {
  /** Of a part with a record that is not what was written. */
  static final long DAMAGED = -1;

  /** Of the number of a part. */
  private static final int BITS_OF_PART = 6;

  private final Arc arc;

  /** A part is 2<sup>{@code shift} + 96</sup> ids wide. */
  private final int shift;

  private final long[] sums;

  Digests(Arc arc) {
    this.arc = arc;
    long length = arc.isCircle() ? -1 : arc.to().minus(arc.from()).high();
    this.shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(length) - BITS_OF_PART);
    this.sums = new long[1 + (int) (length >>> shift)];
  }

  /** Adds a record of the arc; in any order. */
  void add(ArcStorage.StoredRecord item) {
    int part = (int) (item.id().minus(arc.from()).high() >>> shift);
    if (!Seal.isIntact(item.record())) {
      sums[part] = DAMAGED;
    } else if (sums[part] != DAMAGED) {
      sums[part] += hash(item);
    }
  }

  /**
   * The key, a zero byte, and the record, by SHA-1 (FIPS 180-4), of which the first eight bytes.
   */
  private static long hash(ArcStorage.StoredRecord item) {
    byte[] key = item.key().getBytes(StandardCharsets.UTF_8);
    byte[] record = item.record().array();
    byte[] all = Arrays.copyOf(key, key.length + 1 + record.length);
    System.arraycopy(record, 0, all, key.length + 1, record.length);
    return Id.hash(all).high();
  }

  List<Long> sums() {
    List<Long> values = new ArrayList<>(sums.length);
    for (long sum : sums) {
      values.add(sum);
    }
    return values;
  }

  /** Where a part lies. */
  Arc part(int number) {
    return new Arc(border(number), number + 1 == sums.length ? arc.to() : border(number + 1));
  }

  private Id border(int number) {
    return arc.from().plus(Id.fromWords((long) number << shift, 0, 0));
  }
}
