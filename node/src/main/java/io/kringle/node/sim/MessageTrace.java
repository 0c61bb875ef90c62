package io.kringle.node.sim;

import io.kringle.ring.Codec;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.routing.RoutingMessage;
import io.kringle.testkit.Simulation;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * Tells, message by message, what way a lookup takes, or what a node hears and says; as messages
 * arrive, so that one which is lost is not there.
 */
final class MessageTrace implements Simulation.Watcher {
  /** What happens after so many lines is not told. */
  static final int MOST_LINES = 10_000;

  private final Codec codec;
  private final OptionalInt lookup;
  private final Optional<String> node;
  private final Consumer<String> lines;
  private int told;

  /**
   * A trace of nothing yet.
   *
   * @param codec of what is carried
   * @param lookup whose messages are told
   * @param node the host of the node whose messages are told
   * @param lines where it is told
   */
  MessageTrace(Codec codec, OptionalInt lookup, Optional<String> node, Consumer<String> lines) {
    this.codec = codec;
    this.lookup = lookup;
    this.node = node;
    this.lines = lines;
  }

  @Override
  public void delivered(long now, Peer from, Peer to, Message message) {
    if (told < MOST_LINES && (concerns(from) || concerns(to) || carriesIt(message))) {
      told++;
      lines.accept(
          String.format(Locale.ROOT, "%12.6f s  %s -> %s  %s", now / 1e9, from, to, message));
      if (told == MOST_LINES) {
        lines.accept("and more, after " + MOST_LINES + " lines");
      }
    }
  }

  private boolean concerns(Peer peer) {
    return node.isPresent() && node.get().equals(peer.endpoint().host());
  }

  private boolean carriesIt(Message message) {
    return lookup.isPresent()
        && message instanceof RoutingMessage.Hop hop
        && codec.decode(hop.body().array()) instanceof Lookup carried
        && carried.number() == lookup.getAsInt();
  }
}
