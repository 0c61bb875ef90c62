package io.kringle.replication;

import io.kringle.ring.Failure;
import io.kringle.ring.Result;

/**
 * The watches that are open at this node: at most {@value #MOST}, {@value #MOST_PREFIXES} of
 * prefixes.
 */
final class Watchers {
  static final int MOST = 1_024;
  static final int MOST_PREFIXES = 64;

  private final Context node;
  private final Client client;
  private int open;
  private int openPrefixes;

  Watchers(Context node, Client client) {
    this.node = node;
    this.client = client;
  }

  Result<Watch> open(Watched what, WatchListener listener) {
    if (open >= MOST || (what.isPrefix() && openPrefixes >= MOST_PREFIXES)) {
      return Result.failed(
          Failure.Kind.OVERLOADED,
          open + " watches are open here, " + openPrefixes + " of them of prefixes");
    }
    count(what, 1);
    Watcher watcher = new Watcher(node, client, what, listener, () -> count(what, -1));
    watcher.begin();
    return Result.ok(watcher);
  }

  private void count(Watched what, int change) {
    open += change;
    openPrefixes += what.isPrefix() ? change : 0;
  }

  int size() {
    return open;
  }
}
