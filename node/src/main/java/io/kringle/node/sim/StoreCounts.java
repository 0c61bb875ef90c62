package io.kringle.node.sim;

/**
 * How many questions there were, and how they ended.
 *
 * @param operations all of them
 * @param ok read, or written
 * @param conflict not written, since a condition did not hold
 * @param unavailable not answered in time, and nothing was written
 * @param unknown maybe written, maybe not; or read from a node that died before it answered
 * @param withinReach asked while a majority of every arc was within reach, until the answer or for
 *     two seconds
 * @param late those of them that were not ok or conflict within two seconds
 */
public record StoreCounts(
    long operations,
    long ok,
    long conflict,
    long unavailable,
    long unknown,
    long withinReach,
    long late) {
  static final StoreCounts NONE = new StoreCounts(0, 0, 0, 0, 0, 0, 0);

  StoreCounts plus(StoreHistory.Answer answer) {
    return new StoreCounts(
        operations + 1,
        ok + (answer == StoreHistory.Answer.OK ? 1 : 0),
        conflict + (answer == StoreHistory.Answer.CONFLICT ? 1 : 0),
        unavailable + (answer == StoreHistory.Answer.UNAVAILABLE ? 1 : 0),
        unknown + (answer == StoreHistory.Answer.UNKNOWN ? 1 : 0),
        withinReach,
        late);
  }

  StoreCounts plusWithinReach(boolean inTime) {
    return new StoreCounts(
        operations, ok, conflict, unavailable, unknown, withinReach + 1, late + (inTime ? 0 : 1));
  }

  StoreCounts plus(StoreCounts other) {
    return new StoreCounts(
        operations + other.operations,
        ok + other.ok,
        conflict + other.conflict,
        unavailable + other.unavailable,
        unknown + other.unknown,
        withinReach + other.withinReach,
        late + other.late);
  }

  /** Of those asked while a majority of every arc was within reach, 0 to 1. */
  public double lateShare() {
    return withinReach == 0 ? 0 : (double) late / withinReach;
  }
}
