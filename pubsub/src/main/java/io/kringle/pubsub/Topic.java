package io.kringle.pubsub;

import io.kringle.pubsub.TopicMessage.Beat;
import io.kringle.pubsub.TopicMessage.Invite;
import io.kringle.pubsub.TopicMessage.Invited;
import io.kringle.pubsub.TopicMessage.JoinTree;
import io.kringle.pubsub.TopicMessage.Leave;
import io.kringle.pubsub.TopicMessage.Looked;
import io.kringle.pubsub.TopicMessage.NotParent;
import io.kringle.pubsub.TopicMessage.Pull;
import io.kringle.pubsub.TopicMessage.Pulled;
import io.kringle.pubsub.TopicMessage.Refresh;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.util.ArrayList;
import java.util.List;

/**
 * One node's place in the tree of one topic: the root while the node leads the topic's ledger, and
 * below a parent otherwise. {@link Flow} is what passes through it.
 */
final class Topic {
  /** How often a join is handed down before it is dropped; it is tried again. */
  private static final int MAX_DEPTH = 64;

  private final Surroundings around;
  private final String name;
  private final Id key;
  private final Log log;
  private final Children children;
  private final Subscribers subscribers;
  private final ParentLink up;
  private final Flow flow;
  private boolean isRoot;
  private int turn;

  Topic(Surroundings around, String name) {
    this.around = around;
    this.name = name;
    this.key = Id.ofKey(name);
    this.log = new Log(around, message -> flow().taken(message));
    this.children = new Children(around);
    this.subscribers = new Subscribers(new Stock(around, name, key, log), this::leaveIfUnneeded);
    this.up = new ParentLink(around, name, key, this::below);
    this.flow = new Flow(around, name, key, log, children, subscribers, up);
    this.turn = around.world().random().nextInt(1 << 16);
  }

  String name() {
    return name;
  }

  Subscribers subscribers() {
    return subscribers;
  }

  Children children() {
    return children;
  }

  Id key() {
    return key;
  }

  /** Whether nobody needs this node in the tree. */
  boolean isUnneeded() {
    return subscribers.isEmpty() && children.isEmpty();
  }

  boolean isConnected() {
    return isRoot || up.isConnected();
  }

  /** How many subscribers there are on this node and below it, as far as is known. */
  int below() {
    return subscribers.size() + children.below();
  }

  private Flow flow() {
    return flow;
  }

  /** How many nodes there are above it; 0 at the root, and where it is not connected. */
  int depth() {
    return up.path().size();
  }

  /** The nodes from the root down to this one; empty while it is not connected. */
  private List<Id> path() {
    if (!isConnected()) {
      return List.of();
    }
    List<Id> path = new ArrayList<>(up.path());
    path.add(around.self().id());
    return path;
  }

  // ---- the place in the tree

  /**
   * Sees to it that this node is the root exactly while it leads the ledger, and otherwise hangs
   * below a parent or looks for one.
   */
  void takePlace() {
    if (around.ledgers().leads(key)) {
      if (!isRoot) {
        up.leave();
        isRoot = true;
        beginAsRoot();
      }
    } else if (isRoot) {
      isRoot = false;
      seekParent(false);
    } else if (!up.isConnected() && !up.isJoining()) {
      seekParent(false);
    }
  }

  /** If the ledger is damaged, somebody else will lead it; nobody is confirmed before. */
  private void beginAsRoot() {
    if (!flow.readLedger()) {
      isRoot = false;
    } else if (isRoot) {
      nowConnected();
    }
  }

  /** As the root: an item of the ledger was decided; how many will hear of it. */
  int appended(Numbered message) {
    takePlace();
    if (isRoot) {
      log.offer(message);
    }
    return below();
  }

  private void seekParent(boolean rootOnly) {
    if (isUnneeded()) {
      up.forget();
    } else {
      if (up.isConnected()) {
        around.counters().rejoined++;
      }
      up.join(rootOnly);
    }
  }

  private void leaveIfUnneeded() {
    if (isUnneeded() && !isRoot) {
      up.leave();
    }
  }

  private void nowConnected() {
    confirm();
    children.peers().forEach(this::beatTo);
  }

  /** Whoever waits to be confirmed hears of what comes after all that is known of. */
  void confirm() {
    subscribers.connected(Math.max(log.last(), flow.target()));
  }

  private void beatTo(Peer child) {
    around.world().send(child, new Beat(name, Math.max(0, log.last()), path()));
  }

  /** Whether {@code peer} may not become a child, because this node hangs below it. */
  boolean hangsBelow(Peer peer) {
    return up.isParent(peer) || up.path().contains(peer.id());
  }

