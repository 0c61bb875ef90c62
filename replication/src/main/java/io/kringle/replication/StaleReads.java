package io.kringle.replication;

import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.routing.AskOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads that any replica may answer: this node's own, the one of the key's owner, or that of any
 * member whom those who have none can name.
 */
final class StaleReads {
  private static final int MOST = 16_384;
  private static final Duration TRY = Duration.ofMillis(500);
  private static final Duration REST = Duration.ofMillis(50);

  private final Context node;
  private final Server server;
  private int underWay;

  StaleReads(Context node, Server server) {
    this.node = node;
    this.server = server;
  }

  /** Reads; {@code done} is called once, by the end of {@code timeout}. */
  void read(String key, Duration timeout, Consumer<Result<Versioned>> done) {
    if (underWay >= MOST) {
      done.accept(Result.failed(Failure.Kind.OVERLOADED, "too many stale reads under way here"));
      return;
    }
    underWay++;
    new One(key, node.world.now() + timeout.toNanos(), done).begin();
  }

  /** One read. At any time either one question is out, or a rest is taken. */
  private final class One {
    private final ClientMessage.ReadStale request;
    private final Id id;
    private final long deadline;
    private final Consumer<Result<Versioned>> done;
    private final List<Id> asked = new ArrayList<>();
    private final Deque<Peer> hints = new ArrayDeque<>();

    One(String key, long deadline, Consumer<Result<Versioned>> done) {
      this.request = new ClientMessage.ReadStale(key);
      this.id = Id.ofKey(key);
      this.deadline = deadline;
      this.done = done;
    }

    void begin() {
      server
          .readStale(request.key())
          .ifPresentOrElse(found -> finish(Result.ok(found)), this::askOwner);
    }

    private AskOptions patience() {
      long left = Math.max(1, deadline - node.world.now());
      Duration once = Duration.ofNanos(Math.min(left, TRY.toNanos()));
      return new AskOptions(once, once);
    }

    private void askOwner() {
      asked.clear();
      hints.clear();
      node.routing.ask(id, request, patience(), this::answered);
    }

    private void answered(Result<Message> result) {
      if (result instanceof Result.Ok<Message> ok) {
        if (ok.value() instanceof ClientMessage.Found found) {
          finish(Result.ok(found.versioned()));
          return;
        }
        if (ok.value() instanceof ClientMessage.NotDaddy elsewhere) {
          elsewhere.daddy().ifPresent(hints::addLast);
          hints.addAll(elsewhere.others());
        }
      }
      next();
    }

    private void next() {
      Optional<Peer> hint = nextHint();
      if (node.world.now() >= deadline) {
        finish(Result.failed(Failure.Kind.UNAVAILABLE, "no replica answered, for " + id.brief()));
      } else if (hint.isPresent()) {
        asked.add(hint.get().id());
        node.routing.ask(hint.get(), request, patience(), this::answered);
      } else {
        node.world.after(REST, this::begin);
      }
    }

    private Optional<Peer> nextHint() {
      while (!hints.isEmpty()) {
        Peer hint = hints.removeFirst();
        if (!asked.contains(hint.id()) && !hint.id().equals(node.self().id())) {
          return Optional.of(hint);
        }
      }
      return Optional.empty();
    }

    private void finish(Result<Versioned> result) {
      underWay--;
      done.accept(result);
    }
  }
}
