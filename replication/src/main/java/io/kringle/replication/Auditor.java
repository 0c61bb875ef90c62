package io.kringle.replication;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Anti-entropy at the daddy: now and then it has all replicas audited, and whoever turns out to
 * have other records than most mends them. Where nothing differs that costs one entry of the log,
 * and one message from each member.
 */
final class Auditor {
  private static final Logger LOG = LoggerFactory.getLogger(Auditor.class);

  /** How long all have to answer at the least, however often they are asked. */
  private static final Duration SHORTEST_PATIENCE = Duration.ofSeconds(30);

  private final Group group;
  private final Context node;
  private final Map<Id, List<Long>> told = new TreeMap<>();
  private Timer timer = () -> {};
  private long round;
  private boolean isOpen;

  Auditor(Group group) {
    this.group = group;
    this.node = group.node;
  }

  /** A term of office has begun. */
  void begin() {
    rest();
  }

  /** It is over. */
  void end() {
    timer.cancel();
    isOpen = false;
  }

  /** Not all arcs of a node at the same time. */
  private void rest() {
    isOpen = false;
    long mean = node.config.auditEvery().toMillis();
    long wait = mean / 2 + node.world.random().nextLong(mean);
    timer = node.world.after(Duration.ofMillis(wait), this::audit);
  }

  private void audit() {
    boolean isDue =
        group.leadership().filter(Leadership::isSettled).isPresent()
            && group.configuration().voters().size() > 1;
    if (isDue) {
      told.clear();
      round = node.world.random().nextLong();
      isOpen = true;
      timer = node.world.after(patience(), this::judge);
      group.append(new Entry.Audit(group.epoch(), round));
    } else {
      rest();
    }
  }

  /** Who has not answered by then, or whose answer was lost, is asked the next time. */
  private Duration patience() {
    Duration half = node.config.auditEvery().dividedBy(2);
    return half.compareTo(SHORTEST_PATIENCE) < 0 ? SHORTEST_PATIENCE : half;
  }

  /** A voter has come to these digests. */
  void told(Peer from, long ofRound, List<Long> digests) {
    if (isOpen && ofRound == round && group.configurations.applied().votes(from)) {
      told.put(from.id(), digests);
      boolean all =
          group.configurations.applied().voters().stream()
              .allMatch(voter -> told.containsKey(voter.id()) || node.isGone(voter));
      if (all) {
        timer.cancel();
        judge();
      }
    }
  }

  private void judge() {
    List<Long> own = told.getOrDefault(node.self().id(), List.of());
    Digests parts = new Digests(group.range());
    Optional<Integer> wrong = Optional.empty();
    if (own.size() == parts.sums().size()) {
      told.values().removeIf(digests -> digests.size() != own.size());
      for (int part = 0; part < own.size(); part++) {
        if (isWrongHere(part, own.get(part))) {
          wrong = Optional.of(part);
        } else {
          compare(parts, part, own.get(part));
        }
      }
    }
    rest();
    wrong.ifPresent(part -> group.damaged(parts.part(part)));
  }

  /** Whether a part is damaged, or most of the others agree on something else. */
  private boolean isWrongHere(int part, long own) {
    Map<Long, Integer> count = new TreeMap<>();
    told.values().forEach(digests -> count.merge(digests.get(part), 1, Integer::sum));
    count.remove(Digests.DAMAGED);
    int here = count.getOrDefault(own, 0);
    return own == Digests.DAMAGED || count.values().stream().anyMatch(there -> there > here);
  }

  private void compare(Digests parts, int part, long own) {
    told.forEach(
        (id, digests) -> {
          if (digests.get(part) != own) {
            LOG.warn("{} has other records of {} than {}", id, parts.part(part), group);
            group
                .configuration()
                .find(id)
                .ifPresent(
                    member ->
                        node.send(
                            member,
                            new ReplicationMessage.Differs(
                                group.arc,
                                group.generation(),
                                group.epoch(),
                                parts.part(part).from(),
                                parts.part(part).to())));
          }
        });
  }
}
