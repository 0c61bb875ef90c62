package io.kringle.replication;

import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import java.util.List;

/** What members of one arc's group say to each other. */
public sealed interface ReplicationMessage extends Message {

  /** The arc's number. */
  long arc();

  /** The newest configuration that the sender knows of. */
  long generation();

  /** The sender's epoch. */
  long epoch();

  /**
   * Asks for a vote (Ongaro, Ousterhout 2014, figure 2), or whether it would be given (Ongaro 2014,
   * section 9.6).
   *
   * @param epoch the one to be led
   * @param pre whether it is only a question
   */
  record RequestVote(
      long arc, long generation, long epoch, boolean pre, long lastIndex, long lastEpoch)
      implements ReplicationMessage {}

  /**
   * Answers it.
   *
   * @param asked the epoch that was asked about
   */
  record VoteReply(long arc, long generation, long epoch, boolean pre, long asked, boolean granted)
      implements ReplicationMessage {}

  /**
   * Entries to be added after {@code previous}.
   *
   * @param entries encoded; none to confirm leadership or to tell what is committed
   * @param commit index of the last committed entry
   * @param round of confirming leadership, for reads
   * @param time of the arc's clock
   */
  record Append(
      long arc,
      long generation,
      long epoch,
      long previous,
      long previousEpoch,
      List<Bytes> entries,
      long commit,
      long round,
      long time)
      implements ReplicationMessage {
    /** Copies the list. */
    public Append {
      entries = List.copyOf(entries);
    }
  }

  /**
   * Answers it, once what it says is durable.
   *
   * @param accepted whether the log fits up to {@code index}; if not, {@code index} is where to try
   *     next, or {@link #NOTHING}
   * @param commit what the member knows to be committed
   * @param hasRoom whether its disk takes more values
   */
  record AppendReply(
      long arc,
      long generation,
      long epoch,
      boolean accepted,
      long index,
      long commit,
      long round,
      boolean hasRoom)
      implements ReplicationMessage {
    /** In place of an index: I have nothing of this arc. */
    static final long NOTHING = -1;
  }

  /**
   * A piece of an arc's records, for a member that the log no longer reaches.
   *
   * @param transfer names the whole transfer
   * @param sequence 0, 1, 2, … within it; the first clears what was there
   * @param index the log goes on after this one
   * @param last whether nothing follows
   * @param splits which the arc has been through; in the first piece
   * @param floor what is left of tombstones, as of {@code index}
   */
  record Chunk(
      long arc,
      long generation,
      long epoch,
      long transfer,
      int sequence,
      Configuration configuration,
      long index,
      long indexEpoch,
      List<Item> records,
      boolean last,
      List<PastSplit> splits,
      Floor floor)
      implements ReplicationMessage {
    /** Copies the lists. */
    public Chunk {
      records = List.copyOf(records);
      splits = List.copyOf(splits);
    }
  }

  /** A record in a {@link Chunk}. */
  record Item(Id id, String key, Bytes record) {
    static List<Item> of(List<ArcStorage.StoredRecord> records) {
      return records.stream().map(each -> new Item(each.id(), each.key(), each.record())).toList();
    }
  }

  /**
   * Asks for the next piece.
   *
   * @param next its sequence number; 0: begin again
   * @param complete whether everything is there
   */
  record ChunkReply(
      long arc, long generation, long epoch, long transfer, int next, boolean complete)
      implements ReplicationMessage {}

  /** Stand for election now: I hand over to you (Ongaro 2014, section 3.10). */
  record TimeoutNow(long arc, long generation, long epoch) implements ReplicationMessage {}

  /** Are you still the daddy? */
  record Ping(long arc, long generation, long epoch) implements ReplicationMessage {}

  /** I am not the daddy. */
  record NotLeading(long arc, long generation, long epoch) implements ReplicationMessage {}

  /** Am I still a member? */
  record StaleCheck(long arc, long generation, long epoch) implements ReplicationMessage {}

  /**
   * You are no member as of this generation, which is committed.
   *
   * @param splits which the arc has been through
   */
  record Removed(long arc, long generation, long epoch, List<PastSplit> splits)
      implements ReplicationMessage {
    /** Copies the list. */
    public Removed {
      splits = List.copyOf(splits);
    }
  }

  /**
   * By what my records are known, as of an audit's entry.
   *
   * @param digests of equal parts of the arc; see {@link Digests}
   */
  record Audited(long arc, long generation, long epoch, long round, List<Long> digests)
      implements ReplicationMessage {
    /** Copies the list. */
    public Audited {
      digests = List.copyOf(digests);
    }
  }

  /** Your records of this part of the arc are not those of the others: mend them. */
  record Differs(long arc, long generation, long epoch, Id from, Id to)
      implements ReplicationMessage {}

  /**
   * Asks any member for its records of a part of the arc.
   *
   * @param applied where the asker stands still; only who is as far as that can help
   */
  record MendRequest(long arc, long generation, long epoch, Id from, Id to, long applied)
      implements ReplicationMessage {}

  /**
   * All records of a part of the arc: as much of what was asked for as fits a message.
   *
   * @param applied entries up to this one are contained
   */
  record Mend(
      long arc, long generation, long epoch, Id from, Id to, long applied, List<Item> records)
      implements ReplicationMessage {
    /** Copies the list. */
    public Mend {
      records = List.copyOf(records);
    }
  }

  /** I am about to leave the ring: replace me. */
  record Leave(long arc, long generation, long epoch) implements ReplicationMessage {}
}
