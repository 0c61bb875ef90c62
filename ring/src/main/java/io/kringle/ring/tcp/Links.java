package io.kringle.ring.tcp;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.wire.UnknownType;
import io.kringle.ring.wire.WireMessages;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every connection of a transport and whom it leads to. On the event loop only.
 *
 * <p>Bounds: connections by configuration. A link exists while it has a connection or a dial, a
 * contact while it dials.
 */
final class Links {
  private static final Logger log = LoggerFactory.getLogger(Links.class);
  private static final int FIRST_SCRATCH = 4 * 1024;

  private final Context context;
  private final Sockets sockets;
  private final Map<Id, Link> links = new LinkedHashMap<>();
  private final Map<Endpoint, Contact> contacts = new LinkedHashMap<>();
  private final Set<Connection> connections = new LinkedHashSet<>();
  private final List<Link> dirty = new ArrayList<>();
  private byte[] scratch = new byte[FIRST_SCRATCH];
  private int dials;
  private boolean closed;
  private Runnable whenEmpty = () -> {};

  Links(Context context, Sockets sockets) {
    this.context = context;
    this.sockets = sockets;
  }

  // Sending.

  /** Queues a frame; returns whether there was room. */
  boolean send(Peer to, byte[] message, int length) {
    Link link = links.get(to.id());
    if (link == null) {
      link = new Link(to, context.config().limits().maxQueuedBytes());
      links.put(to.id(), link);
    }
    if (!link.hasRoom(length)) {
      return false;
    }
    if (link.isUnconnected()) {
      dial(link, to.endpoint());
    }
    if (link.add(message, length)) {
      flushLater(link);
    }
    return true;
  }

  /** Queues a frame for whoever is there; returns whether there was room. */
  boolean contact(Endpoint to, byte[] message, int length) {
    Optional<Link> known = find(to);
    if (known.isPresent()) {
      return send(known.get().peer(), message, length);
    }
    Contact contact = contacts.get(to);
    if (contact == null) {
      contact = new Contact(to, newDial(to, Optional.empty()), new Outbox());
      contacts.put(to, contact);
    }
    long queued = contact.outbox().bytes() + Outbox.HEADER + length;
    boolean room = queued <= context.config().limits().maxQueuedBytes();
    if (room) {
      contact.outbox().add(message, length);
    }
    return room;
  }

  private Optional<Link> find(Endpoint endpoint) {
    for (Link link : links.values()) {
      Connection current = link.current();
      if (current != null
          && (link.peer().endpoint().equals(endpoint)
              || current.dialledEndpoint().equals(Optional.of(endpoint)))) {
        return Optional.of(link);
      }
    }
    return Optional.empty();
  }

  /**
   * All that is sent within one turn of the event loop leaves at its end, in one write for each
   * peer.
   */
  private void flushLater(Link link) {
    if (dirty.isEmpty()) {
      context.loop().execute(this::flushDirty);
    }
    dirty.add(link);
  }

  private void flushDirty() {
    dirty.forEach(Link::flush);
    dirty.clear();
  }

  /**
   * Tells a peer that a message of its was not understood; unless the message was itself of this
   * kind.
   */
  void answerUnknown(Peer peer, int number) {
    log.debug("{} sent a message of number {}, which is not known here", peer, number);
    if (number != WireMessages.UNKNOWN_TYPE && number != WireMessages.FAREWELL) {
      int length = context.codec().encodeToBuffer(new UnknownType(number));
      send(peer, context.codec().buffer(), length);
    }
  }

  /** An array for one frame at a time. */
  byte[] scratch(int length) {
    if (scratch.length < length) {
      scratch = new byte[Math.max(length, 2 * scratch.length)];
    }
    return scratch;
  }

  // Dialling.

  private void dial(Link link, Endpoint to) {
    link.setDialling(newDial(to, Optional.of(link.peer().id())));
  }

  /**
   * The dial begins in a turn of its own, so that its failure is never reported within the call
   * that caused it.
   */
  private Connection newDial(Endpoint to, Optional<Id> wanted) {
    Connection connection = Connection.dialled(context, this, to, wanted, ++dials);
    context.loop().execute(() -> begin(connection, to));
    return connection;
  }

  private void begin(Connection connection, Endpoint to) {
    boolean room = makeRoom();
    connections.add(connection);
    if (closed || !room) {
      connection.fail(
          closed ? "shutting down" : "no more than " + connections.size() + " connections");
      closed(connection);
    } else {
      sockets.connect(
          to,
          connection,
          why -> {
            connection.fail(why);
            closed(connection);
          });
    }
  }

  /** Takes in a connection that somebody has made to this node. */
  Connection accept() {
    return Connection.accepted(context, this);
  }

  /** The other end is connected; it is turned away if there are too many. */
  void accepted(Connection connection) {
    int greeting = 0;
    for (Connection other : connections) {
      greeting += other.isGreeting() && !other.isDialled() ? 1 : 0;
    }
    boolean crowded = greeting >= context.config().limits().maxHandshakes();
    boolean room = !crowded && makeRoom();
    connections.add(connection);
    if (closed || !room) {
      connection.refuse(
          crowded ? "too many connections have not shaken hands" : "no room for more connections");
    }
  }

  /**
   * Whether there is room for one more connection: one that nobody has used for a while is closed
   * for it.
   */
  private boolean makeRoom() {
    if (connections.size() < context.config().limits().maxConnections()) {
      return true;
    }
    Link idlest = null;
    long before = System.nanoTime() - context.config().timeouts().ping().toNanos();
    for (Link link : links.values()) {
      Connection current = link.current();
      if (current != null && current.isOpen() && link.isIdle() && current.lastUse() - before < 0) {
        before = current.lastUse();
        idlest = link;
      }
    }
    if (idlest == null) {
      return false;
    }
    part(idlest);
    return true;
  }

