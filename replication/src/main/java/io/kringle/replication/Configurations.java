package io.kringle.replication;

import io.kringle.ring.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The configuration as of the records, and those that the log has announced since. A member acts by
 * the newest in its log, whether that is committed or not (Ongaro 2014, section 4.1), and goes back
 * when the entry is taken back.
 *
 * <p>Invariant: indexes and generations ascend; the first is the applied one.
 */
final class Configurations {
  private final List<At> known = new ArrayList<>();

  private record At(long index, Configuration configuration) {}

  Configurations(long applied, Configuration configuration) {
    reset(applied, configuration);
  }

  Configuration applied() {
    return known.get(0).configuration();
  }

  Configuration latest() {
    return known.get(known.size() - 1).configuration();
  }

  /** Where the latest was decided. */
  long latestIndex() {
    return known.get(known.size() - 1).index();
  }

  /** The one before the latest, if of all that are known only the latest is not committed. */
  Optional<Configuration> beforeTheOnlyOneAfter(long commit) {
    int before = known.size() - 2;
    boolean isOnlyOne =
        latestIndex() > commit && before >= 0 && known.get(before).index() <= commit;
    return isOnlyOne ? Optional.of(known.get(before).configuration()) : Optional.empty();
  }

  /**
   * The last entry that a member hears of while no more than {@code commit} is committed. Who loses
   * its vote by a change hears of that only when it is decided: until then those who know of no
   * later configuration than the one before may need its vote, and would not get it from a log that
   * is longer than theirs.
   *
   * @param last of the log
   */
  long lastFor(Peer member, long commit, long last) {
    int before = known.size() - 2;
    boolean losesVote =
        latestIndex() > commit
            && before >= 0
            && known.get(before).configuration().votes(member)
            && !latest().votes(member);
    return losesVote ? latestIndex() - 1 : last;
  }

  void appended(long index, Entry entry) {
    if (entry.isChange()) {
      known.add(new At(index, latest().after(entry)));
    }
  }

  void truncatedFrom(long index) {
    while (latestIndex() >= index && known.size() > 1) {
      known.remove(known.size() - 1);
    }
  }

  /** The records have come to the change at {@code index}. */
  void applied(long index) {
    while (known.size() > 1 && known.get(1).index() <= index) {
      known.remove(0);
    }
  }

  void reset(long applied, Configuration configuration) {
    known.clear();
    known.add(new At(applied, configuration));
  }
}
