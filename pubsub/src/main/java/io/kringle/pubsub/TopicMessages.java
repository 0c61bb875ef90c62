package io.kringle.pubsub;

import io.kringle.ring.Schema;

/** The numbers of this package's messages on the wire: 200 to 249. */
public final class TopicMessages {
  private TopicMessages() {}

  /** Registers them all. The ring registers the records of its own that they contain. */
  public static void register(Schema schema) {
    schema
        .add(200, TopicMessage.JoinTree.class)
        .add(201, TopicMessage.Adopt.class)
        .add(202, TopicMessage.Beat.class)
        .add(203, TopicMessage.Refresh.class)
        .add(204, TopicMessage.NotParent.class)
        .add(205, TopicMessage.Leave.class)
        .add(206, TopicMessage.Carry.class)
        .add(207, TopicMessage.Pull.class)
        .add(208, TopicMessage.Pulled.class)
        .add(209, TopicMessage.Invite.class)
        .add(210, TopicMessage.Invited.class)
        .add(212, TopicMessage.Look.class)
        .add(213, TopicMessage.Looked.class)
        .add(214, TopicMessage.Offer.class)
        .add(215, TopicMessage.Taken.class)
        .add(216, TopicMessage.Refused.class)
        .add(217, MessageId.class)
        .add(218, Numbered.class)
        .add(219, TopicMessage.TakenOver.class)
        .add(220, TopicMessage.RootAt.class)
        .add(229, TopicMessage.Branch.class)
        .add(230, RingWideMessage.Spread.class)
        .add(231, RingWideMessage.Reached.class)
        .add(232, RingWideMessage.Flooded.class)
        .add(233, GroupMessage.Report.class)
        .add(234, GroupMessage.Reported.class)
        .add(235, GroupMessage.Elsewhere.class)
        .add(236, GroupMessage.Hand.class)
        .add(237, GroupMessage.Held.class)
        .add(238, GroupName.class);
  }
}
