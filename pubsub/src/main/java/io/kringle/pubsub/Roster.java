package io.kringle.pubsub;

import io.kringle.pubsub.GroupMessage.Report;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The members of a group, as its dispatcher knows them, and what each has in hand. */
final class Roster {
  private final Surroundings around;

  /** Who was handed something last is last. */
  private final Map<Key, Member> members = new LinkedHashMap<>();

  private record Key(Id node, long number) {}

  Roster(Surroundings around) {
    this.around = around;
  }

  boolean isEmpty() {
    return members.isEmpty();
  }

  /** Whether there is no room for one more: at most {@link TopicsConfig#maxSubscribers}. */
  boolean isFullFor(Report report) {
    return members.size() >= around.config().maxSubscribers() && !members.containsKey(key(report));
  }

  private static Key key(Report report) {
    return new Key(report.node().id(), report.member());
  }

  /** A member is there, perhaps for the first time. */
  Member heard(Report report) {
    Key key = key(report);
    Member member = members.computeIfAbsent(key, unused -> new Member(key));
    member.node = report.node();
    member.room = report.room();
    member.acknowledgeWithin = report.acknowledgeWithinMillis() * 1_000_000;
    member.heardAt = around.world().now();
    return member;
  }

  void remove(Member member) {
    members.remove(member.key, member);
  }

  /**
   * The member that has room and waits longest for something to do; {@code avoided} only if there
   * is nobody else.
   */
  Optional<Member> next(@Nullable Member avoided) {
    Member found = null;
    Iterator<Member> each = members.values().iterator();
    while (each.hasNext() && (found == null || found.equals(avoided))) {
      Member member = each.next();
      if (member.inHand.size() < member.room) {
        found = found == null || !member.equals(avoided) ? member : found;
      }
    }
    if (found != null) {
      members.remove(found.key);
      members.put(found.key, found);
    }
    return Optional.ofNullable(found);
  }

  /** Who has it in hand. */
  @Nullable Member whoHas(long sequence) {
    for (Member member : members.values()) {
      if (member.inHand.containsKey(sequence)) {
        return member;
      }
    }
    return null;
  }

  /** Those who have not been heard of for so long, or were found dead. */
  List<Member> silent(Duration lease) {
    List<Member> silent = new ArrayList<>();
    for (Member member : members.values()) {
      boolean isLate = around.world().now() - member.heardAt > lease.toNanos();
      if (isLate || around.ring().isFailed(member.node().id())) {
        silent.add(member);
      }
    }
    return silent;
  }

  /** Shows what members have had in hand for too long. */
  void overdue(BiConsumer<Member, Long> action) {
    long now = around.world().now();
    for (Member member : List.copyOf(members.values())) {
      for (Map.Entry<Long, Long> each : List.copyOf(member.inHand.entrySet())) {
        if (now - each.getValue() > member.acknowledgeWithin) {
          action.accept(member, each.getKey());
        }
      }
    }
  }

  /** One member. */
  static final class Member {
    private final Key key;

    /** What it has in hand, and since when. */
    private final TreeMap<Long, Long> inHand = new TreeMap<>();

    private @Nullable Peer node;
    private int room;
    private long acknowledgeWithin;
    private long heardAt;

    private Member(Key key) {
      this.key = key;
    }

    Peer node() {
      return Objects.requireNonNull(node);
    }

    long number() {
      return key.number();
    }

    Map<Long, Long> inHand() {
      return inHand;
    }
  }
}
