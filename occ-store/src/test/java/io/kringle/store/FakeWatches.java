package io.kringle.store;

import io.kringle.replication.Versioned;
import io.kringle.replication.Watch;
import io.kringle.replication.WatchEvent;
import io.kringle.replication.WatchListener;
import io.kringle.replication.Watched;
import io.kringle.ring.Arc;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Watches that tell what they are made to tell, and are as fresh as the test says. */
final class FakeWatches {
  private final List<FakeWatch> open = new ArrayList<>();
  private Optional<Failure> refusal = Optional.empty();
  private OptionalLong asOf = OptionalLong.empty();

  private final class FakeWatch implements Watch {
    final Watched what;
    final WatchListener listener;

    FakeWatch(Watched what, WatchListener listener) {
      this.what = what;
      this.listener = listener;
    }

    @Override
    public void close() {
      open.remove(this);
    }

    @Override
    public OptionalLong asOf(String key) {
      return asOf;
    }
  }

  Result<Watch> open(Watched what, WatchListener listener) {
    if (refusal.isPresent()) {
      return Result.failed(refusal.get());
    }
    FakeWatch watch = new FakeWatch(what, listener);
    open.add(watch);
    return Result.ok(watch);
  }

  void refuse(Failure failure) {
    refusal = Optional.of(failure);
  }

  void accept() {
    refusal = Optional.empty();
  }

  void beFreshAsOf(long moment) {
    asOf = OptionalLong.of(moment);
  }

  int count() {
    return open.size();
  }

  void changed(String key, Versioned now) {
    for (FakeWatch watch : List.copyOf(open)) {
      boolean concerns =
          watch.what.isPrefix() ? key.startsWith(watch.what.text()) : key.equals(watch.what.text());
      if (concerns) {
        Optional<Bytes> value = now.value().filter(each -> watch.what.withValues());
        tell(watch, new WatchEvent.Changed(key, now.version(), now.value().isPresent(), value));
      }
    }
  }

  void reset(Arc arc) {
    List.copyOf(open).forEach(watch -> tell(watch, new WatchEvent.Reset(arc)));
  }

  private static void tell(FakeWatch watch, WatchEvent event) {
    boolean[] taken = new boolean[1];
    watch.listener.told(List.of(event), () -> taken[0] = true);
    if (!taken[0]) {
      throw new IllegalStateException("not taken within the call: " + event);
    }
  }
}