  /**
   * Takes a child in, or hands it down: all children invite it, and it goes to the one of which it
   * hears first. That is the nearest by way of this node, measured by the way that messages take.
   */
  void adopt(JoinTree join, int depth) {
    Peer child = join.child();
    if (!children.contains(child.id()) && children.isFull()) {
      if (depth < MAX_DEPTH) {
        Invite invite = new Invite(join, depth + 1);
        children.peers().forEach(peer -> around.world().send(peer, invite));
      }
      return;
    }
    children.heard(child, join.below());
    if (isConnected()) {
      beatTo(child);
    }
  }

  /** The parent is full. */
  void invite(Invite invite) {
    Peer child = invite.join().child();
    if (!isUnneeded() && !around.isSelf(child.id()) && !hangsBelow(child)) {
      around.world().send(child, new Invited(name, invite.depth()));
    }
  }

  void invited(Peer by, Invited invited) {
    if (!children.contains(by.id())) {
      up.invited(by, invited.depth());
    }
  }

  void beat(Peer from, Beat beat) {
    boolean cycle = beat.path().contains(around.self().id());
    boolean other = up.isConnected() && !up.isParent(from);
    if (isRoot || cycle || other || isUnneeded()) {
      around.world().send(from, new Leave(name));
      if (cycle && up.isParent(from)) {
        seekParent(true);
      }
    } else if (beat.path().isEmpty()) {
      up.heard(from);
    } else if (!around.ring().isFailed(from.id())) {
      connected(from, beat);
    }
  }

  private void connected(Peer parent, Beat beat) {
    children.remove(parent.id());
    boolean changed = up.connected(parent, beat.path());
    flow.aimAt(beat.last(), changed);
    confirm();
    if (changed) {
      children.peers().forEach(this::beatTo);
    }
    flow.pullIfBehind();
  }

  void refreshed(Peer from, Refresh refresh) {
    if (children.contains(from.id())) {
      children.heard(from, refresh.below());
      beatTo(from);
    } else {
      around.world().send(from, new NotParent(name));
    }
  }

  void notParent(Peer from) {
    if (up.isParent(from)) {
      seekParent(false);
    }
  }

  void left(Peer child) {
    children.remove(child.id());
    leaveIfUnneeded();
  }

  void unreachable(Peer peer) {
    children.unreachable(peer.id());
    if (children.contains(peer.id())) {
      flow.used();
    }
    if (up.isParent(peer)) {
      seekParent(false);
    }
    leaveIfUnneeded();
  }

  /** A neighbour has died or left. */
  void departed(Peer peer) {
    children.remove(peer.id());
    if (up.isParent(peer)) {
      seekParent(false);
    }
    leaveIfUnneeded();
  }

  /** Looks at everything that may be overdue. */
  void tick() {
    children.dropLost();
    if (!isRoot && isUnneeded()) {
      up.leave();
      return;
    }
    if (up.isLost()) {
      seekParent(false);
    }
    takePlace();
    up.refreshIfDue();
    if (isConnected() && flow.isBusy()) {
      children.peers().forEach(this::beatTo);
    }
    flow.pullIfBehind();
  }

  /** The node goes: nothing is to be heard of it any more. */
  void end() {
    up.leave();
  }

  // ---- messages

  void carried(Peer from, Numbered message) {
    if (isRoot || isUnneeded() || up.isConnected() && !up.isParent(from)) {
      around.world().send(from, new Leave(name));
    }
    if (!isRoot && !isUnneeded()) {
      up.heard(from);
      flow.carried(message);
    }
  }

  void pulled(Pull pull) {
    flow.pulled(pull, isRoot);
  }

  void caughtUp(Pulled pulled) {
    if (!isRoot) {
      flow.caughtUp(pulled);
    }
  }

  /**
   * Who is here and below, for an anycast.
   *
   * @param life of this node
   */
  Looked look(long life) {
    int active = 0;
    int inHand = 0;
    for (Subscribers.Local local : subscribers.active()) {
      active++;
      inHand += local.inHand();
    }
    long rootMillis = around.ledgers().ledFor(key).toMillis();
    return new Looked(
        name, around.self(), life, active, inHand, turn++, rootMillis, children.branches());
  }

  void checkInvariants() {
    log.checkInvariants();
    children.checkInvariants();
    subscribers.checkInvariants();
    up.checkInvariants();
    if (isRoot && (up.isConnected() || up.isJoining())) {
      throw new IllegalStateException(name + ": a root with a parent");
    }
    Peer parent = up.parent();
    if (parent != null && children.contains(parent.id())) {
      throw new IllegalStateException(name + ": " + parent + " is parent and child");
    }
  }
}
