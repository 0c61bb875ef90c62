package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import io.kringle.ring.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The daddy's walk over all records of its arc, some at a time: at once when it takes office, and
 * then now and again. It finds what expires, and tombstones that are old enough to go.
 *
 * <p>A tombstone goes by an entry of the log, so that no replica can bring the record back: whoever
 * has not come to that entry yet will, and whoever is filled anew is filled with what is left. It
 * must not go while an entry for its key is on the way.
 */
final class Sweep {
  private static final int PIECE_BYTES = 64 * 1024;
  private static final int AT_A_TIME = 256;
  private static final Duration BETWEEN_PIECES = Duration.ofMillis(10);
  private static final Duration SHORTEST_REST = Duration.ofSeconds(1);
  private static final Duration LONGEST_REST = Duration.ofMinutes(10);
  private static final int ROUNDS_PER_AGE = 4;

  private final Group group;
  private final Context node;
  private final Expiry expiry;
  private Optional<ArcStorage.RecordKey> cursor = Optional.empty();
  private Timer timer = () -> {};

  Sweep(Group group, Expiry expiry) {
    this.group = group;
    this.node = group.node;
    this.expiry = expiry;
  }

  void begin() {
    timer = node.world.after(BETWEEN_PIECES, this::step);
  }

  void end() {
    timer.cancel();
  }

  private void step() {
    boolean isMore = false;
    if (group.leadership().filter(Leadership::mayPropose).isPresent()) {
      List<ArcStorage.StoredRecord> piece = node.storage.scan(group.range(), cursor, PIECE_BYTES);
      look(piece);
      isMore = !piece.isEmpty();
      cursor =
          piece.stream()
              .reduce((one, next) -> next)
              .map(last -> new ArcStorage.RecordKey(last.id(), last.key()));
    }
    if (group.isLeader()) {
      timer = node.world.after(isMore ? BETWEEN_PIECES : rest(), this::step);
    }
  }

  private Duration rest() {
    Duration rest = node.config.tombstoneAge().dividedBy(ROUNDS_PER_AGE);
    if (rest.compareTo(SHORTEST_REST) < 0) {
      return SHORTEST_REST;
    }
    return rest.compareTo(LONGEST_REST) < 0 ? rest : LONGEST_REST;
  }

  private void look(List<ArcStorage.StoredRecord> piece) {
    List<Entry.Gone> gone = new ArrayList<>();
    for (ArcStorage.StoredRecord item : piece) {
      Optional<Stored> stored = Seal.open(node.codec, item.record());
      if (stored.isEmpty()) {
        Id id = item.id();
        group.damaged(new Arc(id, id.next()));
        return;
      }
      if (stored.get() instanceof StoredState state) {
        expiry.saw(item.key(), state);
        if (isOld(state) && gone.size() < AT_A_TIME) {
          gone.add(new Entry.Gone(item.key(), state.version(), state.index()));
        }
      } else if (stored.get() instanceof LedgerHead) {
        group.leadership().ifPresent(lead -> lead.look(item.id()));
      }
    }
    if (!gone.isEmpty()) {
      Set<String> onTheWay = onTheWay();
      gone.removeIf(tombstone -> onTheWay.contains(tombstone.key()));
    }
    if (!gone.isEmpty()) {
      group.append(new Entry.Collect(group.epoch(), gone));
    }
  }

  private boolean isOld(StoredState state) {
    long age = group.clock.now() - state.time();
    return state.value().isEmpty() && age >= node.config.tombstoneAge().toMillis();
  }

  /** Whatever entries that are not applied yet will touch. */
  private Set<String> onTheWay() {
    Set<String> keys = new HashSet<>();
    for (long index = group.applied() + 1; index <= group.log.last(); index++) {
      Entry entry = group.log.entry(index);
      if (entry instanceof Entry.Put put) {
        keys.add(put.write().key());
      } else if (entry instanceof Entry.Expire expire) {
        keys.add(expire.key());
      } else if (entry instanceof Entry.Collect collect) {
        collect.tombstones().forEach(each -> keys.add(each.key()));
      }
    }
    return keys;
  }
}
