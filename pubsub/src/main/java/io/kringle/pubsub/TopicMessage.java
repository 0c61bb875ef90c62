package io.kringle.pubsub;

import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import java.util.List;

/** What the nodes of a topic's tree say to each other. */
public sealed interface TopicMessage extends Message {

  /** The topic's name. */
  String topic();

  /**
   * Routed towards the root: the first node of the tree on the way takes {@code child} in.
   *
   * @param below how many subscribers the child has on it and below it
   * @param rootOnly whether nodes on the way let it pass
   */
  record JoinTree(String topic, Peer child, int below, boolean rootOnly) implements TopicMessage {}

  /**
   * Sent straight to a node of the tree: take {@code join.child()} in.
   *
   * @param depth how often it was handed down
   */
  record Adopt(JoinTree join, int depth) implements TopicMessage {
    @Override
    public String topic() {
      return join.topic();
    }
  }

  /**
   * A full parent to each of its children: invite {@code join.child()}, which I cannot take in.
   *
   * @param depth how often it was handed down, this time included
   */
  record Invite(JoinTree join, int depth) implements TopicMessage {
    @Override
    public String topic() {
      return join.topic();
    }
  }

  /** To one who wants to join: come to me, by an {@link Adopt} of this depth. */
  record Invited(String topic, int depth) implements TopicMessage {}

  /**
   * A parent to its child: you are mine, and this far I am.
   *
   * @param last the last number that the parent has
   * @param path the nodes from the root down to the sender; empty while the sender is cut off from
   *     the root
   */
  record Beat(String topic, long last, List<Id> path) implements TopicMessage {
    /** Copies the path. */
    public Beat {
      path = List.copyOf(path);
    }
  }

  /** A child to its parent: I am here, with so many subscribers on me and below me. */
  record Refresh(String topic, int below) implements TopicMessage {}

  /** To one who refreshed: you are no child of mine. */
  record NotParent(String topic) implements TopicMessage {}

  /** To a parent: I am no child of yours, or no longer. */
  record Leave(String topic) implements TopicMessage {}

  /** One published message, going down the tree. */
  record Carry(String topic, Numbered numbered) implements TopicMessage {}

  /**
   * Up the tree, until a node remembers everything after {@code after}: send it to {@code asker}.
   *
   * @param hops how often it was passed on
   */
  record Pull(String topic, long after, Peer asker, int hops) implements TopicMessage {}

  /**
   * What was pulled.
   *
   * @param base everything after this number is remembered; if it is above what was asked for, the
   *     rest is gone
   * @param more whether there is more after these
   */
  record Pulled(String topic, long base, List<Numbered> messages, boolean more)
      implements TopicMessage {
    /** Copies the messages. */
    public Pulled {
      messages = List.copyOf(messages);
    }
  }

  /**
   * To the node of who held a durable subscription: somebody else does, or it is forgotten.
   *
   * @param term number of the item by which that was decided
   */
  record TakenOver(String topic, String name, long term) implements TopicMessage {}

  /** One who has an anycast to give asks a node of the tree for what is below it. */
  record Look(String topic) implements TopicMessage {}

  /**
   * What is below a node.
   *
   * @param node the one that answers
   * @param life of its own choice, another one each time that it starts
   * @param subscribers how many subscribers it has itself
   * @param inHand how many anycasts these have in hand and have not decided
   * @param turn how often it was looked at
   * @param rootMillis for how long it has been the root; zero if it is not
   * @param children its children
   */
  record Looked(
      String topic,
      Peer node,
      long life,
      int subscribers,
      int inHand,
      int turn,
      long rootMillis,
      List<Branch> children)
      implements TopicMessage {
    /** Copies the children. */
    public Looked {
      children = List.copyOf(children);
    }
  }

  /**
   * The root of a topic is not here.
   *
   * @param root where it is, as far as is known here
   */
  record RootAt(String topic, Peer root) implements TopicMessage {}

  /**
   * A child and what is below it.
   *
   * @param below how many subscribers it has on it and below it, by its last word
   */
  record Branch(Peer node, int below) {}

  /**
   * Offers an anycast to the subscribers of one node, to one after the other until one accepts.
   *
   * @param number which of the offers of this anycast it is; whoever gets the same number again
   *     gives the same answer
   * @param life of the node, as it told it; in another life it takes nothing
   * @param withinMillis after which the asker waits no longer, and repeats nothing
   */
  record Offer(String topic, MessageId id, int number, long life, long withinMillis, Bytes payload)
      implements TopicMessage {}

  /**
   * A subscriber accepted, and replied.
   *
   * @param refused how many others refused before
   */
  record Taken(String topic, Bytes reply, int refused) implements TopicMessage {}

  /** All of them refused. */
  record Refused(String topic, int count) implements TopicMessage {}
}
