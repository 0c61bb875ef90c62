package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

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
 * @param claim of the last recovery that this goes back to, if there was one
 */
record Configuration(
    Id from,
    Id to,
    long generation,
    List<Peer> voters,
    List<Peer> learners,
    Optional<Claim> claim) {
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

  /** The group of a new arc, which nobody kept before. */
  static Configuration first(Arc arc, Peer keeper) {
    return new Configuration(arc.from(), arc.to(), 1, List.of(keeper), List.of(), Optional.empty());
  }

  /** This arc once {@code survivor} has begun anew by itself alone. */
  Configuration recovered(long arc, Peer survivor, RandomGenerator random) {
    Claim ours = Claim.by(arc, this, random);
    return new Configuration(
        from, to, ours.generation(), List.of(survivor), List.of(), Optional.of(ours));
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
      return new Configuration(from, to, generation + 1, change.voters(), change.learners(), claim);
    }
    if (entry instanceof Entry.Split split) {
      return new Configuration(from, split.at(), generation + 1, voters, learners, claim);
    }
    return this;
  }

  /** The part that a split makes an arc of its own. */
  Configuration splitOff(Id at) {
    return new Configuration(at, to, generation + 1, voters, learners, claim);
  }

  /** Checks that no id is there twice. */
  void checkInvariants() {
    int members = voters.size() + learners.size();
    for (int i = 0; i < members; i++) {
      for (int j = 0; j < i; j++) {
        if (member(i).id().equals(member(j).id())) {
          throw new IllegalStateException("has an id twice: " + this);
        }
      }
    }
  }

  private Peer member(int number) {
    return number < voters.size() ? voters.get(number) : learners.get(number - voters.size());
  }
}
