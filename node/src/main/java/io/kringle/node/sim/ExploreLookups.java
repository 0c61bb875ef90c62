package io.kringle.node.sim;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The lookups of one exploration: who asked for which key, and where that arrived. */
final class ExploreLookups {
  private final List<Entry> entries = new ArrayList<>();

  private record Entry(Peer origin, Id key, List<Peer> arrivedAt) {}

  /** Has a node look for the owner of {@code key}. */
  void look(OverlayNode from, Id key) {
    Lookup lookup = new Lookup(entries.size());
    entries.add(new Entry(from.ring().self(), key, new ArrayList<>()));
    from.look(key, lookup);
  }

  void arrived(Peer at, Lookup lookup) {
    entries.get(lookup.number()).arrivedAt().add(at);
  }

  /** How many have begun. */
  int begun() {
    return entries.size();
  }

  /** Whether all from number {@code first} on have arrived somewhere. */
  boolean haveArrived(int first) {
    return entries.subList(first, entries.size()).stream()
        .noneMatch(entry -> entry.arrivedAt().isEmpty());
  }

  /**
   * What is wrong with the first of those from number {@code first} on that did not arrive at the
   * owner of its key, once.
   *
   * @param nodes all that live
   */
  Optional<String> firstWrong(int first, Collection<Peer> nodes) {
    return entries.subList(first, entries.size()).stream()
        .filter(entry -> !entry.arrivedAt().equals(List.of(owner(nodes, entry.key()))))
        .findFirst()
        .map(
            entry ->
                "the lookup of %s from %s arrived at %s instead of once at %s"
                    .formatted(
                        entry.key(), entry.origin(), entry.arrivedAt(), owner(nodes, entry.key())));
  }

  /** The model, too simple to be wrong: the nearest, and of two that are as near the higher. */
  private static Peer owner(Collection<Peer> nodes, Id key) {
    return nodes.stream()
        .min(
            Comparator.comparing((Peer peer) -> peer.id().distanceTo(key))
                .thenComparing(Comparator.comparing(Peer::id).reversed()))
        .orElseThrow();
  }
}
