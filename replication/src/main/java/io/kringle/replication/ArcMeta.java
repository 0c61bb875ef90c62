package io.kringle.replication;

import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import java.util.List;
import java.util.Optional;

/**
 * What a member keeps on disk about an arc, besides log and records.
 *
 * @param configuration as of {@code applied}; later ones are found in the log
 * @param epoch highest that it has heard of
 * @param vote whom it voted for in that epoch
 * @param base index of the last entry that is no longer in the log
 * @param baseEpoch epoch of that entry
 * @param applied records contain at least the entries up to here, and maybe some of the later ones
 * @param installing a snapshot is being received, so that the records are of no use yet
 * @param cursor key of the last record that was received of it
 * @param splits what the arc has been through, the latest last
 * @param floor what is left of tombstones, as of {@code applied}
 * @param time of the arc's clock, at the least
 */
record ArcMeta(
    Configuration configuration,
    long epoch,
    Optional<Peer> vote,
    long base,
    long baseEpoch,
    long applied,
    boolean installing,
    Optional<String> cursor,
    List<PastSplit> splits,
    Floor floor,
    long time)
    implements Message {
  ArcMeta {
    splits = List.copyOf(splits);
  }

  /**
   * Of a replica that goes on from this one by itself alone. Indexes and epochs begin where its
   * lineage does, so that nothing which others decide has the same.
   */
  ArcMeta recovered(Configuration alone) {
    long first = alone.generation();
    return new ArcMeta(
        alone,
        first,
        Optional.empty(),
        first,
        first,
        first,
        false,
        Optional.empty(),
        splits,
        floor,
        time);
  }

  /** Of a replica without records, which is to be filled. */
  static ArcMeta toBeFilled(Configuration configuration, long epoch) {
    return new ArcMeta(
        configuration,
        epoch,
        Optional.empty(),
        0,
        0,
        0,
        true,
        Optional.empty(),
        List.of(),
        Floor.NONE,
        0);
  }
}
