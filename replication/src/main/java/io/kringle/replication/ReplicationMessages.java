package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Schema;

/**
 * The numbers of this layer: 100 to 199. {@code Peer} and {@code Endpoint} are the ring's to
 * register.
 */
public final class ReplicationMessages {
  private ReplicationMessages() {}

  /** Adds everything that replication sends or stores. */
  public static void register(Schema schema) {
    schema
        .add(100, ReplicationMessage.RequestVote.class)
        .add(101, ReplicationMessage.VoteReply.class)
        .add(102, ReplicationMessage.Append.class)
        .add(103, ReplicationMessage.AppendReply.class)
        .add(104, ReplicationMessage.Chunk.class)
        .add(105, ReplicationMessage.Item.class)
        .add(106, ReplicationMessage.Standing.class)
        .add(190, ReplicationMessage.Offer.class)
        .add(107, ReplicationMessage.TimeoutNow.class)
        .add(108, ReplicationMessage.Ping.class)
        .add(109, ReplicationMessage.NotLeading.class)
        .add(110, ReplicationMessage.StaleCheck.class)
        .add(111, ReplicationMessage.Removed.class)
        .add(112, ReplicationMessage.Leave.class)
        .add(113, PastSplit.class)
        .add(114, Floor.class)
        .add(115, Configuration.class)
        .add(116, ArcMeta.class)
        .add(117, Entry.Noop.class)
        .add(118, Entry.Put.class)
        .add(119, Entry.ChangeMembers.class)
        .add(120, Entry.Split.class)
        .add(121, OpId.class)
        .add(122, StoredState.class)
        .add(123, StoredState.Done.class)
        .add(124, Write.class)
        .add(125, Write.Condition.Always.class)
        .add(126, Write.Condition.Absent.class)
        .add(127, Write.Condition.Present.class)
        .add(128, Write.Condition.AtVersion.class)
        .add(129, WriteOutcome.Written.class)
        .add(130, WriteOutcome.Conflict.class)
        .add(131, Entry.Expire.class)
        .add(132, Entry.Collect.class)
        .add(133, Entry.Gone.class)
        .add(134, Entry.Audit.class)
        .add(135, ClientMessage.Locate.class)
        .add(136, ClientMessage.Read.class)
        .add(137, ClientMessage.Operate.class)
        .add(138, ClientMessage.Located.class)
        .add(139, ClientMessage.Found.class)
        .add(140, ClientMessage.Decided.class)
        .add(141, ClientMessage.NotDaddy.class)
        .add(142, ClientMessage.Dropped.class)
        .add(143, ClientMessage.Busy.class)
        .add(144, ClientMessage.NoMajority.class)
        .add(145, ClientMessage.Forgotten.class)
        .add(146, ClientMessage.NoRoom.class)
        .add(147, ClientMessage.ReadStale.class)
        .add(148, ClientMessage.Browse.class)
        .add(149, ClientMessage.Browsed.class)
        .add(150, ReplicationMessage.Audited.class)
        .add(151, ReplicationMessage.Differs.class)
        .add(152, ReplicationMessage.MendRequest.class)
        .add(153, ReplicationMessage.Mend.class)
        .add(154, Scan.Listed.class)
        .add(155, ClientMessage.ReadAll.class)
        .add(156, ClientMessage.FoundAll.class)
        .add(157, ClientMessage.FoundAll.At.class)
        .add(158, ClientMessage.OperateAll.class)
        .add(159, ClientMessage.DecidedAll.class)
        .add(162, ClientMessage.WatchArc.class)
        .add(163, ClientMessage.Told.class)
        .add(164, ClientMessage.Change.class)
        .add(171, Claim.class)
        .add(172, ReplicationMessage.Survey.class)
        .add(173, ReplicationMessage.Surveyed.class)
        .add(174, ReplicationMessage.Holding.class)
        .add(175, ReplicationMessage.Recovered.class)
        .add(176, Arc.class)
        .add(177, ArcStatus.class)
        .add(178, ArcStatus.Lag.class)
        .add(179, ArcHealth.class);
  }
}
