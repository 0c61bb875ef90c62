package io.kringle.node;

import akka.dispatch.DispatcherPrerequisites;
import akka.dispatch.ExecutorServiceConfigurator;
import akka.dispatch.ExecutorServiceFactory;
import com.typesafe.config.Config;
import java.util.List;
import java.util.Map;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Lets an Akka dispatcher run on an event loop that exists already. Akka makes dispatchers from
 * configuration, which can carry a name only; so loops are handed over by name, through {@link
 * #offer}.
 */
public final class LoopExecutor extends ExecutorServiceConfigurator {
  private static final Map<String, Executor> LOOPS = new ConcurrentHashMap<>();

  private final String name;

  /** Called by Akka. */
  public LoopExecutor(Config config, DispatcherPrerequisites prerequisites) {
    super(config, prerequisites);
    name = config.getString("loop");
  }

  /** Makes a loop known by name, until {@link #withdraw}. */
  static void offer(String name, Executor loop) {
    LOOPS.put(name, loop);
  }

  static void withdraw(String name) {
    LOOPS.remove(name);
  }

  @Override
  public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
    Executor loop = LOOPS.get(name);
    if (loop == null) {
      throw new IllegalStateException("no event loop was offered as " + name);
    }
    return () -> new Borrowed(loop);
  }

  /** The loop belongs to the transport: a dispatcher that shuts down just lets go of it. */
  private static final class Borrowed extends AbstractExecutorService {
    private final Executor loop;
    private volatile boolean shutDown;

    Borrowed(Executor loop) {
      this.loop = loop;
    }

    @Override
    public void execute(Runnable task) {
      loop.execute(task);
    }

    @Override
    public void shutdown() {
      shutDown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
      shutDown = true;
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return shutDown;
    }

    @Override
    public boolean isTerminated() {
      return shutDown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return shutDown;
    }
  }
}
