package io.kringle.replication;

import io.kringle.ring.Arc;
import java.util.List;
import java.util.Optional;

/**
 * A half that a committed split is to make of this replica's arc, where records are damaged. The
 * others have passed the split, so that nobody has the arc any more as this replica needs it. What
 * it has of the half is given up: it applies its log without it up to the split, and makes the half
 * without records, to be filled by those who have it, like {@link PastSplits#makeMissed}.
 *
 * @param split index of the entry
 * @param arc of the half
 */
record LostHalf(long split, Arc arc) {
  private static final int PIECE_BYTES = 256 * 1024;

  /** The half that some of a damaged part will be in; empty if none will, as far as is known. */
  static Optional<LostHalf> of(Group group, Arc damaged) {
    if (group.configuration().arc().covers(damaged)) {
      return Optional.empty();
    }
    Configuration configuration = group.configurations.applied();
    for (long index = group.applied() + 1; index <= group.commit(); index++) {
      Entry entry = group.log.entry(index);
      if (entry instanceof Entry.Split split) {
        Arc half = configuration.splitOff(split.at()).arc();
        if (half.overlaps(damaged)) {
          return Optional.of(new LostHalf(index, half));
        }
      }
      configuration = configuration.after(entry);
    }
    return Optional.empty();
  }

  /** Whether an entry before the split is about something in the half. */
  boolean has(Entry entry) {
    return entry.place().filter(arc::contains).isPresent();
  }

  /**
   * Something that stays, and that the log up to the split cannot be applied to, for it is damaged
   * as well. Where nothing is, all that comes before the split is applied at once, so that this
   * replica never stands between.
   */
  Optional<Arc> damagedBeside(Group group) {
    for (long index = group.applied() + 1; index < split; index++) {
      Optional<Arc> damaged =
          group
              .log
              .entry(index)
              .place()
              .filter(id -> !arc.contains(id))
              .map(id -> new Arc(id, id.next()))
              .filter(place -> isDamaged(group.node.storage, place));
      if (damaged.isPresent()) {
        return damaged;
      }
    }
    return Optional.empty();
  }

  private static boolean isDamaged(ArcStorage storage, Arc place) {
    Optional<ArcStorage.RecordKey> after = Optional.empty();
    List<ArcStorage.StoredRecord> piece = storage.scan(place, after, PIECE_BYTES);
    while (!piece.isEmpty()) {
      if (!piece.stream().allMatch(each -> Seal.isIntact(each.record()))) {
        return true;
      }
      ArcStorage.StoredRecord last = piece.get(piece.size() - 1);
      after = Optional.of(new ArcStorage.RecordKey(last.id(), last.key()));
      piece = storage.scan(place, after, PIECE_BYTES);
    }
    return false;
  }
}
