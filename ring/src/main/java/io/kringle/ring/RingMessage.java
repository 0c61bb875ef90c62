package io.kringle.ring;

import java.util.List;

/**
 * What the rings of two nodes say to each other. A node says {@link Probe} and {@link ProbeReply}
 * only once it has been shown its place, so either is proof that its sender lives and belongs
 * there.
 */
public sealed interface RingMessage extends Message {

  /**
   * Asks the way to the place of {@code joiner}; passed on towards its id.
   *
   * @param joiner who asks: a newcomer, or a member that makes sure that it knows the whole ring
   * @param hopsLeft how often it may still be passed on
   * @param path who passed it on so far, the first hops only
   */
  record JoinRequest(Peer joiner, int hopsLeft, List<Peer> path) implements RingMessage {
    /** Copies the path. */
    public JoinRequest {
      path = List.copyOf(path);
    }

    static JoinRequest of(Peer joiner, RingConfig config) {
      return new JoinRequest(joiner, config.maxHops(), List.of());
    }
  }

  /**
   * The answer of the node that owns the joiner's id.
   *
   * @param ringId the ring that it is part of
   * @param leaves its leaves, without the joiner
   * @param path who passed the request on
   */
  record JoinReply(Id ringId, List<Peer> leaves, List<Peer> path) implements RingMessage {
    /** Copies the lists. */
    public JoinReply {
      leaves = List.copyOf(leaves);
      path = List.copyOf(path);
    }
  }

  /**
   * No way in here.
   *
   * @param forGood whether asking again is of no use
   * @param reason one line for a person
   */
  record JoinRefused(boolean forGood, String reason) implements RingMessage {}

  /**
   * Are you there? And this is who I know.
   *
   * @param active whether the sender answers for its arc; if not, it announces itself to all its
   *     leaves
   * @param leaves the sender's leaves
   */
  record Probe(boolean active, List<Peer> leaves) implements RingMessage {
    /** Copies the leaves. */
    public Probe {
      leaves = List.copyOf(leaves);
    }
  }

  /**
   * The answer to a probe.
   *
   * @param active whether the sender answers for its arc
   * @param leaves the sender's leaves
   */
  record ProbeReply(boolean active, List<Peer> leaves) implements RingMessage {
    /** Copies the leaves. */
    public ProbeReply {
      leaves = List.copyOf(leaves);
    }
  }

  /**
   * I am still here; said to the predecessor when there was nothing else to say.
   *
   * @param shared a digest of those whom both have to know; where it differs from the receiver's,
   *     the two compare their leaf sets
   */
  record Heartbeat(long shared) implements RingMessage {}

  /**
   * The sender waits for a peer that is next to the receiver. The receiver looks at the same time,
   * so that both know when it is dead, and not one after the other.
   *
   * @param peer which
   */
  record Doubted(Peer peer) implements RingMessage {}

  /**
   * Their neighbour found these peers dead. Hearsay: whoever hears it looks for itself.
   *
   * @param peers the dead in the gap beside the sender
   */
  record Failed(List<Peer> peers) implements RingMessage {
    /** Copies the list. */
    public Failed {
      peers = List.copyOf(peers);
    }
  }

  /**
   * The sender leaves in good order.
   *
   * @param leaves who may take its place
   */
  record Leaving(List<Peer> leaves) implements RingMessage {
    /** Copies the leaves. */
    public Leaving {
      leaves = List.copyOf(leaves);
    }
  }
}
