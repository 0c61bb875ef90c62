package io.kringle.replication;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.util.ArrayList;
import java.util.List;

/** Looks how a group is, from where this node stands in it. */
final class Checkup {
  /** With fewer entries to go a member is as good as up to date. */
  private static final long NOTABLE_LAG = 1_000;

  private final Group group;
  private final Context node;
  private final Configuration now;
  private final List<String> problems = new ArrayList<>();
  private boolean isServed = true;

  private Checkup(Group group) {
    this.group = group;
    this.node = group.node;
    this.now = group.configuration();
  }

  static ArcHealth of(Group group) {
    Checkup checkup = new Checkup(group);
    checkup.lookAtThisReplica();
    checkup.lookAtMembers();
    group.leadership().ifPresent(checkup::lookAtProgress);
    return checkup.verdict();
  }

  /** How far everybody is behind; nothing, from anybody but the daddy. */
  static List<ArcStatus.Lag> lags(Group group) {
    List<ArcStatus.Lag> lags = new ArrayList<>();
    for (Peer peer : group.configuration().everyone()) {
      group
          .leadership()
          .flatMap(lead -> lead.progress(peer))
          .ifPresent(
              progress ->
                  lags.add(new ArcStatus.Lag(peer.id(), group.log.last() - progress.match)));
    }
    return lags;
  }

  private ArcHealth verdict() {
    if (!isServed) {
      return new ArcHealth(ArcHealth.State.UNAVAILABLE, problems);
    }
    return problems.isEmpty() ? ArcHealth.OK : new ArcHealth(ArcHealth.State.DEGRADED, problems);
  }

  private void lookAtThisReplica() {
    Id self = node.self().id();
    if (group.isBroken()) {
      problems.add("the disk of " + self.brief() + " has failed");
    } else if (group.isInstalling()) {
      problems.add(self.brief() + " is being filled");
    } else if (group.isMending()) {
      problems.add("damaged records are being mended at " + self.brief());
    }
    if (node.room != Room.PLENTY) {
      problems.add("the disk of " + self.brief() + " is full");
    }
  }

  private void lookAtMembers() {
    int live = 0;
    for (Peer voter : now.voters()) {
      if (node.isStranger(voter)) {
        problems.add(voter.id().brief() + " has lost its disk");
      } else if (node.isGone(voter)) {
        problems.add(voter.id().brief() + " is dead");
      } else {
        live++;
      }
    }
    if (live < now.majority()) {
      isServed = false;
      problems.add("no majority: %d of %d members live".formatted(live, now.voters().size()));
    } else if (group.leader().filter(leader -> !node.isGone(leader)).isEmpty()) {
      isServed = group.isBroken();
      problems.add("no daddy is known at " + node.self().id().brief());
    }
  }

  private void lookAtProgress(Leadership lead) {
    int wanted = Math.min(node.config.replicas(), node.ring.leafSet().peers().size() + 1);
    if (now.voters().size() < wanted) {
      problems.add("%d members, not %d".formatted(now.voters().size(), wanted));
    }
    for (Peer peer : now.everyone()) {
      lead.progress(peer).ifPresent(progress -> lookAt(peer, progress));
    }
  }

  private void lookAt(Peer peer, Progress progress) {
    long lag = group.log.last() - progress.match;
    if (progress.snapshot.isPresent() || now.learns(peer)) {
      problems.add(peer.id().brief() + " is being filled");
    } else if (lag >= NOTABLE_LAG && !node.isGone(peer)) {
      problems.add("%s is %d entries behind".formatted(peer.id().brief(), lag));
    }
    if (!progress.hasRoom) {
      problems.add("the disk of " + peer.id().brief() + " is full");
    }
  }
}
