package io.kringle.replication;

import io.kringle.ring.Bytes;
import io.kringle.ring.Codec;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a node remembers of the replicas that it has given up. It was a voter there, and has made
 * promises by which others took over and let it go. A daddy from before that, which has heard of
 * nothing, would otherwise fill it anew, and both together would decide beside the present group.
 *
 * <p>Invariant: no replica begins by the word of a node whose newest configuration is not newer
 * than the one by which the last replica was given up. There are at most {@value #MOST} graves; the
 * oldest is forgotten beyond that.
 */
final class Graves {
  static final int MOST = 16_384;

  private final Codec codec;
  private final Map<Long, Grave> byArc = new TreeMap<>();
  private long dug;

  Graves(Codec codec) {
    this.codec = codec;
  }

  /** One was found on the disk. */
  void found(long arc, Grave grave) {
    byArc.put(arc, grave);
    dug = Math.max(dug, grave.number());
  }

  /**
   * Takes a replica's place.
   *
   * @param generation of a committed configuration that this node is no member of
   * @param batch that takes the replica away
   */
  void bury(Group group, long generation, ArcStorage.Batch batch) {
    Grave grave = new Grave(generation, group.epoch(), ++dug);
    byArc.put(group.arc, grave);
    batch.putMeta(group.arc, Bytes.of(codec.encode(grave)));
    if (byArc.size() > MOST) {
      long oldest =
          byArc.entrySet().stream()
              .min(Comparator.comparing(each -> each.getValue().number()))
              .orElseThrow()
              .getKey();
      byArc.remove(oldest);
      batch.removeMeta(oldest);
    }
  }

  /** A replica begins, whose metadata take the grave's place. */
  void opened(long arc) {
    byArc.remove(arc);
  }

  /** The grave of an arc, if whoever knows of no configuration after {@code generation} is late. */
  Optional<Grave> closedTo(long arc, long generation) {
    return Optional.ofNullable(byArc.get(arc)).filter(grave -> generation <= grave.generation());
  }
}
