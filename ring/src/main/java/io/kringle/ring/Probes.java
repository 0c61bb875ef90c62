package io.kringle.ring;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The probes under way: each peer is asked a few times, one timeout after the other, until it
 * answers or is given up.
 *
 * <p>Invariants: at most one probe for a peer and {@link #CAPACITY} in all; each has a timer that
 * runs, and at most the configured number of tries behind it.
 */
final class Probes {
  /** As many as are worth knowing at a time; what else was heard of is heard of again. */
  static final int CAPACITY = 512;

  private final World world;
  private final RingConfig config;
  private final Outbox outbox;
  private final Supplier<RingMessage.Probe> question;
  private final Verdict verdict;
  private final Map<Peer, Probe> underWay = new LinkedHashMap<>();

  /** What becomes of a peer that did not answer. */
  interface Verdict {
    /** It did not answer, but something else was heard from it meanwhile; or it is dead. */
    void unanswered(Peer peer, boolean alive, String reason);
  }

  /**
   * The state of one probe.
   *
   * @param triesLeft after the one that is being waited for
   * @param refusals lost connections, 0 or 1
   */
  private record Probe(long startedAt, Timer timer, int triesLeft, int refusals) {}

  Probes(
      World world,
      RingConfig config,
      Outbox outbox,
      Supplier<RingMessage.Probe> question,
      Verdict verdict) {
    this.world = world;
    this.config = config;
    this.outbox = outbox;
    this.question = question;
    this.verdict = verdict;
  }

  /** Probes {@code peer}, unless that is being done already. */
  void begin(Peer peer) {
    if (!underWay.containsKey(peer) && underWay.size() < CAPACITY) {
      ask(peer, world.now(), config.probeTries() - 1, 0);
    }
  }

  /**
   * Probes a peer that somebody found dead: fewer tries are enough then, and if it cannot be
   * connected to at once, that is the second time.
   */
  void beginDoubting(Peer peer) {
    if (!underWay.containsKey(peer) && underWay.size() < CAPACITY) {
      ask(peer, world.now(), config.doubtTries() - 1, 1);
    }
  }

  /** Sends the peer what this node knows now, as a probe. */
  void tell(Peer peer) {
    if (underWay.containsKey(peer)) {
      outbox.send(peer, question.get());
    } else {
      begin(peer);
    }
  }

  private void ask(Peer peer, long startedAt, int triesLeft, int refusals) {
    Timer timer = world.after(config.probeTimeout(), () -> timedOut(peer));
    underWay.put(peer, new Probe(startedAt, timer, triesLeft, refusals));
    outbox.send(peer, question.get());
  }

  /** The peer has answered: it lives, and nobody else does where it listens. */
  void answered(Peer peer) {
    for (Peer probed : List.copyOf(underWay.keySet())) {
      if (probed.endpoint().equals(peer.endpoint())) {
        end(probed);
      }
    }
  }

  /** A peer that is not looked for any more. */
  void end(Peer peer) {
    Probe probe = underWay.remove(peer);
    if (probe != null) {
      probe.timer().cancel();
    }
  }

  private void timedOut(Peer peer) {
    Probe probe = underWay.remove(peer);
    if (probe == null) {
      return;
    }
    if (probe.triesLeft() > 0) {
      ask(peer, probe.startedAt(), probe.triesLeft() - 1, probe.refusals());
    } else {
      long lasted = world.now() - probe.startedAt();
      boolean alive = outbox.silenceOf(peer) < lasted;
      String text = "no answer to probes within " + Duration.ofNanos(lasted);
      verdict.unanswered(peer, alive, text);
    }
  }

  /**
   * The connection to a peer under probe was lost: the first time it is asked anew, the second time
   * it is dead.
   */
  void unreachable(Peer peer, String reason) {
    Probe probe = underWay.remove(peer);
    if (probe == null) {
      return;
    }
    probe.timer().cancel();
    if (probe.refusals() == 0) {
      ask(peer, probe.startedAt(), probe.triesLeft(), 1);
    } else {
      verdict.unanswered(peer, false, reason);
    }
  }

  boolean isUnderWay(Peer peer) {
    return underWay.containsKey(peer);
  }

  boolean isEmpty() {
    return underWay.isEmpty();
  }

  int size() {
    return underWay.size();
  }

  void clear() {
    underWay.values().forEach(probe -> probe.timer().cancel());
    underWay.clear();
  }

  void checkInvariants(Peer self) {
    if (underWay.size() > CAPACITY
        || underWay.keySet().stream().anyMatch(peer -> peer.id().equals(self.id()))) {
      throw new IllegalStateException(self + " probes itself or too many: " + underWay.keySet());
    }
  }
}
