package io.kringle.pubsub;

import io.kringle.pubsub.TopicMessage.Looked;
import io.kringle.ring.Peer;
import java.util.List;
import java.util.Optional;

/** In which order an anycast looks at the nodes of a tree, and offers to their subscribers. */
interface Walk {

  /** What is known of a node of the tree by now; each of its subscribers counts once. */
  void looked(Looked below, long tookNanos);

  /** Everybody may be looked at once more, as there may be more by now; nobody is offered twice. */
  void again();

  /** Whether the tree is to be entered at its root now, if that has not been done yet. */
  boolean needsRoot();

  /**
   * The nodes that are to be looked at before anyone else is offered anything, and are taken for
   * looked at from now on; empty if an offer is next.
   */
  List<Peer> toLook();

  /** Whom to offer to next; empty if there is nobody. One for each subscriber at a node. */
  Optional<Candidate> poll();

  /** Nobody else at this node will take it. */
  void exhausted(Peer node);

  /**
   * A node with subscribers.
   *
   * @param life by which it recognises what is meant for a life before this one
   */
  record Candidate(Peer node, long life) {}
}
