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
 * @param splits what the arc has been through, the latest last
 */
record ArcMeta(
    Configuration configuration,
    long epoch,
    Optional<Peer> vote,
    long base,
    long baseEpoch,
    long applied,
    boolean installing,
    List<PastSplit> splits)
    implements Message {
  ArcMeta {
    splits = List.copyOf(splits);
  }
}
