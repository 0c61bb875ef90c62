package io.kringle.node.sim;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Inbound;
import io.kringle.ring.Result;
import io.kringle.ring.RingView;
import java.util.List;
import java.util.function.Consumer;

/** What runs in a process of an exploration, for one life of that process. */
interface ExploredNode extends Inbound {
  /** Makes a ring. */
  void create(Id ringId);

  /** Enters a ring for the first time. */
  void join(List<Endpoint> seeds, Consumer<Result<Id>> done);

  /** Comes back to the ring that its disk knows. */
  void resume(Id ringId, List<Endpoint> seeds, Consumer<Result<Id>> done);

  /** Takes leave in order. */
  void leave(Runnable whenDone);

  /** The ring as it sees it. */
  RingView ring();

  /**
   * Looks whether everything is as it must be after every step.
   *
   * @throws IllegalStateException naming what is not
   */
  void checkInvariants();
}
