package io.kringle.replication;

import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** The ring's ledgers as one node reaches them. */
final class RingLedgers implements Ledgers {
  private final Context node;
  private final Client client;
  private final Server server;
  private final long session;
  private long operations;

  RingLedgers(Context node, Client client, Server server) {
    this.node = node;
    this.client = client;
    this.server = server;
    this.session = node.world.random().nextLong();
  }

  private OpId nextOperation() {
    return new OpId(session, operations++);
  }

  @Override
  public void append(
      Id ledger,
      Optional<String> once,
      Bytes payload,
      Duration timeout,
      Consumer<Result<Appended>> done) {
    OpId operation = once.map(key -> OpId.named(ledger, key)).orElseGet(this::nextOperation);
    add(operation, ledger, ClientMessage.Add.ANYWHERE, payload, timeout, done);
  }

  @Override
  public void appendAt(
      Id ledger, long sequence, Bytes payload, Duration timeout, Consumer<Result<Appended>> done) {
    add(nextOperation(), ledger, sequence, payload, timeout, done);
  }

  private void add(
      OpId operation,
      Id ledger,
      long at,
      Bytes payload,
      Duration timeout,
      Consumer<Result<Appended>> done) {
    int most = node.config.maxRecordBytes();
    if (payload.size() > most) {
      done.accept(
          Result.failed(
              Failure.Kind.TOO_LARGE,
              "an item has " + payload.size() + " bytes, more than " + most));
      return;
    }
    client.carryOut(
        ledger,
        new ClientMessage.Add(operation, ledger, at, payload, 0),
        timeout,
        result -> done.accept(result.then(reply -> appended(at, reply))));
  }

  private static Result<Appended> appended(long at, ClientMessage.Reply reply) {
    return reply instanceof ClientMessage.NotNext
        ? Result.failed(Failure.Kind.REFUSED, "item " + at + " is not the one that comes next")
        : Client.as(
            ClientMessage.Added.class,
            added -> new Appended(added.sequence(), added.audience()),
            reply);
  }

  @Override
  public void read(Id ledger, long after, Duration timeout, Consumer<Result<Page>> done) {
    ask(
        ledger,
        new ClientMessage.ReadLedger(ledger, after),
        timeout,
        ClientMessage.LedgerPage.class,
        page -> page.page(after),
        done);
  }

  @Override
  public void retain(
      Id ledger, Retention retention, Duration timeout, Consumer<Result<Retention>> done) {
    ask(
        ledger,
        new ClientMessage.Retain(nextOperation(), ledger, retention),
        timeout,
        ClientMessage.Retained.class,
        ClientMessage.Retained::retention,
        done);
  }

  private <R extends ClientMessage.Reply, T> void ask(
      Id ledger,
      ClientMessage request,
      Duration timeout,
      Class<R> type,
      Function<R, T> value,
      Consumer<Result<T>> done) {
    client.carryOut(
        ledger,
        request,
        timeout,
        result -> done.accept(result.then(reply -> Client.as(type, value, reply))));
  }

  @Override
  public boolean leads(Id ledger) {
    return server.isSettledAt(ledger);
  }

  @Override
  public Duration ledFor(Id ledger) {
    return server.ledFor(ledger);
  }

  @Override
  public Optional<Peer> daddy(Id ledger) {
    return server.daddy(ledger);
  }

  @Override
  public Optional<Page> readHere(Id ledger, long after) {
    return server.ledgerPage(ledger, after);
  }

  @Override
  public void listen(Desk desk) {
    node.desk = desk;
  }
}
