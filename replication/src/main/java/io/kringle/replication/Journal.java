package io.kringle.replication;

import io.kringle.ring.Result;
import io.kringle.ring.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The end of a turn: gathers what all groups of the node have to write into one batch, so that one
 * flush to disk pays for all of it, and lets them send while the disk works (Ongaro 2014, section
 * 10.2.1).
 */
final class Journal {
  private final World world;
  private final ArcStorage storage;
  private final Set<Group> touched = new LinkedHashSet<>();
  private boolean scheduled;

  Journal(World world, ArcStorage storage) {
    this.world = world;
    this.storage = storage;
  }

  /** {@code group} has something to write or to send at the end of this turn. */
  void touch(Group group) {
    touched.add(group);
    if (!scheduled) {
      scheduled = true;
      world.after(Duration.ZERO, this::endTurn);
    }
  }

  private void endTurn() {
    scheduled = false;
    List<Group> groups = new ArrayList<>(touched);
    touched.clear();
    write(groups.stream().filter(group -> group.isAlive() && group.hasUnsaved()).toList());
    for (Group group : groups) {
      if (group.isAlive()) {
        group.turnEnded();
      }
    }
  }

  private void write(List<Group> groups) {
    if (groups.isEmpty()) {
      return;
    }
    ArcStorage.Batch batch = storage.batch();
    List<Saved> saved = new ArrayList<>(groups.size());
    for (Group group : groups) {
      saved.add(new Saved(group, group.save(batch)));
    }
    storage.commit(batch, result -> saved.forEach(each -> each.tell(result)));
  }

  private record Saved(Group group, Group.Mark mark) {
    void tell(Result<Void> result) {
      group.saved(mark, result);
    }
  }
}
