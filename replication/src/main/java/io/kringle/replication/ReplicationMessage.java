package io.kringle.replication;

import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import java.util.List;
import java.util.Optional;

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
   * @param needed the log after this index is to be kept, for members that are being filled; 0:
   *     none
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
      long time,
      long needed)
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
   * Offers an arc's records to a member that the log no longer reaches.
   *
   * @param anew whether what is there is to be cleared; if not, it may be a beginning
   * @param index the log goes on after this one
   * @param configuration as of {@code index}, like all that follows
   * @param splits which the arc has been through
   * @param floor what is left of tombstones
   * @param time of the arc's clock
   */
  record Offer(
      long arc,
      long generation,
      long epoch,
      boolean anew,
      long index,
      long indexEpoch,
      Configuration configuration,
      List<PastSplit> splits,
      Floor floor,
      long time)
      implements ReplicationMessage {
    /** Copies the list. */
    public Offer {
      splits = List.copyOf(splits);
    }
  }

  /**
   * A piece of the records that were offered.
   *
   * @param index of the offer
   * @param after key of the last record of the piece before
   * @param last whether nothing follows
   */
  record Chunk(
      long arc,
      long generation,
      long epoch,
      long index,
      long indexEpoch,
      Optional<String> after,
      List<Item> records,
      boolean last)
      implements ReplicationMessage {
    /** Copies the list. */
    public Chunk {
      records = List.copyOf(records);
    }
  }

  /** A record in a {@link Chunk}. */
  record Item(Id id, String key, Bytes record) {
    static List<Item> of(List<ArcStorage.StoredRecord> records) {
      return records.stream().map(each -> new Item(each.id(), each.key(), each.record())).toList();
    }
  }

  /**
   * Answers an offer or a piece by where the receiver stands.
   *
   * @param index of the offer that it goes by; 0: of none
   * @param to end of its arc
   * @param cursor key of the last record that it has
   * @param complete whether everything up to {@code index} is there and durable
   */
  record Standing(
      long arc,
      long generation,
      long epoch,
      long index,
      long indexEpoch,
      Id to,
      Optional<String> cursor,
      boolean complete)
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
   * @param after key of the last one that was mended already
   * @param applied where the asker stands still; only who is as far as that can help
   */
  record MendRequest(
      long arc, long generation, long epoch, Id from, Id to, Optional<String> after, long applied)
      implements ReplicationMessage {}

  /**
   * All records of a part of the arc: as much of what was asked for as fits a message.
   *
   * @param after as asked
   * @param isLast whether no more follow
   * @param applied entries up to this one are contained
   */
  record Mend(
      long arc,
      long generation,
      long epoch,
      Id from,
      Id to,
      Optional<String> after,
      boolean isLast,
      long applied,
      List<Item> records)
      implements ReplicationMessage {
    /** Copies the list. */
    public Mend {
      records = List.copyOf(records);
    }
  }

  /**
   * What do you keep of this part of the circle? Asked before a recovery.
   *
   * @param number of the survey
   */
  record Survey(long arc, long generation, long epoch, long number, Id from, Id to)
      implements ReplicationMessage {}

  /** All that overlaps it. */
  record Surveyed(long arc, long generation, long epoch, long number, List<Holding> replicas)
      implements ReplicationMessage {
    /** Copies the list. */
    public Surveyed {
      replicas = List.copyOf(replicas);
    }
  }

  /**
   * A replica, in a {@link Surveyed}.
   *
   * @param generation of its newest configuration
   * @param lastIndex of the last entry in its log
   * @param lastEpoch of that entry
   * @param filled whether it has all records up to there
   * @param broken whether its disk has failed
   */
  record Holding(
      long arc,
      long generation,
      long epoch,
      long lastIndex,
      long lastEpoch,
      boolean filled,
      boolean broken) {}

  /**
   * The arc was recovered: who kept it before gives it up.
   *
   * @param generation the first of its lineage
   * @param splits which the arc has been through
   */
  record Recovered(long arc, long generation, long epoch, Claim claim, List<PastSplit> splits)
      implements ReplicationMessage {
    /** Copies the list. */
    public Recovered {
      splits = List.copyOf(splits);
    }
  }

  /** I am about to leave the ring: replace me. */
  record Leave(long arc, long generation, long epoch) implements ReplicationMessage {}
}
