package io.kringle.replication;

import io.kringle.ring.Peer;
import java.util.Optional;

/**
 * When the voters of before a change may decide again. Who is to vote by it may be lost with its
 * disk though it has answered the {@link RollCall}; then the change is never committed, and those
 * who voted before are a majority in vain.
 *
 * <p>It is safe because only one change is gone back before, and that was followed by no other: two
 * sets of voters that differ by one have no majorities without a common voter (Ongaro 2014, section
 * 4.1), so that of all who are elected or commit by either, each knows the other's word. Another
 * change can have followed only if this one was committed,
 *
 * <ul>
 *   <li>by a daddy of a later epoch: its first entry came to a majority of the voters, so that one
 *       of those who voted before has it and elects nobody who has not;
 *   <li>by who proposed this one: it proposes none before it has recorded that this one is
 *       committed, and is no candidate for going back then.
 * </ul>
 *
 * <p>Who came to vote by the change is not told that it is taken back before that is decided
 * ({@link Configurations#lastFor}): should the daddy be lost meanwhile, whoever has the change
 * needs its vote.
 */
final class WayBack {
  private WayBack() {}

  /**
   * The configuration that a daddy whose voters are silent may return to, by another change. It
   * votes there: or it would lead those who do not elect it.
   */
  static Optional<Configuration> ofDaddy(Group group) {
    return group
        .configurations
        .beforeTheOnlyOneAfter(group.commit())
        .filter(each -> !each.voters().equals(group.configuration().voters()))
        .filter(each -> each.votes(group.node.self()));
  }

  /** Whose voters may elect this node, too, to return to them: the proposer's that started anew. */
  static Optional<Configuration> ofCandidate(Group group) {
    return ofDaddy(group).filter(before -> hasProposedTheLatest(group));
  }

  private static boolean hasProposedTheLatest(Group group) {
    Peer self = group.node.self();
    return group.log.entry(group.configurations.latestIndex()) instanceof Entry.ChangeMembers change
        && change.epoch() == group.log.lastEpoch()
        && Configuration.same(change.by(), self);
  }
}
