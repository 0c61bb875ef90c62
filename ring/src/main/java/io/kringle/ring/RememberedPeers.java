package io.kringle.ring;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The peers that a node reached lately and often, for the day when it knows nobody else: most
 * promising first. Not thread-safe; it belongs to a node's steps, and {@link #snapshot} is what
 * leaves them.
 *
 * <p>A peer's heat is the number of contacts with it, each of which counts half after {@value
 * #HALF_LIFE} contacts with anybody; a failure halves what there is. When the memory is full the
 * coldest is forgotten. Failures alone do not make it forget, since after a long cut the peers that
 * failed are the only ones worth asking.
 *
 * <p>A peer that was not reached for {@value #FORGOTTEN_AFTER} hours, two weeks, is forgotten. Only
 * hours count in which the node ran and reached somebody: so a node that is cut off from everybody,
 * or switched off, forgets nobody however long that takes.
 *
 * <p>Invariants: at most {@link #CAPACITY} peers; no two of one id, none of two at one endpoint;
 * {@code byEndpoint} names exactly the ids in {@code entries}.
 */
public final class RememberedPeers {
  /** How many peers are remembered. */
  public static final int CAPACITY = 256;

  /** After how many hours among others a peer is forgotten that was not reached in them. */
  public static final int FORGOTTEN_AFTER = 14 * 24;

  private static final int HALF_LIFE = 64;

  /**
   * In the order of the last contact, the latest last, which is what decides between equal heats.
   */
  private final Map<Id, Entry> entries = new LinkedHashMap<>();

  private final Map<Endpoint, Id> byEndpoint = new LinkedHashMap<>();
  private long contacts;
  private long version;

  /** Hours that counted since this memory was made, and the contacts when the last one was over. */
  private int hours;

  private long contactsAtTheHour;

  /**
   * A peer with what is known of its worth.
   *
   * @param peer who
   * @param heat contacts, the later ones counting more; not negative
   * @param failures how often in a row it could not be reached
   * @param hoursSilent hours in which others were reached since it was last reached itself
   */
  public record Remembered(Peer peer, double heat, int failures, int hoursSilent) {
    /** Checks the ranges. */
    public Remembered {
      if (!(heat >= 0) || Double.isInfinite(heat) || failures < 0 || hoursSilent < 0) {
        throw new IllegalArgumentException(
            "heat %s, failures %d or hours %d are out of range"
                .formatted(heat, failures, hoursSilent));
      }
    }
  }

  /**
   * What is remembered of a peer.
   *
   * @param heat as of the contact number {@code at}
   * @param reachedIn the hour of the last contact with it; negative if that was in an earlier life
   * @param warmth what puts entries in the order of their heats, at whatever contact
   */
  private record Entry(
      Peer peer, double heat, long at, int failures, int reachedIn, double warmth) {
    Entry(Peer peer, double heat, long at, int failures, int reachedIn) {
      this(peer, heat, at, failures, reachedIn, log2(heat) + (double) at / HALF_LIFE);
    }

    private static double log2(double number) {
      return Math.log(number) / Math.log(2);
    }

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
    for (Remembered saved : snapshot) {
      Peer peer = saved.peer();
      boolean isNew = !entries.containsKey(peer.id()) && !byEndpoint.containsKey(peer.endpoint());
      if (isNew && kept.size() < CAPACITY) {
        kept.add(saved);
        put(new Entry(peer, saved.heat(), 0, saved.failures(), -saved.hoursSilent()));
      }
    }
    Collections.reverse(kept);
    kept.forEach(saved -> put(remove(saved.peer().id())));
  }

  private void put(Entry entry) {
    entries.put(entry.peer().id(), entry);
    byEndpoint.put(entry.peer().endpoint(), entry.peer().id());
  }

  private Entry remove(Id id) {
    Entry removed = entries.remove(id);
    if (removed == null) {
      throw new IllegalStateException(id.brief() + " is not remembered");
    }
    byEndpoint.remove(removed.peer().endpoint());
    return removed;
  }

  /** The peer has just proven to be alive. */
  public void reached(Peer peer) {
    contacts++;
    version++;
    double heat = 0;
    if (entries.containsKey(peer.id())) {
      heat = remove(peer.id()).heatAt(contacts);
    }
    at(peer.endpoint()).ifPresent(displaced -> remove(displaced.peer().id()));
    if (entries.size() == CAPACITY) {
      remove(coldest());
    }
    put(new Entry(peer, heat + 1, contacts, 0, hours));
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
              double colder = known.heatAt(contacts) / 2;
              put(new Entry(known.peer(), colder, contacts, failures, known.reachedIn()));
            });
  }

  /** The node has run for another hour. If it reached somebody in it, the others have aged. */
  public void anHourPassed() {
    if (contacts == contactsAtTheHour) {
      return;
    }
    contactsAtTheHour = contacts;
    hours++;
    version++;
    for (Entry entry : List.copyOf(entries.values())) {
      if (hours - entry.reachedIn() > FORGOTTEN_AFTER) {
        remove(entry.peer().id());
      }
    }
  }

  /** The peer of this id, if it is remembered. */
  public Optional<Peer> find(Id id) {
    return Optional.ofNullable(entries.get(id)).map(Entry::peer);
  }

  /** Everything remembered, most promising first, to be kept or to be tried in this order. */
  public List<Remembered> snapshot() {
    List<Remembered> all = new ArrayList<>(entries.size());
    for (Entry entry : entries.values()) {
      all.add(
          new Remembered(
              entry.peer(), entry.heatAt(contacts), entry.failures(), hours - entry.reachedIn()));
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
    return Optional.ofNullable(byEndpoint.get(endpoint)).map(entries::get);
  }

  /** Of the equally cold the one that was reached first. */
  private Id coldest() {
    Entry coldest = entries.values().iterator().next();
    for (Entry entry : entries.values()) {
      coldest = entry.warmth() < coldest.warmth() ? entry : coldest;
    }
    return coldest.peer().id();
  }
}
