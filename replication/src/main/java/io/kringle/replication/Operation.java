package io.kringle.replication;

import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.ring.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One operation until its end: finds the daddy, asks it, and tries again until there is an answer
 * or the time is over.
 */
final class Operation implements Comparable<Operation> {
  private static final long MIN_BACK_OFF_MILLIS = 10;
  private static final int MAX_DOUBLINGS = 4;
  private static final long MAX_BACK_OFF_MILLIS = 200;
  private static final Failure NO_DADDY =
      Failure.of(Failure.Kind.UNAVAILABLE, "no daddy with a majority");

  private final Client client;
  private final Context node;
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

  /**
   * An operation of a client's that has not begun.
   *
   * @param order among those with the same deadline
   */
  Operation(
      Client client,
      Id id,
      ClientMessage request,
      long deadline,
      long order,
      Consumer<Result<ClientMessage.Reply>> done) {
    this.client = client;
    this.node = client.node;
    this.id = id;
    this.request = request;
    this.deadline = deadline;
    this.order = order;
    this.done = done;
  }

  /** Begins after a try that was made elsewhere, and failed. */
  void goOn(boolean wasMaybeAppended, Optional<Id> wasUnreachable) {
    maybeAppended = wasMaybeAppended;
    unreachable = wasUnreachable;
    rest();
  }

  boolean isOver() {
    return finished || deadline <= node.world.now();
  }

  /** Asks whoever is taken for the daddy, or who that is. */
  void next() {
    if (finished) {
      return;
    }
    if (client.server.leads(id)) {
      int mine = ++question;
      sending(client.server.applied(id));
      client.server.serve(request, reply -> answered(mine, reply));
      return;
    }
    Optional<Peer> daddy =
        client.server.daddy(id).or(() -> client.daddies.find(id).map(Daddies.Known::daddy));
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
    sending(client.applied(id));
    node.routing.ask(
        daddy,
        request,
        client.patience(deadline, request),
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

  /** The request goes out; as long as none did that may have had an effect, it is born only now. */
  private void sending(long applied) {
    sent = true;
    if (request instanceof ClientMessage.Operate write && !maybeAppended) {
      request = write.bornAt(applied);
    } else if (request instanceof ClientMessage.Add add && !maybeAppended) {
      request = add.bornAt(applied);
    }
  }

  private void lost(int number, Peer daddy) {
    if (!finished && number == question) {
      maybeAppended = true;
      sent = false;
      unreachable = Optional.of(daddy.id());
      client.daddies.forget(id);
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
      client.daddies.forget(id);
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
        client.daddies.advance(id, decided.applied());
      } else if (reply instanceof ClientMessage.Added added) {
        client.daddies.advance(id, added.applied());
      }
      finish(Result.ok(reply));
    }
  }

  /**
   * Not known any more at the daddy: then no try but an answered one must have been sent before.
   */
  private void beginAnew(long applied) {
    client.daddies.advance(id, applied);
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
    node.routing.ask(
        id,
        new ClientMessage.Locate(id, unreachable),
        client.patience(deadline),
        result -> located(mine, result));
  }

  private void locateAt(Peer peer) {
    asked.add(peer.id());
    int mine = ++question;
    node.routing.ask(
        peer,
        new ClientMessage.Locate(id, unreachable),
        client.patience(deadline),
        result -> located(mine, result));
  }

  private void located(int number, Result<Message> result) {
    if (finished || number != question) {
      return;
    }
    Message reply =
        result instanceof Result.Ok<Message> ok ? ok.value() : ClientMessage.NotDaddy.UNKNOWN;
    if (reply instanceof ClientMessage.Located found) {
      client.daddies.remember(found.status().arc(), found.daddy(), found.status().applied());
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
        Math.min(MAX_BACK_OFF_MILLIS, MIN_BACK_OFF_MILLIS << Math.min(rests++, MAX_DOUBLINGS + 1));
    long wait = mean / 2 + node.world.random().nextLong(mean);
    rest = node.world.after(Duration.ofMillis(wait), this::next);
  }

  /** Its time is over. */
  void expire() {
    if (finished) {
      return;
    }
    boolean write = request instanceof ClientMessage.Operate;
    if (write && (maybeAppended || sent)) {
      finish(
          Result.failed(Failure.Kind.OUTCOME_UNKNOWN, "no answer from the daddy of " + id.brief()));
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
