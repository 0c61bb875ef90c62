package io.kringle.ring;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The peers that a node reached lately and often, for the day when it knows nobody else: most
 * promising first. Not thread-safe; it belongs to a node's steps, and {@link #snapshot} is what
 * leaves them.
 *
 * <p>A peer's heat is the number of contacts with it, each of which counts half after {@value
 * #HALF_LIFE} contacts with anybody; a failure halves what there is. When the memory is full the
 * coldest is forgotten; failures alone do not make it forget, since after a long cut the peers that
 * failed are the only ones worth asking.
 *
 * <p>Invariants: at most {@link #CAPACITY} peers; no two of one id, none of two at one endpoint.
 */
public final class RememberedPeers {
  /** How many peers are remembered. */
  public static final int CAPACITY = 256;

  private static final int HALF_LIFE = 64;

  /**
   * In the order of the last contact, the latest last, which is what decides between equal heats.
   */
  private final Map<Id, Entry> entries = new LinkedHashMap<>();

  private long contacts;
  private long version;

  /**
   * A peer with what is known of its worth.
   *
   * @param peer who
   * @param heat contacts, the later ones counting more; not negative
   * @param failures how often in a row it could not be reached
   */
  public record Remembered(Peer peer, double heat, int failures) {
    /** Checks the ranges. */
    public Remembered {
      if (!(heat >= 0) || Double.isInfinite(heat) || failures < 0) {
        throw new IllegalArgumentException(
            "heat " + heat + " or failures " + failures + " is out of range");
      }
    }
  }

  /** What is remembered of a peer, its heat as of the contact number {@code at}. */
  private record Entry(Peer peer, double heat, long at, int failures) {
    double heatAt(long contact) {
      return heat * Math.pow(0.5, (double) (contact - at) / HALF_LIFE);
    }
  }

  /** Remembers nobody. */
  public RememberedPeers() {
    this(List.of());
  }

  /**
   * Remembers what an earlier {@link #snapshot} held; what is too much is left out from the end.
   */
  public RememberedPeers(List<Remembered> snapshot) {
    List<Remembered> kept = new ArrayList<>();
    Set<Object> known = new HashSet<>();
    for (Remembered saved : snapshot) {
      boolean isNew = known.add(saved.peer().id()) && known.add(saved.peer().endpoint());
      if (isNew && kept.size() < CAPACITY) {
        kept.add(saved);
      }
    }
    Collections.reverse(kept);
    for (Remembered saved : kept) {
      entries.put(saved.peer().id(), new Entry(saved.peer(), saved.heat(), 0, saved.failures()));
    }
  }

  /** The peer has just proven to be alive. */
  public void reached(Peer peer) {
    contacts++;
    version++;
    Entry known = entries.remove(peer.id());
    at(peer.endpoint()).ifPresent(displaced -> entries.remove(displaced.peer().id()));
    if (entries.size() == CAPACITY) {
      entries.remove(coldest().peer().id());
    }
    double heat = known == null ? 0 : known.heatAt(contacts);
    entries.put(peer.id(), new Entry(peer, heat + 1, contacts, 0));
  }

  /** Somebody answered where this peer should be. Nothing happens if nobody is remembered there. */
  public void reachedAt(Endpoint endpoint) {
    at(endpoint).map(Entry::peer).ifPresent(this::reached);
  }

  /** Nobody answered where this peer should be. Nothing happens if nobody is remembered there. */
  public void failed(Endpoint endpoint) {
    at(endpoint)
        .ifPresent(
            known -> {
              version++;
              int failures =
                  known.failures() == Integer.MAX_VALUE ? known.failures() : known.failures() + 1;
              Entry colder =
                  new Entry(known.peer(), known.heatAt(contacts) / 2, contacts, failures);
              entries.put(known.peer().id(), colder);
            });
  }

  /** The peer of this id, if it is remembered. */
  public Optional<Peer> find(Id id) {
    return Optional.ofNullable(entries.get(id)).map(Entry::peer);
  }

  /** Everything remembered, most promising first, to be kept or to be tried in this order. */
  public List<Remembered> snapshot() {
    List<Remembered> all = new ArrayList<>(entries.size());
    for (Entry entry : entries.values()) {
      all.add(new Remembered(entry.peer(), entry.heatAt(contacts), entry.failures()));
    }
    Collections.reverse(all);
    all.sort(Comparator.comparingDouble(Remembered::heat).reversed());
    return List.copyOf(all);
  }

  /** Counts changes, so that whoever saves the snapshot sees whether there is something new. */
  public long version() {
    return version;
  }

  /** How many peers are remembered. */
  public int size() {
    return entries.size();
  }

  private Optional<Entry> at(Endpoint endpoint) {
    return entries.values().stream()
        .filter(entry -> entry.peer().endpoint().equals(endpoint))
        .findFirst();
  }

  private Entry coldest() {
    return entries.values().stream()
        .min(Comparator.comparingDouble(entry -> entry.heatAt(contacts)))
        .orElseThrow();
  }
}
