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
  private final Id self;
  private final RoundTrips trips;
  private final @Nullable Entry[] @Nullable [] rows = new Entry[Digits.COUNT][];
  private int size;

  /** Who stands in a cell, and when it was last known to live. */
  static final class Entry {
    private final Peer peer;
    private final long since;
    private long heardAt;

    private Entry(Peer peer, long since, long heardAt) {
      this.peer = peer;
      this.since = since;
      this.heardAt = heardAt;
    }

    Peer peer() {
      return peer;
    }

    /** On the world's clock: when this node, or one that has told it, last heard from the peer. */
    long heardAt() {
      return heardAt;
    }

    /** When it took its place. */
    long since() {
      return since;
    }
  }

  RoutingTable(Id self, RoundTrips trips) {
    this.self = self;
    this.trips = trips;
  }

  /**
   * Takes a peer that lived at {@code heardAt}, if its cell is empty, or it is nearer than who is
   * there. Whether it was taken who was not there before.
   */
  boolean offer(Peer peer, long now, long heardAt) {
    int row = Digits.shared(self, peer.id());
    if (row == Digits.COUNT) {
      return false;
    }
    int column = Digits.at(peer.id(), row);
    @Nullable Entry[] cells = cells(row);
    Entry held = cells[column];
    if (held != null && held.peer.equals(peer)) {
      if (heardAt - held.heardAt > 0) {
        held.heardAt = heardAt;
      }
      return false;
    }
    if (held == null) {
      size++;
    } else if (!held.peer.id().equals(peer.id()) && !trips.isNearer(peer.id(), held.peer.id())) {
      return false;
    }
    cells[column] = new Entry(peer, now, heardAt);
    return true;
  }

  /** Whether a peer would find its cell empty. */
  boolean hasRoomFor(Id peer) {
    return !peer.equals(self) && rival(peer).isEmpty();
  }

  /** Who stands in the cell that {@code peer} belongs into; perhaps the peer itself. */
  Optional<Entry> rival(Id peer) {
    int row = Digits.shared(self, peer);
    return row == Digits.COUNT
        ? Optional.empty()
        : Optional.ofNullable(entry(row, Digits.at(peer, row)));
  }

  /** Takes the peer of this id out. */
  void remove(Id peer) {
    if (rival(peer).filter(entry -> entry.peer.id().equals(peer)).isPresent()) {
      int row = Digits.shared(self, peer);
      cells(row)[Digits.at(peer, row)] = null;
      size--;
    }
  }

  /** The entry that shares one more digit with {@code key} than this node does. */
  Optional<Peer> towards(Id key) {
    int row = Digits.shared(self, key);
    if (row == Digits.COUNT) {
      return Optional.empty();
    }
    Entry entry = entry(row, Digits.at(key, row));
    return entry == null ? Optional.empty() : Optional.of(entry.peer);
  }

  /** The entries of a row, by digit. */
  List<Entry> row(int row) {
    List<Entry> entries = new ArrayList<>();
    for (int column = 0; column < Digits.BASE; column++) {
      Entry entry = entry(row, column);
      if (entry != null) {
        entries.add(entry);
      }
    }
    return entries;
  }

  /** How many rows have entries, or had some. */
  int depth() {
    int depth = rows.length;
    while (depth > 0 && rows[depth - 1] == null) {
      depth--;
    }
    return depth;
  }

  /**
   * Shows every entry of rows {@code from} and after: those that share at least so many digits with
   * this node.
   */
  void forEachFrom(int from, Consumer<Entry> action) {
    for (int row = from; row < rows.length; row++) {
      @Nullable Entry[] cells = rows[row];
      if (cells != null) {
        for (Entry entry : cells) {
          if (entry != null) {
            action.accept(entry);
          }
        }
      }
    }
  }

  int size() {
    return size;
  }

  private @Nullable Entry entry(int row, int column) {
    @Nullable Entry[] cells = rows[row];
    return cells == null ? null : cells[column];
  }

  private @Nullable Entry[] cells(int row) {
    @Nullable Entry[] cells = rows[row];
    if (cells == null) {
      cells = new Entry[Digits.BASE];
      rows[row] = cells;
    }
    return cells;
  }

  void checkInvariants() {
    int counted = 0;
    for (int row = 0; row < Digits.COUNT; row++) {
      @Nullable Entry[] cells = rows[row];
      for (int column = 0; cells != null && column < cells.length; column++) {
        Entry each = cells[column];
        if (each != null) {
          counted++;
          Id id = each.peer.id();
          Invariant.holds(Digits.shared(self, id) == row, "an entry stands in its row");
          Invariant.holds(Digits.at(id, row) == column, "an entry stands in its column");
        }
      }
    }
    Invariant.holds(counted == size, "the table knows its size");
  }
}
