package io.kringle.replication;

import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.ring.Timer;
import io.kringle.routing.AskOptions;
import io.kringle.routing.Routing;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * The origin's side of operations: finds the daddy, asks it, and tries again until there is an
 * answer or the time is over. Operations go to the daddy in one hop; only the question who that is
 * is routed. So a refusal is proof that a write was not begun, which a message that may have taken
 * two ways could not give.
 */
final class Client {
  private static final int MAX_OPERATIONS = 65_536;
  private static final Duration TRY = Duration.ofSeconds(1);

  /** For what the daddy may hold for a while before it answers. */
  private static final Duration HELD_TRY = TRY.plus(Watches.HOLD);

  private static final Duration SWEEP = Duration.ofMillis(50);
  private static final long MIN_BACK_OFF_MILLIS = 10;
  private static final Failure NO_DADDY =
      Failure.of(Failure.Kind.UNAVAILABLE, "no daddy with a majority");
  private static final int MAX_DOUBLINGS = 4;
  private static final long MAX_BACK_OFF_MILLIS = 200;

  private final Context node;
  private final Routing routing;
  private final Server server;
  private final Daddies daddies = new Daddies();
  private final PriorityQueue<Operation> underWay = new PriorityQueue<>();
  private boolean sweeping;
  private long count;

  Client(Context node, Routing routing, Server server) {
    this.node = node;
    this.routing = routing;
    this.server = server;
  }

  /** Carries out one request; {@code done} is called once, by the end of {@code timeout}. */
  void carryOut(
      Id id, ClientMessage request, Duration timeout, Consumer<Result<ClientMessage.Reply>> done) {
    if (underWay.size() >= MAX_OPERATIONS) {
      done.accept(Result.failed(Failure.Kind.OVERLOADED, "too many operations under way here"));
      return;
    }
    Operation operation =
        new Operation(id, request, node.world.now() + timeout.toNanos(), count++, done);
    underWay.add(operation);
    if (!sweeping) {
      sweeping = true;
      node.world.after(SWEEP, this::sweep);
    }
    operation.next();
  }

  /** One timer for the deadlines of all. */
  private void sweep() {
    sweeping = false;
    Operation first = underWay.peek();
    while (first != null && (first.finished || first.deadline <= node.world.now())) {
      underWay.remove();
      first.expire();
      first = underWay.peek();
    }
    if (!underWay.isEmpty()) {
      sweeping = true;
      node.world.after(SWEEP, this::sweep);
    }
  }

  private AskOptions patience(long deadline) {
    return patience(deadline, TRY);
  }

  private AskOptions patience(long deadline, Duration perTry) {
    long left = Math.max(1, deadline - node.world.now());
    Duration once = Duration.ofNanos(Math.min(left, perTry.toNanos()));
    return new AskOptions(once, once);
  }

  /** One operation until its end. */
  private final class Operation implements Comparable<Operation> {
    private final Id id;
    private final long deadline;
    private final long order;
    private final Consumer<Result<ClientMessage.Reply>> done;

    private ClientMessage request;

    /** Peers asked, and yet to be asked, since the last rest. */
    private final List<Id> asked = new ArrayList<>();

    private final Deque<Peer> hints = new ArrayDeque<>();
    private Optional<Id> unreachable = Optional.empty();
    private Timer rest = () -> {};
    private Failure refusal = NO_DADDY;
    private int rests;

    /** Answers to any but the latest question are ignored. */
    private int question;

    /**
     * The request itself is at a daddy now; and whether it may have been appended somewhere before.
     */
    private boolean sent;

    private boolean maybeAppended;
    private boolean finished;

    Operation(
        Id id,
        ClientMessage request,
        long deadline,
        long order,
        Consumer<Result<ClientMessage.Reply>> done) {
      this.id = id;
      this.request = request;
      this.deadline = deadline;
      this.order = order;
      this.done = done;
    }

    void next() {
      if (finished) {
        return;
      }
      if (server.leads(id)) {
        int mine = ++question;
        sending(server.applied(id));
        server.serve(request, reply -> answered(mine, reply));
        return;
      }
      Optional<Peer> daddy = server.daddy(id).or(() -> daddies.find(id).map(Daddies.Known::daddy));
      if (daddy.isPresent() && isNew(daddy.get())) {
        ask(daddy.get());
      } else {
        locate();
      }
    }

    private boolean isNew(Peer peer) {
      return !asked.contains(peer.id()) && !peer.id().equals(node.self().id());
    }

    private void ask(Peer daddy) {
      asked.add(daddy.id());
      int mine = ++question;
      sending(
          Math.max(server.applied(id), daddies.find(id).map(Daddies.Known::applied).orElse(0L)));
      routing.ask(
          daddy,
          request,
          patience(deadline, request instanceof ClientMessage.WatchArc ? HELD_TRY : TRY),
          result -> {
            if (result instanceof Result.Ok<Message> ok
                && ok.value() instanceof ClientMessage.Reply r) {
              if (r instanceof ClientMessage.NotDaddy) {
                unreachable = Optional.of(daddy.id());
              }
              answered(mine, r);
            } else {
              lost(mine, daddy);
            }
          });
    }

