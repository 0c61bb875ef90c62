package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.LeafSet;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What the origin of an operation and the daddy of its key say to each other. */
sealed interface ClientMessage extends Message {
  /** Bytes of UTF-8 for a {@code char}, at the most. */
  int MOST_UTF_8 = 3;

  /**
   * Who keeps this id? Answered by whoever knows.
   *
   * @param unreachable who was taken for the daddy, and did not answer or said no: for the others
   *     to look after
   */
  record Locate(Id id, Optional<Id> unreachable) implements ClientMessage {}

  /**
   * Who is around you? I lead an arc that begins where you are.
   *
   * @param arc for those who ask there for its daddy
   */
  record LookAround(Arc arc, Peer daddy) implements ClientMessage {}

  /** What is asked of one record. */
  sealed interface ByKey extends ClientMessage {
    /** The record's key. */
    String key();

    /** How large it is, roughly. */
    int bytes();
  }

  /** Reads a key. */
  record Read(String key) implements ByKey {
    @Override
    public int bytes() {
      return MOST_UTF_8 * key.length();
    }
  }

  /** Reads keys of whatever arcs the receiver leads. */
  record ReadAll(List<String> keys) implements ClientMessage {
    public ReadAll {
      keys = List.copyOf(keys);
    }
  }

  /** Reads a key from any replica. */
  record ReadStale(String key) implements ClientMessage {}

  /**
   * Reads what follows a place; see {@link Scan}.
   *
   * @param limit at most that many records
   */
  record Browse(Id id, String key, String prefix, int limit) implements ClientMessage {}

  /**
   * Writes a key.
   *
   * @param born where the arc's log was at the least when the first try was sent: what a record has
   *     forgotten since then may have been this
   */
  record Operate(OpId op, Write write, long born) implements ByKey {
    private static final int ENVELOPE_BYTES = 64;

    /** The same, born later if {@code applied} is. */
    Operate bornAt(long applied) {
      return new Operate(op, write, Math.max(born, applied));
    }

    @Override
    public String key() {
      return write.key();
    }

    @Override
    public int bytes() {
      return ENVELOPE_BYTES
          + MOST_UTF_8 * key().length()
          + write.value().map(Bytes::size).orElse(0);
    }
  }

  /** Writes keys of whatever arcs the receiver leads; each write is decided for itself. */
  record OperateAll(List<Operate> writes) implements ClientMessage {
    public OperateAll {
      writes = List.copyOf(writes);
    }
  }

  /**
   * Appends to a ledger; see {@link Operate}.
   *
   * @param at the number that the item is to have, or {@link #ANYWHERE}
   */
  record Add(OpId op, Id ledger, long at, Bytes payload, long born) implements ClientMessage {
    static final long ANYWHERE = 0;

    /** The same, born later if {@code applied} is. */
    Add bornAt(long applied) {
      return new Add(op, ledger, at, payload, Math.max(born, applied));
    }
  }

  /** Reads items of a ledger. */
  record ReadLedger(Id ledger, long after) implements ClientMessage {}

  /** Sets how much of a ledger is kept; to do so twice changes nothing. */
  record Retain(OpId op, Id ledger, Retention retention) implements ClientMessage {}

  /**
   * What has changed on a part of the circle? See ADR 7.
   *
   * @param at from here, clockwise; the daddy of this id is asked
   * @param to up to here, and not beyond the end of the daddy's arc
   * @param text a key, or the beginning of keys
   * @param exact whether it is a key
   * @param values whether values are wanted
   * @param after changes by later entries of the log; 0: everything there is; {@link #FROM_NOW}
   * @param target and by none after this one; 0: by all that are applied
   * @param hold whether to wait for a change if there is none
   */
  record WatchArc(
      Id at,
      Id to,
      String text,
      boolean exact,
      boolean values,
      long after,
      long target,
      boolean hold)
      implements ClientMessage {
    /** In place of an index: only what changes from now on. */
    static final long FROM_NOW = -1;

    /** As much of what is asked about as lies on {@code range}, on which {@link #at} does. */
    Arc within(Arc range) {
      Id whole = to.minus(at);
      Id here = range.to().minus(at);
      boolean isHere =
          whole.equals(Id.ZERO) || (!here.equals(Id.ZERO) && here.compareTo(whole) < 0);
      return new Arc(at, isHere ? range.to() : to);
    }

    boolean matches(String key) {
      return exact ? key.equals(text) : key.startsWith(text);
    }
  }

  /** An answer. */
  sealed interface Reply extends ClientMessage {}

  /** What becomes of a write. */
  sealed interface OperateReply extends Reply {}

  /** The daddy's own account of the arc. */
  record Located(Peer daddy, ArcStatus status) implements Reply {}

  /**
   * What has changed.
   *
   * @param end from where it was asked up to here it is told
   * @param arcEnd up to where it could be told by further questions to the same daddy
   * @param upTo changes by entries up to this one
   * @param all whether nothing more was decided about this part before the question came
   * @param reset deletions may be missing: nothing is told, and the question is to be asked anew
   */
  record Told(Id end, Id arcEnd, long upTo, boolean all, boolean reset, List<Change> changes)
      implements Reply {
    public Told {
      changes = List.copyOf(changes);
    }
  }

