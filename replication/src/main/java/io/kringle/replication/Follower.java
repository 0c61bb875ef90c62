package io.kringle.replication;

import io.kringle.ring.Bytes;
import io.kringle.ring.MalformedMessageException;
import io.kringle.ring.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The receiver's side of replication (Ongaro, Ousterhout 2014, figure 2, AppendEntries). */
final class Follower {
  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

  private final Group group;

  /** Up to here the log is known to be the daddy's, in this epoch. */
  private long verified;

  private long round;
  private boolean answerDue;

  Follower(Group group) {
    this.group = group;
  }

  /** Another epoch: its daddy may have another log. */
  void forgetEpoch() {
    verified = 0;
    round = 0;
    answerDue = false;
  }

  void append(Peer from, ReplicationMessage.Append append) {
    Optional<List<Entry>> entries = read(append);
    if (entries.isEmpty()) {
      LOG.warn("{} sends entries for {} that this node cannot read", from, group);
      return;
    }
    if (!heed(from, append)) {
      answer(from, false, group.log.last(), 0);
      return;
    }
    if (group.isInstalling()) {
      answer(from, false, ReplicationMessage.AppendReply.NOTHING, append.round());
      return;
    }
    Optional<Long> misfit = misfit(append);
    if (misfit.isPresent()) {
      answer(from, false, misfit.get(), append.round());
      return;
    }
    List<Entry> taken = withinRoom(entries.get());
    take(append, taken);
    verified = Math.max(verified, append.previous() + taken.size());
    round = Math.max(round, append.round());
    answerDue = true;
    group.wholeness.committed(append.commit());
    group.commitTo(Math.min(append.commit(), verified));
    saved();
  }

  /** Whether the sender leads in this epoch or a later one; then it is followed. */
  private boolean heed(Peer from, ReplicationMessage message) {
    if (message.epoch() < group.epoch()) {
      return false;
    }
    if (message.epoch() == group.epoch() && group.isLeader()) {
      throw new IllegalStateException(from + " leads " + group + " in the same epoch");
    }
    group.follow(message.epoch(), Optional.of(from));
    if (message instanceof ReplicationMessage.Append append) {
      group.followTime(append.time());
      group.keep(append.needed() == 0 ? Long.MAX_VALUE : append.needed());
    }
    return true;
  }

  /**
   * Where to try next if the log does not fit: before the whole epoch that differs (Raft, section
   * 5.3).
   */
  private Optional<Long> misfit(ReplicationMessage.Append append) {
    Log log = group.log;
    long previous = append.previous();
    if (previous > log.last()) {
      return Optional.of(log.last());
    }
    if (previous <= group.commit() || log.epochAt(previous) == append.previousEpoch()) {
      return Optional.empty();
    }
    long wrong = log.epochAt(previous);
    long hint = previous - 1;
    while (hint > group.commit() && log.epochAt(hint) == wrong) {
      hint--;
    }
    return Optional.of(hint);
  }

  /** All of them or none: what a newer or a broken peer sends must not be half taken over. */
  private Optional<List<Entry>> read(ReplicationMessage.Append append) {
    List<Entry> entries = new ArrayList<>(append.entries().size());
    for (Bytes encoded : append.entries()) {
      try {
        if (!(group.node.codec.decode(encoded.array()) instanceof Entry entry)) {
          return Optional.empty();
        }
        entries.add(entry);
      } catch (MalformedMessageException malformed) {
        return Optional.empty();
      }
    }
    return Optional.of(entries);
  }

  /** With a full disk it takes no more values, but all that comes before the first of them. */
  private List<Entry> withinRoom(List<Entry> entries) {
    int count = 0;
    while (count < entries.size()
        && (group.node.room != Room.NONE || !entries.get(count).hasValue())) {
      count++;
    }
    return entries.subList(0, count);
  }

  private void take(ReplicationMessage.Append append, List<Entry> entries) {
    Log log = group.log;
    for (int i = 0; i < entries.size(); i++) {
      long index = append.previous() + 1 + i;
      if (index <= group.commit()) {
        continue;
      }
      Entry entry = entries.get(i);
      if (index <= log.last()) {
        if (log.epochAt(index) == entry.epoch()) {
          continue;
        }
        group.truncateFrom(index);
      }
      group.append(entry, append.entries().get(i));
    }
  }

  /** Something became durable: one answer for all that waited. */
  void saved() {
    if (answerDue && verified <= group.log.durable() && group.leader().isPresent()) {
      answerDue = false;
      answer(group.leader().get(), true, verified, round);
    }
  }

  /** The disk has come to be full, or is so no more: the daddy needs to know. */
  void roomChanged() {
    if (group.leader().isPresent() && !group.isLeader() && !group.isInstalling()) {
      answerDue = true;
      saved();
    }
  }

  private void answer(Peer to, boolean accepted, long index, long ofRound) {
    group.node.send(
        to,
        new ReplicationMessage.AppendReply(
            group.arc,
            group.generation(),
            group.epoch(),
            accepted,
            index,
            group.commit(),
            ofRound,
            group.node.room == Room.PLENTY));
  }

  void offer(Peer from, ReplicationMessage.Offer offer) {
    if (heed(from, offer)) {
      group.followTime(offer.time());
      group.incoming().offered(from, offer);
    } else {
      answer(from, false, group.log.last(), 0);
    }
  }

  void chunk(Peer from, ReplicationMessage.Chunk chunk) {
    if (heed(from, chunk)) {
      group.incoming().received(from, chunk);
    } else {
      answer(from, false, group.log.last(), 0);
    }
  }
}