  /** Ends a link's connection in order. */
  private static void part(Link link) {
    Connection current = link.current();
    link.clearCurrent();
    if (current != null) {
      link.retire(current);
    }
  }

  // Connections come and go.

  /** The handshake is done. */
  void opened(Connection connection) {
    Peer peer = connection.peer();
    Link link =
        links.computeIfAbsent(
            peer.id(), id -> new Link(peer, context.config().limits().maxQueuedBytes()));
    if (link.dialling() == connection) {
      link.setDialling(null);
    }
    settle(link, connection);
    contactOf(connection)
        .ifPresent(
            contact -> {
              contacts.remove(contact.endpoint());
              link.takeAll(contact.outbox());
            });
    link.flush();
  }

  /** Finds out which connection of a link is the current one, now that there is one more. */
  private void settle(Link link, Connection connection) {
    Connection current = link.current();
    if (current == null) {
      link.setCurrent(connection);
    } else if (current.session() != connection.session()) {
      link.setCurrent(connection);
      current.fail("restarted");
      report(current);
    } else if (connection.isPreferredTo(current)) {
      link.setCurrent(connection);
      link.writeTo(current);
      link.retire(current);
    } else {
      connection.retire();
    }
  }

  /**
   * The other side has said farewell: what waits goes out while it still listens, then this side
   * says it as well.
   */
  void partingFrom(Connection connection) {
    Link link = links.get(connection.peer().id());
    if (link != null && link.current() == connection) {
      link.writeTo(connection);
      link.clearCurrent();
      link.retire(connection);
    } else {
      connection.retire();
    }
  }

  /** A connection has ended, or a dial has failed. */
  void closed(Connection connection) {
    if (!connections.remove(connection)) {
      return;
    }
    if (connection.hasShakenHands()) {
      lost(connection);
    } else {
      contactOf(connection).ifPresent(contact -> contactFailed(contact, connection));
      linkOfDial(connection).ifPresent(link -> dialFailed(link, connection.reason()));
    }
    if (connections.isEmpty()) {
      whenEmpty.run();
    }
  }

  private void lost(Connection connection) {
    Link link = links.get(connection.peer().id());
    if (link == null) {
      return;
    }
    boolean wasCurrent = link.remove(connection);
    boolean inOrder = connection.partedInOrder();
    if (wasCurrent && link.dialling() == null && !inOrder) {
      link.dropQueue();
    }
    if (link.isUnconnected()) {
      if (link.hasNothingToSend()) {
        links.remove(link.peer().id(), link);
      } else {
        dial(link, link.peer().endpoint());
      }
    }
    link.flush();
    if (!inOrder) {
      report(connection);
    }
  }

  private void report(Connection connection) {
    if (!closed && connection.reportOnce()) {
      context.inbound().unreachable(connection.peer(), connection.reason());
    }
  }

  private void contactFailed(Contact contact, Connection connection) {
    contacts.remove(contact.endpoint());
    contact.outbox().clear();
    if (closed) {
      return;
    }
    if (connection.isRefusedForGood()) {
      context.inbound().contactRefused(contact.endpoint(), connection.reason());
    } else {
      context.inbound().contactFailed(contact.endpoint(), connection.reason());
    }
  }

  private void dialFailed(Link link, String reason) {
    link.setDialling(null);
    if (link.isUnconnected()) {
      link.dropQueue();
      links.remove(link.peer().id(), link);
      if (!closed) {
        context.inbound().unreachable(link.peer(), reason);
      }
    }
  }

  private Optional<Contact> contactOf(Connection connection) {
    Contact contact = connection.dialledEndpoint().map(contacts::get).orElse(null);
    return contact != null && contact.connection() == connection
        ? Optional.of(contact)
        : Optional.empty();
  }

  private Optional<Link> linkOfDial(Connection connection) {
    return links.values().stream().filter(link -> link.dialling() == connection).findFirst();
  }

  // The whole.

  /** Lets every connection look at the clock, and parts from those with whom nothing is spoken. */
  void tick() {
    long now = System.nanoTime();
    List.copyOf(connections).forEach(connection -> connection.tick(now));
    links.values().stream().filter(link -> isUnused(link, now)).forEach(Links::part);
  }

  private boolean isUnused(Link link, long now) {
    Connection current = link.current();
    return current != null
        && current.isOpen()
        && link.isIdle()
        && now - current.lastUse() > context.config().timeouts().idle().toNanos();
  }

  /** How many connections this node has begun. */
  int dials() {
    return dials;
  }

  int size() {
    return connections.size();
  }

  long queuedBytes() {
    long queued = 0;
    for (Link link : links.values()) {
      queued += link.queuedBytes();
    }
    for (Contact contact : contacts.values()) {
      queued += contact.outbox().bytes();
    }
    return queued;
  }

  /**
   * Writes out what can be written, and closes. {@code done} runs when the last connection is gone.
   */
  void close(Runnable done) {
    closed = true;
    whenEmpty = done;
    for (Link link : links.values()) {
      Connection current = link.current();
      if (current != null && current.isOpen()) {
        link.writeTo(current);
      }
      link.dropQueue();
    }
    contacts.values().forEach(contact -> contact.outbox().clear());
    List.copyOf(connections).forEach(Connection::finish);
    if (connections.isEmpty()) {
      done.run();
    }
  }

  /** Closes what is still open, whatever waits. */
  void abort() {
    Collection<Connection> left = List.copyOf(connections);
    left.forEach(connection -> connection.fail("shutting down"));
  }
}