    /**
     * The request goes out; as long as none did that may have had an effect, it is born only now.
     */
    private void sending(long applied) {
      sent = true;
      if (request instanceof ClientMessage.Operate write && !maybeAppended) {
        request =
            new ClientMessage.Operate(write.op(), write.write(), Math.max(write.born(), applied));
      }
    }

    private void lost(int number, Peer daddy) {
      if (!finished && number == question) {
        maybeAppended = true;
        sent = false;
        unreachable = Optional.of(daddy.id());
        daddies.forget(id);
        rest();
      }
    }

    private void answered(int number, ClientMessage.Reply reply) {
      if (finished || number != question) {
        return;
      }
      sent = false;
      refusal = NO_DADDY;
      if (reply instanceof ClientMessage.NotDaddy elsewhere) {
        daddies.forget(id);
        take(elsewhere);
      } else if (reply instanceof ClientMessage.Dropped) {
        maybeAppended = true;
        rest();
      } else if (reply instanceof ClientMessage.Forgotten forgotten) {
        beginAnew(forgotten.applied());
      } else if (reply instanceof ClientMessage.Busy) {
        refusal = Failure.of(Failure.Kind.OVERLOADED, "too much waits at the daddy");
        rest();
      } else if (reply instanceof ClientMessage.NoRoom) {
        refusal = Failure.of(Failure.Kind.UNAVAILABLE, "the disks of the members are full");
        rest();
      } else if (reply instanceof ClientMessage.NoMajority) {
        rest();
      } else {
        if (reply instanceof ClientMessage.Decided decided) {
          daddies.advance(id, decided.applied());
        }
        finish(Result.ok(reply));
      }
    }

    /**
     * Not known any more at the daddy: then no try but an answered one must have been sent before.
     */
    private void beginAnew(long applied) {
      daddies.advance(id, applied);
      if (maybeAppended) {
        finish(
            Result.failed(
                Failure.Kind.OUTCOME_UNKNOWN,
                "too many writes since the first try at " + id.brief()));
      } else {
        sending(applied);
        sent = false;
        rest();
      }
    }

    private void locate() {
      int mine = ++question;
      routing.ask(
          id,
          new ClientMessage.Locate(id, unreachable),
          patience(deadline),
          result -> located(mine, result));
    }

    private void locateAt(Peer peer) {
      asked.add(peer.id());
      int mine = ++question;
      routing.ask(
          peer,
          new ClientMessage.Locate(id, unreachable),
          patience(deadline),
          result -> located(mine, result));
    }

    private void located(int number, Result<Message> result) {
      if (finished || number != question) {
        return;
      }
      Message reply =
          result instanceof Result.Ok<Message> ok ? ok.value() : ClientMessage.NotDaddy.UNKNOWN;
      if (reply instanceof ClientMessage.Located found) {
        daddies.remember(found.status().arc(), found.daddy(), found.status().applied());
        if (request instanceof ClientMessage.Locate) {
          finish(Result.ok(found));
        } else if (found.daddy().id().equals(node.self().id())) {
          rest();
        } else {
          ask(found.daddy());
        }
      } else if (reply instanceof ClientMessage.NotDaddy elsewhere) {
        take(elsewhere);
      } else {
        rest();
      }
    }

    /** Follows the hints, each once; then rests. */
    private void take(ClientMessage.NotDaddy elsewhere) {
      elsewhere.others().forEach(hints::addLast);
      elsewhere.daddy().ifPresent(hints::addFirst);
      Peer hint = hints.pollFirst();
      while (hint != null && !isNew(hint)) {
        hint = hints.pollFirst();
      }
      if (hint == null) {
        rest();
      } else {
        locateAt(hint);
      }
    }

    private void rest() {
      question++;
      asked.clear();
      hints.clear();
      long mean =
          Math.min(
              MAX_BACK_OFF_MILLIS, MIN_BACK_OFF_MILLIS << Math.min(rests++, MAX_DOUBLINGS + 1));
      long wait = mean / 2 + node.world.random().nextLong(mean);
      rest = node.world.after(Duration.ofMillis(wait), this::next);
    }

    private void expire() {
      if (finished) {
        return;
      }
      boolean write = request instanceof ClientMessage.Operate;
      if (write && (maybeAppended || sent)) {
        finish(
            Result.failed(
                Failure.Kind.OUTCOME_UNKNOWN, "no answer from the daddy of " + id.brief()));
      } else {
        Failure why = write ? refusal : NO_DADDY;
        finish(Result.failed(why.kind(), why.message() + ", for " + id.brief()));
      }
    }

    private void finish(Result<ClientMessage.Reply> result) {
      finished = true;
      rest.cancel();
      done.accept(result);
    }

    @Override
    public int compareTo(Operation other) {
      int byDeadline = Long.compare(deadline, other.deadline);
      return byDeadline != 0 ? byDeadline : Long.compare(order, other.order);
    }
  }
}
