package io.kringle.node.cli;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Readers and updaters of one counter that go on while its daddy dies. It measures the longest time
 * between two successes of the same kind, and keeps count of what was acknowledged and of what is
 * not known.
 */
final class DemoTraffic {
  private final DemoCounter counter;
  private final List<HttpNode> nodes;
  private final Pace reads = new Pace();
  private final Pace updates = new Pace();
  private final AtomicInteger unknown = new AtomicInteger();
  private final List<Thread> threads;
  private volatile boolean running = true;

  DemoTraffic(DemoCounter counter, List<HttpNode> nodes) {
    this.counter = counter;
    this.nodes = List.copyOf(nodes);
    this.threads =
        List.of(new Thread(this::read, "demo reads"), new Thread(this::update, "demo updates"));
  }

  void start() {
    threads.forEach(
        thread -> {
          thread.setDaemon(true);
          thread.start();
        });
  }

  void stop() throws InterruptedException {
    running = false;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  Pace reads() {
    return reads;
  }

  Pace updates() {
    return updates;
  }

  /** Updates that may or may not have taken effect. */
  int unknown() {
    return unknown.get();
  }

  private void read() {
    for (int turn = 0; running; turn++) {
      HttpNode node = nodes.get(turn % nodes.size());
      try {
        if (node.send(counter.reading(node)).statusCode() == 200) {
          reads.success();
        }
      } catch (CommandFailure unreachable) {
        // The pause that this makes is what is measured.
      } catch (InterruptedException ended) {
        return;
      }
    }
  }

  private void update() {
    for (int turn = 0; running; turn++) {
      HttpNode node = nodes.get(turn % nodes.size());
      boolean sent = false;
      try {
        HttpResponse<byte[]> read = node.send(counter.reading(node));
        if (read.statusCode() == 200) {
          sent = true;
          settle(node.send(counter.successor(node, read)));
        }
      } catch (CommandFailure unreachable) {
        if (sent) {
          unknown.incrementAndGet();
        }
      } catch (InterruptedException ended) {
        return;
      }
    }
  }

  private void settle(HttpResponse<byte[]> written) {
    if (written.statusCode() == 200) {
      updates.success();
    } else if (written.statusCode() != 412) {
      unknown.incrementAndGet();
    }
  }

  /** Successes of one kind. */
  static final class Pace {
    private final AtomicLong count = new AtomicLong();
    private volatile long last = System.nanoTime();
    private volatile long longestGap;

    /** Called by one thread. */
    void success() {
      long now = System.nanoTime();
      longestGap = Math.max(longestGap, now - last);
      last = now;
      count.incrementAndGet();
    }

    long count() {
      return count.get();
    }

    long longestPauseMillis() {
      return longestGap / 1_000_000;
    }
  }
}