  /**
   * A record that has changed.
   *
   * @param value empty also where it was not asked for
   */
  record Change(String key, long version, boolean present, Optional<Bytes> value)
      implements Message {}

  /** The record. */
  record Found(long version, Optional<Bytes> value) implements Reply {
    static Found of(Versioned record) {
      return new Found(record.version(), record.value());
    }

    Versioned versioned() {
      return new Versioned(version, value);
    }

    int bytes() {
      return value.map(Bytes::size).orElse(0);
    }
  }

  /**
   * Records.
   *
   * @param found in the order of the question
   * @param full whether there may be more that had no room; if not, the others are not here
   */
  record FoundAll(List<At> found, boolean full) implements Reply {
    public FoundAll {
      found = List.copyOf(found);
    }

    /** The record of one of the keys, counted from 0. */
    record At(int place, Found found) implements Message {}

    /** Whether it can be an answer about so many keys. */
    boolean fits(int asked) {
      int next = 0;
      for (At at : found) {
        if (at.place() < next) {
          return false;
        }
        next = at.place() + 1;
      }
      return next <= asked && !(full && found.isEmpty());
    }
  }

  /**
   * A page.
   *
   * @param next the id at which to go on; empty: there is no more
   * @param nextKey the key after which to go on
   */
  record Browsed(List<Scan.Listed> records, Optional<Id> next, String nextKey) implements Reply {
    public Browsed {
      records = List.copyOf(records);
    }

    Scan.Page page() {
      return new Scan.Page(records, next.map(id -> new Scan.Position(id, nextKey)));
    }
  }

  /**
   * The write was decided.
   *
   * @param applied where the log is now
   */
  record Decided(WriteOutcome outcome, long applied) implements OperateReply {}

  /** What becomes of each of several writes, in the order of the question. */
  record DecidedAll(List<OperateReply> each) implements Reply {
    public DecidedAll {
      each = List.copyOf(each);
    }
  }

  /**
   * The item was appended.
   *
   * @param audience how many will hear of it
   * @param applied where the log is now
   */
  record Added(long sequence, int audience, long applied) implements Reply {
    Added to(int listeners) {
      return new Added(sequence, listeners, applied);
    }
  }

  /** The item was to have another number than the one that comes next; nothing was done. */
  record NotNext() implements Reply {}

  /** So much is kept from now on. */
  record Retained(Retention retention) implements Reply {}

  /** Items of a ledger. */
  record LedgerPage(long first, long last, List<Bytes> payloads) implements Reply {
    public LedgerPage {
      payloads = List.copyOf(payloads);
    }

    static LedgerPage of(Ledgers.Page page) {
      return new LedgerPage(
          page.first(), page.last(), page.items().stream().map(Ledgers.Item::payload).toList());
    }

    /** The page for who asked about what comes after this number. */
    Ledgers.Page page(long after) {
      List<Ledgers.Item> items = new ArrayList<>();
      long next = Math.max(first, after + 1);
      for (Bytes payload : payloads) {
        items.add(new Ledgers.Item(next++, payload));
      }
      return new Ledgers.Page(first, last, items);
    }
  }

  /**
   * So many writes came in between that the record cannot tell whether this one was among them;
   * nothing was done.
   *
   * @param applied where the log is now
   */
  record Forgotten(long applied) implements OperateReply {}

  /**
   * The nodes around the one that tells, itself included.
   *
   * @param nodes in clockwise order
   * @param closed whether they are the whole ring
   */
  record Around(List<Peer> nodes, boolean closed) implements Reply {
    public Around {
      nodes = List.copyOf(nodes);
      if (nodes.isEmpty()) {
        throw new IllegalArgumentException("whoever tells is one of the nodes around it");
      }
    }

    static Around of(LeafSet leaves) {
      boolean closed = leaves.isWholeRing();
      List<Peer> left = leaves.counterClockwise();
      Id first = closed ? Id.ZERO : left.get(left.size() - 1).id();
      List<Peer> nodes = new ArrayList<>(leaves.peers());
      nodes.add(leaves.self());
      nodes.sort(Comparator.comparing(each -> each.id().minus(first)));
      return new Around(nodes, closed);
    }

    /** Where they are all the nodes that there are. */
    Arc reach() {
      return closed
          ? Arc.CIRCLE
          : new Arc(nodes.get(0).id(), nodes.get(nodes.size() - 1).id().next());
    }
  }

  /**
   * Not here, and nothing was done.
   *
   * @param daddy who leads, if that is known
   * @param others who may know more
   */
  record NotDaddy(Optional<Peer> daddy, List<Peer> others) implements OperateReply {
    static final NotDaddy UNKNOWN = new NotDaddy(Optional.empty(), List.of());

    public NotDaddy {
      others = List.copyOf(others);
    }
  }

  /** It was appended, then leadership was lost: it may take effect or not. */
  record Dropped() implements OperateReply {}

  /** Too much waits already; nothing was done. */
  record Busy() implements OperateReply {}

  /** The disks of too many members are full; nothing was done. */
  record NoRoom() implements OperateReply {}

  /** A majority is dead; nothing was done. */
  record NoMajority() implements OperateReply {}
}
