package io.kringle.ring;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Everything that a protocol may do to the world, and the only way in which it does: the time,
 * chance, timers and the network. One for each node. The real one is a thin shell around an actor;
 * the simulator's has virtual time and one seed. A protocol is called, and its timers run, one step
 * at a time and never concurrently.
 */
public interface World {

  /** Nanoseconds on a monotonic clock with no meaning of its own; constant within one step. */
  long now();

  /** The node's one source of chance. */
  RandomGenerator random();

  /**
   * Runs {@code task} in a step of its own once {@code delay} is over, not before the current step
   * has ended. With a delay of zero it runs when the messages that are already waiting have been
   * handled, which gathers what they caused into one batch.
   */
  Timer after(Duration delay, Runnable task);

  /**
   * Sends to a peer, in order with all that was sent to it before, at most once. Loss is reported,
   * if it is noticed at all, as {@link Inbound#unreachable}.
   *
   * @return false if the queue towards the peer is full and the message was dropped here
   */
  boolean send(Peer to, Message message);

  /**
   * Sends to whichever node of this ring listens at {@code to}, or reports {@link
   * Inbound#contactFailed}.
   */
  void contact(Endpoint to, Message message);
}
