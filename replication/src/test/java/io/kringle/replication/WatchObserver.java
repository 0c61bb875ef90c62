package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Opens a watch, and keeps what it is told: that versions ascend is checked at each event. */
final class WatchObserver implements WatchListener {
  final List<WatchEvent> events = new ArrayList<>();
  final Map<String, WatchEvent.Changed> last = new TreeMap<>();
  final Watched what;
  final Watch watch;
  int resets;
  boolean isCurrent;

  /** Takes nothing more while it is slow. */
  private boolean slow;

  private Runnable owed = () -> {};

  WatchObserver(Cluster.Node node, Watched what) {
    this.what = what;
    Result<Watch> opened = node.replication.records().watch(what, this);
    this.watch =
        opened.fold(
            open -> open,
            failure -> {
              throw new IllegalStateException("no watch: " + failure);
            });
  }

  void beSlow() {
    slow = true;
  }

  /** To be called in a step of the node. */
  void beQuickAgain() {
    slow = false;
    owed.run();
  }

  @Override
  public void told(List<WatchEvent> batch, Runnable taken) {
    if (batch.isEmpty()) {
      throw new IllegalStateException("nothing is no event");
    }
    batch.forEach(this::take);
    if (slow) {
      owed = taken;
    } else {
      taken.run();
    }
  }

  private void take(WatchEvent event) {
    events.add(event);
    if (event instanceof WatchEvent.Changed changed) {
      WatchEvent.Changed before = last.put(changed.key(), changed);
      if (before != null && before.version() >= changed.version()) {
        throw new IllegalStateException(before + " is followed by " + changed);
      }
      boolean isWanted =
          what.isPrefix()
              ? changed.key().startsWith(what.text())
              : changed.key().equals(what.text());
      if (!isWanted) {
        throw new IllegalStateException(changed + " was not watched");
      }
    } else if (event instanceof WatchEvent.Reset reset) {
      resets++;
      isCurrent = false;
      Arc arc = reset.arc();
      last.keySet().removeIf(key -> arc.contains(Id.ofKey(key)));
    } else {
      isCurrent = true;
    }
  }

  long version(String key) {
    WatchEvent.Changed changed = last.get(key);
    return changed == null ? 0 : changed.version();
  }

  /** What is under a key as far as it was told. */
  String value(String key) {
    WatchEvent.Changed changed = last.get(key);
    return changed == null || !changed.isPresent()
        ? "none"
        : changed.value().map(value -> value.toUtf8()).orElse("some");
  }
}
