package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A page of a scan, as the daddy of the arc where it begins gives it: so much of the arc as is read
 * at once. What remains, and the next arc, are the next pages' business.
 */
final class Browsing {
  /** Of records that are looked at, wanted or not: a page is one step's work. */
  private static final int PIECE_BYTES = 128 * 1024;

  private final Group group;

  Browsing(Group group) {
    this.group = group;
  }

  /**
   * The page; empty if a record is damaged. A record whose time is over is left out, and named to
   * {@code expired}, so that it is decided before anybody is told.
   */
  Optional<ClientMessage.Browsed> page(ClientMessage.Browse browse, List<String> expired) {
    Arc part = part(group.range(), browse.id());
    ArcStorage.RecordKey after = new ArcStorage.RecordKey(browse.id(), browse.key());
    List<ArcStorage.StoredRecord> read =
        group.node.storage.scan(part, Optional.of(after), PIECE_BYTES);
    List<Scan.Listed> found = new ArrayList<>();
    for (ArcStorage.StoredRecord item : read) {
      if (found.size() == browse.limit()) {
        break;
      }
      after = new ArcStorage.RecordKey(item.id(), item.key());
      if (item.key().startsWith(browse.prefix())) {
        Optional<Stored> stored = Seal.open(group.node.codec, item.record());
        if (stored.isEmpty()) {
          group.damaged(new Arc(item.id(), item.id().next()));
          return Optional.empty();
        }
        if (stored.get() instanceof StoredState state) {
          list(item.key(), state, found, expired);
        }
      }
    }
    return Optional.of(
        read.isEmpty()
            ? new ClientMessage.Browsed(found, Optional.of(part.to()).filter(this::isMore), "")
            : new ClientMessage.Browsed(found, Optional.of(after.id()), after.key()));
  }

  private void list(String key, StoredState state, List<Scan.Listed> found, List<String> expired) {
    if (state.isExpired(group.clock.now())) {
      expired.add(key);
    } else {
      state.value().ifPresent(value -> found.add(new Scan.Listed(key, state.version(), value)));
    }
  }

  /** The rest of the arc from {@code id} on, but not past the highest id. */
  private static Arc part(Arc arc, Id id) {
    boolean wraps = arc.isCircle() || arc.to().compareTo(id) <= 0;
    return new Arc(id, wraps ? Id.ZERO : arc.to());
  }

  private boolean isMore(Id end) {
    return !end.equals(Id.ZERO);
  }
}
