package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Operations whose entries the daddy has appended and not applied yet, in the order of the entries.
 * At most {@value #MAX} of them, and about {@value #MAX_BYTES} bytes; what comes beyond that is
 * told to try again.
 */
final class Proposals {
  private static final int MAX = 4_096;
  private static final long MAX_BYTES = 16L * 1024 * 1024;

  private final Group group;
  private final Members members;
  private final Deque<Proposal> inOrder = new ArrayDeque<>();
  private final Map<OpId, Proposal> byOperation = new HashMap<>();
  private long bytes;

  private static final class Proposal {
    final long index;
    final int bytes;
    final OpId op;
    Consumer<ClientMessage.Reply> done;

    Proposal(long index, int bytes, OpId op, Consumer<ClientMessage.Reply> done) {
      this.index = index;
      this.bytes = bytes;
      this.op = op;
      this.done = done;
    }
  }

  Proposals(Group group, Members members) {
    this.group = group;
    this.members = members;
  }

  int size() {
    return inOrder.size();
  }

  /**
   * Appends a write, unless it is known already: waiting here, or remembered by its record. Nothing
   * else needs a look, for before this epoch's first entry was applied no write is taken in.
   */
  void write(ClientMessage.Operate operate, Consumer<ClientMessage.Reply> done) {
    if (takeOver(operate.op(), done)) {
      return;
    }
    Id id = Id.ofKey(operate.write().key());
    Optional<StoredState> known = group.read(id, operate.write().key());
    if (known.isEmpty()) {
      group.damaged(new Arc(id, id.next()));
      done.accept(ClientMessage.NotDaddy.UNKNOWN);
      return;
    }
    StoredState state = known.get();
    Optional<WriteOutcome> earlier = state.outcomeOf(operate.op());
    if (earlier.isPresent()) {
      done.accept(new ClientMessage.Decided(earlier.get(), group.applied()));
    } else if (state.mayForget(operate.born())) {
      done.accept(new ClientMessage.Forgotten(group.applied()));
    } else {
      Entry entry = new Entry.Put(group.epoch(), operate.op(), operate.write(), group.clock.now());
      propose(operate.op(), entry, done);
    }
  }

  /** Whether an operation waits here already; if so, this try of it is told, and no other. */
  boolean takeOver(OpId op, Consumer<ClientMessage.Reply> done) {
    Optional<Proposal> twin = Optional.ofNullable(byOperation.get(op));
    twin.ifPresent(
        each -> {
          each.done.accept(new ClientMessage.Dropped());
          each.done = done;
        });
    return twin.isPresent();
  }

  /**
   * Appends an entry for an operation that is not known here, if there is room and anybody to agree
   * with.
   *
   * @return whether it did; if not, {@code done} was told why
   */
  boolean propose(OpId op, Entry entry, Consumer<ClientMessage.Reply> done) {
    if (!members.mayReachMajority()) {
      done.accept(new ClientMessage.NoMajority());
      return false;
    }
    if (entry.hasValue() && !members.haveRoom()) {
      done.accept(new ClientMessage.NoRoom());
      return false;
    }
    if (inOrder.size() >= MAX || bytes >= MAX_BYTES) {
      done.accept(new ClientMessage.Busy());
      return false;
    }
    append(op, entry, done);
    return true;
  }

  private void append(OpId op, Entry entry, Consumer<ClientMessage.Reply> done) {
    Bytes encoded = Bytes.of(group.node.codec.encode(entry));
    group.append(entry, encoded);
    Proposal proposal = new Proposal(group.log.last(), encoded.size(), op, done);
    inOrder.add(proposal);
    byOperation.put(proposal.op, proposal);
    bytes += proposal.bytes;
  }

  /**
   * Whose entries were applied hear what became of them.
   *
   * @param audiences how many hear of the items that these entries have added
   */
  void applied(List<Application.Outcome> outcomes, Map<Long, Integer> audiences) {
    for (Application.Outcome outcome : outcomes) {
      if (!inOrder.isEmpty() && inOrder.peekFirst().index == outcome.index()) {
        Proposal first = inOrder.removeFirst();
        bytes -= first.bytes;
        byOperation.remove(first.op);
        first.done.accept(reply(outcome, audiences));
      }
    }
  }

  private static ClientMessage.Reply reply(
      Application.Outcome outcome, Map<Long, Integer> audiences) {
    return outcome.reply() instanceof ClientMessage.Added added
        ? added.to(audiences.getOrDefault(outcome.index(), 0))
        : outcome.reply();
  }

  /** The office is over: another daddy may go on with them, or not. */
  void end() {
    while (!inOrder.isEmpty()) {
      inOrder.removeFirst().done.accept(new ClientMessage.Dropped());
    }
    byOperation.clear();
  }
}
