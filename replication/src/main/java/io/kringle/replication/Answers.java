package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What the daddy tells of its applied records, once it is sure that it still leads. */
final class Answers {
  private final Group group;
  private final Leadership leadership;
  private final Reads reads;

  Answers(Group group, Leadership leadership, Reads reads) {
    this.group = group;
    this.leadership = leadership;
    this.reads = reads;
  }

  /** One record. */
  void read(String key, Consumer<ClientMessage.Reply> done) {
    Id id = Id.ofKey(key);
    if (!group.range().contains(id)) {
      done.accept(ClientMessage.NotDaddy.UNKNOWN);
      return;
    }
    Optional<StoredState> state = group.read(id, key);
    if (state.isEmpty()) {
      done.accept(ClientMessage.NotDaddy.UNKNOWN);
      damaged(id);
    } else if (state.get().isExpired(group.clock.now())) {
      expireFirst(List.of(key), reply -> read(key, reply), done);
    } else {
      done.accept(ClientMessage.Found.of(state.get().versioned()));
    }
  }

  /**
   * Several records, until there is no room.
   *
   * @param keys with the places that they have in the reply
   */
  void readAll(Map<Integer, String> keys, FoundTogether room, Consumer<ClientMessage.Reply> done) {
    List<ClientMessage.FoundAll.At> found = new ArrayList<>();
    List<String> expired = new ArrayList<>();
    List<Id> damaged = new ArrayList<>();
    int bytes = 0;
    boolean full = false;
    for (Map.Entry<Integer, String> each : keys.entrySet()) {
      Id id = Id.ofKey(each.getValue());
      if (!group.range().contains(id)) {
        continue;
      }
      Optional<StoredState> state = group.read(id, each.getValue());
      bytes += state.flatMap(StoredState::value).map(Bytes::size).orElse(0);
      full = !room.isEnoughFor(bytes) && !(found.isEmpty() && room.isEmpty());
      if (full) {
        break;
      }
      state.ifPresentOrElse(
          record -> {
            if (record.isExpired(group.clock.now())) {
              expired.add(each.getValue());
            }
            found.add(
                new ClientMessage.FoundAll.At(
                    each.getKey(), ClientMessage.Found.of(record.versioned())));
          },
          () -> damaged.add(id));
    }
    if (expired.isEmpty()) {
      done.accept(new ClientMessage.FoundAll(found, full));
      damaged.forEach(this::damaged);
    } else {
      expireFirst(expired, reply -> readAll(keys, room, reply), done);
    }
  }

  /** A page. */
  void browse(ClientMessage.Browse browse, Consumer<ClientMessage.Reply> done) {
    List<String> expired = new ArrayList<>();
    Optional<ClientMessage.Browsed> page =
        group.range().contains(browse.id())
            ? new Browsing(group).page(browse, expired)
            : Optional.empty();
    if (page.isEmpty()) {
      done.accept(ClientMessage.NotDaddy.UNKNOWN);
    } else if (expired.isEmpty()) {
      done.accept(page.get());
    } else {
      expireFirst(expired, reply -> browse(browse, reply), done);
    }
  }

  private void damaged(Id id) {
    group.damaged(new Arc(id, id.next()));
  }

  /** That a record is gone is told when it is decided, or another daddy might tell otherwise. */
  private void expireFirst(
      List<String> keys, Reads.Question question, Consumer<ClientMessage.Reply> done) {
    if (leadership.mayPropose()) {
      for (String key : keys) {
        group.append(new Entry.Expire(group.epoch(), key, group.clock.now()));
      }
      reads.add(question, group.log.last(), done);
      group.touch();
    } else {
      done.accept(ClientMessage.NotDaddy.UNKNOWN);
    }
  }
}
