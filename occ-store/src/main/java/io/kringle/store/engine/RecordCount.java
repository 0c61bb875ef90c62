package io.kringle.store.engine;

import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import io.kringle.store.engine.TableStorage.Row;

/**
 * About how many records there are on an arc. Ids are hashes, so records lie evenly: what is
 * counted on a stretch at the start of the arc says how many there are on the whole. Exact if the
 * sample reaches the end; with a full sample of records the standard error is 3 %, and more where
 * large values end the sample early.
 */
final class RecordCount {
  /** A millisecond's worth of iteration. */
  static final int SAMPLE_RECORDS = 1_000;

  /** An iterator reads values along with their keys, so large ones bound the sample as well. */
  static final int SAMPLE_BYTES = 8 << 20;

  private final Arc arc;
  private final ByteBudget budget = new ByteBudget(SAMPLE_BYTES);
  private long counted;
  private boolean full;
  private Id last;

  RecordCount(Arc arc) {
    this.arc = arc;
    this.last = arc.from();
  }

  boolean wantsMore() {
    return !full;
  }

  /** Counts a row in, unless the sample is full: then this row shows that there are more. */
  boolean add(Row row) {
    full = counted == SAMPLE_RECORDS || budget.isSpent();
    if (!full) {
      counted++;
      last = Id.fromBytes(row.key().array(), 0);
      budget.spend(row.value().size());
    }
    return !full;
  }

  long estimate() {
    if (!full) {
      return counted;
    }
    double covered = Math.max(1, length(arc.from(), last));
    return Math.max(counted, Math.round(counted * (length(arc.from(), arc.to()) / covered)));
  }

  /** Clockwise, in units of 2<sup>96</sup>; from a point to itself it is the whole circle. */
  private static double length(Id from, Id to) {
    long high = to.minus(from).high();
    double unsigned = (high >>> 1) * 2.0 + (high & 1);
    return from.equals(to) ? 0x1p64 : unsigned;
  }
}
