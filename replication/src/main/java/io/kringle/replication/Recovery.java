package io.kringle.replication;

import io.kringle.ring.Peer;
import java.util.List;

/**
 * What a look at an arc has found whose group may have lost its majority, and whether this node's
 * replica has gone on without the others.
 *
 * @param arc as this node's replica knew it
 * @param lastIndex of the last entry in its log; what others have beyond it would be lost
 * @param lastEpoch of that entry
 * @param filled whether it has all records up to there
 * @param members what they say, this node included
 * @param obstacles why it must not be recovered here; empty if nothing is in the way
 * @param recovered whether it was
 */
public record Recovery(
    ArcStatus arc,
    long lastIndex,
    long lastEpoch,
    boolean filled,
    List<Member> members,
    List<String> obstacles,
    boolean recovered) {
  /** Copies the lists. */
  public Recovery {
    members = List.copyOf(members);
    obstacles = List.copyOf(obstacles);
  }

  Recovery carriedOut() {
    return new Recovery(arc, lastIndex, lastEpoch, filled, members, obstacles, true);
  }

  /**
   * A member of the arc's group.
   *
   * @param peer who it is
   * @param state what is known of its replica, in words
   */
  public record Member(Peer peer, String state) {}

  /** How far whoever asks for a recovery is ready to go. */
  public enum Consent {
    /** Only to see what would be done. */
    LOOK,

    /** To lose what this replica does not know of. */
    LOSE_WRITES,

    /** To lose, beyond that, all records that a half filled replica has not received. */
    LOSE_RECORDS
  }
}
