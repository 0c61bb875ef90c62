package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an arc's group has agreed on about itself. Each change is one entry of the log and counts as
 * one generation.
 *
 * <p>Invariant: no id occurs twice among voters and learners, so that a lost disk's successor never
 * stands beside it.
 *
 * @param from first id of the arc
 * @param to first id after it
 * @param generation how many changes led here
 * @param voters who counts for a majority
 * @param learners who is being filled
 */
record Configuration(Id from, Id to, long generation, List<Peer> voters, List<Peer> learners) {
  Configuration {
    voters = List.copyOf(voters);
    learners = List.copyOf(learners);
  }

  /** Whether both are one node with one disk; where it listens does not matter. */
  static boolean same(Peer one, Peer other) {
    return one.incarnation() == other.incarnation() && one.id().equals(other.id());
  }

  static boolean holds(List<Peer> peers, Peer peer) {
    for (Peer each : peers) {
      if (same(each, peer)) {
        return true;
      }
    }
    return false;
  }

  Arc arc() {
    return new Arc(from, to);
  }

  int majority() {
    return voters.size() / 2 + 1;
  }

  boolean votes(Peer peer) {
    return holds(voters, peer);
  }

  boolean learns(Peer peer) {
    return holds(learners, peer);
  }

  boolean includes(Peer peer) {
    return votes(peer) || learns(peer);
  }

  /** Everybody, voters first. */
  List<Peer> everyone() {
    List<Peer> all = new ArrayList<>(voters);
    all.addAll(learners);
    return all;
  }

  /** Who has this id here, of whatever incarnation. */
  Optional<Peer> find(Id id) {
    return everyone().stream().filter(peer -> peer.id().equals(id)).findFirst();
  }

  /** The configuration once {@code entry} is part of the log. */
  Configuration after(Entry entry) {
    if (entry instanceof Entry.ChangeMembers change) {
      return new Configuration(from, to, generation + 1, change.voters(), change.learners());
    }
    if (entry instanceof Entry.Split split) {
      return new Configuration(from, split.at(), generation + 1, voters, learners);
    }
    return this;
  }

  /** The part that a split makes an arc of its own. */
  Configuration splitOff(Id at) {
    return new Configuration(at, to, generation + 1, voters, learners);
  }
}
