package io.kringle.routing;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Pastry's routing table: row n knows, for each digit, a node that shares n digits with this one
 * and continues with that digit. Of several candidates the nearest by round-trip time is kept.
 *
 * <p>Invariants: each entry stands in the row of the digits that it shares with this node, in the
 * column of its next digit; this node is not an entry.
 */
final class RoutingTable {
  private static final int COLUMNS = 1 << Id.DIGIT_BITS;

  private final Id self;
  private final RoundTrips trips;
  private final @Nullable Peer[] @Nullable [] rows = new Peer[Id.DIGITS][];
  private int size;

  RoutingTable(Id self, RoundTrips trips) {
    this.self = self;
    this.trips = trips;
  }

  /** Takes a peer that has answered, if its cell is empty, or it is nearer than who is there. */
  void offer(Peer peer) {
    int row = self.sharedPrefix(peer.id());
    if (row == Id.DIGITS) {
      return;
    }
    int column = peer.id().digit(row);
    @Nullable Peer[] cells = cells(row);
    Peer held = cells[column];
    if (held == null) {
      size++;
      cells[column] = peer;
    } else if (held.id().equals(peer.id()) || trips.isNearer(peer.id(), held.id())) {
      cells[column] = peer;
    }
  }

  /** Whether a peer would find its cell empty. */
  boolean hasRoomFor(Id peer) {
    int row = self.sharedPrefix(peer);
    return row < Id.DIGITS && entry(row, peer.digit(row)) == null;
  }

  /** Takes the peer of this id out. */
  void remove(Id peer) {
    int row = self.sharedPrefix(peer);
    if (row == Id.DIGITS) {
      return;
    }
    Peer held = entry(row, peer.digit(row));
    if (held != null && held.id().equals(peer)) {
      cells(row)[peer.digit(row)] = null;
      size--;
    }
  }

  /** The entry that shares one more digit with {@code key} than this node does. */
  Optional<Peer> towards(Id key) {
    int row = self.sharedPrefix(key);
    return row == Id.DIGITS ? Optional.empty() : Optional.ofNullable(entry(row, key.digit(row)));
  }

  /** The entries of a row, by digit. */
  List<Peer> row(int row) {
    List<Peer> peers = new ArrayList<>();
    for (int column = 0; column < COLUMNS; column++) {
      Peer peer = entry(row, column);
      if (peer != null) {
        peers.add(peer);
      }
    }
    return peers;
  }

  /**
   * Shows every entry of rows {@code from} and after: those that share at least so many digits with
   * this node.
   */
  void forEachFrom(int from, Consumer<Peer> action) {
    for (int row = from; row < Id.DIGITS; row++) {
      @Nullable Peer[] cells = rows[row];
      if (cells != null) {
        for (Peer peer : cells) {
          if (peer != null) {
            action.accept(peer);
          }
        }
      }
    }
  }

  int size() {
    return size;
  }

  private @Nullable Peer entry(int row, int column) {
    @Nullable Peer[] cells = rows[row];
    return cells == null ? null : cells[column];
  }

  private @Nullable Peer[] cells(int row) {
    @Nullable Peer[] cells = rows[row];
    if (cells == null) {
      cells = new Peer[COLUMNS];
      rows[row] = cells;
    }
    return cells;
  }

  void checkInvariants() {
    int counted = 0;
    for (int row = 0; row < Id.DIGITS; row++) {
      for (Peer peer : row(row)) {
        counted++;
        Invariant.holds(self.sharedPrefix(peer.id()) == row, "an entry stands in its row");
        Invariant.holds(
            peer.equals(entry(row, peer.id().digit(row))), "an entry stands in its column");
      }
    }
    Invariant.holds(counted == size, "the table knows its size");
  }
}
