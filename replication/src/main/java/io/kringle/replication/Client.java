package io.kringle.replication;

import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.routing.AskOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The origin's side of operations: those that are under way, and what they know together.
 * Operations go to the daddy in one hop; only the question who that is is routed. So a refusal is
 * proof that a write was not begun, which a message that may have taken two ways could not give.
 */
final class Client {
  private static final int MAX_OPERATIONS = 65_536;
  private static final Duration TRY = Duration.ofSeconds(1);

  /** For what the daddy may hold for a while before it answers. */
  private static final Duration HELD_TRY = TRY.plus(Watches.HOLD);

  private static final Duration SWEEP = Duration.ofMillis(50);

  final Context node;
  final Server server;
  final Daddies daddies = new Daddies();
  private final PriorityQueue<Operation> underWay = new PriorityQueue<>();
  private boolean sweeping;
  private long count;

  Client(Context node, Server server) {
    this.node = node;
    this.server = server;
  }

  /** Carries out one request; {@code done} is called once, by the end of {@code timeout}. */
  void carryOut(
      Id id, ClientMessage request, Duration timeout, Consumer<Result<ClientMessage.Reply>> done) {
    if (underWay.size() >= MAX_OPERATIONS) {
      done.accept(Result.failed(Failure.Kind.OVERLOADED, "too many operations under way here"));
      return;
    }
    begin(id, request, node.world.now() + timeout.toNanos(), done).next();
  }

  /**
   * Goes on with a request that was tried in vain together with others. It is not turned away: who
   * tried has counted it.
   *
   * @param maybeAppended whether it may have taken effect by that
   * @param unreachable who was asked, and did not answer
   */
  void goOn(
      Id id,
      ClientMessage request,
      boolean maybeAppended,
      Optional<Id> unreachable,
      long deadline,
      Consumer<Result<ClientMessage.Reply>> done) {
    begin(id, request, deadline, done).goOn(maybeAppended, unreachable);
  }

  private Operation begin(
      Id id, ClientMessage request, long deadline, Consumer<Result<ClientMessage.Reply>> done) {
    Operation operation = new Operation(this, id, request, deadline, count++, done);
    underWay.add(operation);
    if (!sweeping) {
      sweeping = true;
      node.world.after(SWEEP, this::sweep);
    }
    return operation;
  }

  /** Who leads where an id is, as far as is known here. */
  Optional<Daddies.Known> known(Id id) {
    return server.known(id).or(() -> daddies.find(id));
  }

  /** How far the records of an id have come, at the least. */
  long applied(Id id) {
    long remembered = daddies.find(id).map(Daddies.Known::applied).orElse(0L);
    return Math.max(server.applied(id), remembered);
  }

  /** Asks a node once, which may be this one. */
  void ask(Peer peer, ClientMessage request, long deadline, Consumer<Result<Message>> done) {
    if (node.isSelf(peer)) {
      server.serve(request, reply -> done.accept(Result.ok(reply)));
    } else {
      node.routing.ask(peer, request, patience(deadline), done);
    }
  }

  /** One timer for the deadlines of all. */
  private void sweep() {
    sweeping = false;
    Operation first = underWay.peek();
    while (first != null && first.isOver()) {
      underWay.remove();
      first.expire();
      first = underWay.peek();
    }
    if (!underWay.isEmpty()) {
      sweeping = true;
      node.world.after(SWEEP, this::sweep);
    }
  }

  /** For one try of what is to be answered by {@code deadline}. */
  AskOptions patience(long deadline) {
    return patience(deadline, TRY);
  }

  /** As {@link #patience(long)}, of a request that the daddy may hold. */
  AskOptions patience(long deadline, ClientMessage request) {
    return patience(deadline, request instanceof ClientMessage.WatchArc ? HELD_TRY : TRY);
  }

  private AskOptions patience(long deadline, Duration perTry) {
    long left = Math.max(1, deadline - node.world.now());
    Duration once = Duration.ofNanos(Math.min(left, perTry.toNanos()));
    return new AskOptions(once, once);
  }

  /** Takes the answer that belongs to a question; any other would be a bug of the daddy's. */
  static <R extends ClientMessage.Reply, T> Result<T> as(
      Class<R> type, Function<R, T> value, ClientMessage.Reply reply) {
    return type.isInstance(reply)
        ? Result.ok(value.apply(type.cast(reply)))
        : Result.failed(
            Failure.Kind.REFUSED, "the daddy answered by " + reply.getClass().getSimpleName());
  }
}
