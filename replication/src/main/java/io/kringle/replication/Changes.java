package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What has changed on an arc since some entry of its log: every record knows the entry that gave it
 * its version. The keys that changed last are remembered; whoever asks about more than those is
 * told by a walk over the records, piece by piece.
 *
 * <p>Invariants: each key that changed by an entry after {@code since} is remembered, by the last
 * such entry; at most {@value #MOST} are.
 */
final class Changes {
  private static final int MOST = 1_024;
  private static final int LOOK_BACK = 512;
  private static final int PIECE_BYTES = 256 * 1024;

  private final Group group;
  private final TreeMap<Long, ArcStorage.RecordKey> byIndex = new TreeMap<>();
  private final Map<String, Long> indexOf = new HashMap<>();
  private long since;

  /** Begins with what the end of the log touched, so that a takeover makes nobody walk. */
  Changes(Group group) {
    this.group = group;
    this.since = Math.max(group.log.base(), group.applied() - LOOK_BACK);
    Set<String> keys = new LinkedHashSet<>();
    for (long index = since + 1; index <= group.applied(); index++) {
      Entry entry = group.log.entry(index);
      if (entry instanceof Entry.Put put) {
        keys.add(put.write().key());
      } else if (entry instanceof Entry.Expire expire) {
        keys.add(expire.key());
      }
    }
    keys.removeIf(key -> !group.range().contains(Id.ofKey(key)));
    for (String key : keys) {
      Optional<StoredState> state = group.read(Id.ofKey(key), key);
      state.ifPresentOrElse(each -> saw(key, each), () -> since = group.applied());
    }
  }

  /** A record is this now. */
  void saw(String key, StoredState state) {
    long index = state.changed();
    Long before = indexOf.get(key);
    if (index <= since || (before != null && before == index)) {
      return;
    }
    if (before != null) {
      byIndex.remove(before);
    }
    indexOf.put(key, index);
    byIndex.put(index, new ArcStorage.RecordKey(Id.ofKey(key), key));
    if (byIndex.size() > MOST) {
      Map.Entry<Long, ArcStorage.RecordKey> eldest = byIndex.pollFirstEntry();
      indexOf.remove(eldest.getValue().key());
      since = eldest.getKey();
    }
  }

  /** Answers from what is applied; empty if a record is damaged. */
  Optional<ClientMessage.Told> tell(ClientMessage.WatchArc question) {
    Arc arc = question.within(group.range());
    long after = question.after();
    boolean mayMiss = !question.exact() && after > 0 && after < group.floor().index();
    // An index from the future is one of a log that an operator has given up.
    if (mayMiss || after > group.applied()) {
      return Optional.of(told(arc, 0, false, true, List.of()));
    }
    if (after == ClientMessage.WatchArc.FROM_NOW) {
      return Optional.of(told(arc, group.applied(), true, false, List.of()));
    }
    if (question.exact()) {
      return tellKey(arc, question);
    }
    return question.target() == 0 && after >= since
        ? tellLatest(arc, question)
        : walk(arc, question);
  }

  private static ClientMessage.Told told(
      Arc arc, long upTo, boolean all, boolean reset, List<ClientMessage.Change> changes) {
    return new ClientMessage.Told(arc.to(), arc.to(), upTo, all, reset, changes);
  }

  /** The present state of a key, if it is a change; also if its tombstone may be gone. */
  private Optional<ClientMessage.Told> tellKey(Arc arc, ClientMessage.WatchArc question) {
    long after = question.after();
    return group
        .read(arc.from(), question.text())
        .map(
            state -> {
              boolean mayBeGone = state.version() == 0 && after < group.floor().index();
              boolean isNews = after == 0 || state.changed() > after || mayBeGone;
              List<ClientMessage.Change> changes =
                  isNews ? List.of(change(question.text(), state, question)) : List.of();
              return told(arc, group.applied(), true, false, changes);
            });
  }

  private Optional<ClientMessage.Told> tellLatest(Arc arc, ClientMessage.WatchArc question) {
    List<ClientMessage.Change> changes = new ArrayList<>();
    long upTo = question.after();
    int bytes = 0;
    for (Map.Entry<Long, ArcStorage.RecordKey> each :
        byIndex.tailMap(question.after(), false).entrySet()) {
      ArcStorage.RecordKey at = each.getValue();
      if (arc.contains(at.id()) && question.matches(at.key())) {
        Optional<StoredState> state = group.read(at.id(), at.key());
        if (state.isEmpty()) {
          damaged(at.id());
          return Optional.empty();
        }
        ClientMessage.Change change = change(at.key(), state.get(), question);
        bytes += size(change);
        if (bytes > PIECE_BYTES && !changes.isEmpty()) {
          return Optional.of(told(arc, upTo, false, false, changes));
        }
        if (isNews(question, state.get())) {
          changes.add(change);
        }
      }
      upTo = each.getKey();
    }
    return Optional.of(told(arc, group.applied(), true, false, changes));
  }

  /**
   * One piece of a walk. What changes while it is under way is told after it, and not twice: hence
   * the target.
   */
  private Optional<ClientMessage.Told> walk(Arc arc, ClientMessage.WatchArc question) {
    long target = question.target() == 0 ? group.applied() : question.target();
    List<ArcStorage.StoredRecord> piece =
        group.node.storage.scan(arc, Optional.empty(), PIECE_BYTES);
    List<ClientMessage.Change> changes = new ArrayList<>();
    for (ArcStorage.StoredRecord item : piece) {
      Optional<Stored> stored = Seal.open(group.node.codec, item.record());
      if (stored.isEmpty()) {
        damaged(item.id());
        return Optional.empty();
      }
      if (stored.get() instanceof StoredState state
          && state.changed() > question.after()
          && state.changed() <= target
          && question.matches(item.key())
          && isNews(question, state)) {
        changes.add(change(item.key(), state, question));
      }
    }
    Id end = piece.isEmpty() ? arc.to() : piece.get(piece.size() - 1).id().next();
    boolean all = question.target() == 0 && end.equals(arc.to());
    return Optional.of(new ClientMessage.Told(end, arc.to(), target, all, false, changes));
  }

  /** Whoever was told nothing yet has no use for tombstones. */
  private static boolean isNews(ClientMessage.WatchArc question, StoredState state) {
    return question.after() > 0 || state.value().isPresent();
  }

  private static ClientMessage.Change change(
      String key, StoredState state, ClientMessage.WatchArc question) {
    return new ClientMessage.Change(
        key,
        state.version(),
        state.value().isPresent(),
        state.value().filter(value -> question.values()));
  }

  private static int size(ClientMessage.Change change) {
    return change.key().length() + change.value().map(value -> value.size()).orElse(0);
  }

  private void damaged(Id id) {
    group.damaged(new Arc(id, id.next()));
  }
}
