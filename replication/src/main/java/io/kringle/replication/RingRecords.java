package io.kringle.replication;

import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The ring's records as one node reaches them: checks what is asked for, and has it done. */
final class RingRecords implements Records {
  private final Context node;
  private final Client client;
  private final Batches batches;
  private final StaleReads staleReads;
  private final Watchers watchers;
  private final Collection<Group> groups;
  private final long session;
  private long operations;

  /**
   * Records that are reached by this client.
   *
   * @param groups those of this node, a live view
   */
  RingRecords(Context node, Client client, Server server, Collection<Group> groups) {
    this.node = node;
    this.client = client;
    this.batches = new Batches(client);
    this.staleReads = new StaleReads(node, server);
    this.watchers = new Watchers(node, client);
    this.groups = groups;
    this.session = node.world.random().nextLong();
  }

  @Override
  public void read(String key, Duration timeout, Consumer<Result<Versioned>> done) {
    if (passes(ofKey(key), done)) {
      client.carryOut(
          Id.ofKey(key),
          new ClientMessage.Read(key),
          timeout,
          expect(ClientMessage.Found.class, ClientMessage.Found::versioned, done));
    }
  }

  @Override
  public void readStale(String key, Duration timeout, Consumer<Result<Versioned>> done) {
    if (passes(ofKey(key), done)) {
      staleReads.read(key, timeout, done);
    }
  }

  @Override
  public void write(Write write, Duration timeout, Consumer<Result<WriteOutcome>> done) {
    if (passes(ofWrite(write), done)) {
      client.carryOut(
          Id.ofKey(write.key()),
          new ClientMessage.Operate(new OpId(session, operations++), write, 0),
          timeout,
          expect(ClientMessage.Decided.class, ClientMessage.Decided::outcome, done));
    }
  }

  @Override
  public void readAll(
      List<String> keys, Duration timeout, Consumer<Result<List<Result<Versioned>>>> done) {
    all(
        keys,
        key -> request(ofKey(key), () -> new ClientMessage.Read(key)),
        timeout,
        reply -> Client.as(ClientMessage.Found.class, ClientMessage.Found::versioned, reply),
        done);
  }

  @Override
  public void writeAll(
      List<Write> writes, Duration timeout, Consumer<Result<List<Result<WriteOutcome>>>> done) {
    all(
        writes,
        write ->
            request(
                ofWrite(write),
                () -> new ClientMessage.Operate(new OpId(session, operations++), write, 0)),
        timeout,
        reply -> Client.as(ClientMessage.Decided.class, ClientMessage.Decided::outcome, reply),
        done);
  }

  private static Result<ClientMessage.ByKey> request(
      Optional<Failure> wrong, Supplier<ClientMessage.ByKey> sound) {
    return wrong
        .<Result<ClientMessage.ByKey>>map(Result::failed)
        .orElseGet(() -> Result.ok(sound.get()));
  }

  /** Has those carried out that can be; each is answered in its place. */
  private <Q, T> void all(
      List<Q> questions,
      Function<Q, Result<ClientMessage.ByKey>> request,
      Duration timeout,
      Function<ClientMessage.Reply, Result<T>> answer,
      Consumer<Result<List<Result<T>>>> done) {
    if (!passes(ofCount(questions.size()), done)) {
      return;
    }
    List<Result<ClientMessage.ByKey>> requests = questions.stream().map(request).toList();
    List<ClientMessage.ByKey> sound = new ArrayList<>();
    requests.forEach(each -> each.map(sound::add));
    if (!passes(ofBytes(sound), done)) {
      return;
    }
    batches.carryOut(
        sound,
        timeout,
        all ->
            done.accept(
                all.map(
                    replies -> {
                      Iterator<Result<ClientMessage.Reply>> next = replies.iterator();
                      return requests.stream()
                          .map(each -> each.then(carriedOut -> next.next().then(answer)))
                          .toList();
                    })));
  }

  @Override
  public void scan(Scan scan, Duration timeout, Consumer<Result<Scan.Page>> done) {
    client.carryOut(
        scan.from().id(),
        new ClientMessage.Browse(scan.from().id(), scan.from().key(), scan.prefix(), scan.limit()),
        timeout,
        expect(ClientMessage.Browsed.class, ClientMessage.Browsed::page, done));
  }

  @Override
  public Result<Watch> watch(Watched what, WatchListener listener) {
    Optional<Failure> wrong = what.isPrefix() ? ofPrefix(what.text()) : ofKey(what.text());
    return wrong.<Result<Watch>>map(Result::failed).orElseGet(() -> watchers.open(what, listener));
  }

  @Override
  public void locate(String key, Duration timeout, Consumer<Result<ArcStatus>> done) {
    Id id = Id.ofKey(key);
    client.carryOut(
        id,
        new ClientMessage.Locate(id, Optional.empty()),
        timeout,
        expect(ClientMessage.Located.class, ClientMessage.Located::status, done));
  }

  @Override
  public List<ArcStatus> arcs() {
    return groups.stream().map(Group::status).toList();
  }

  private static <R extends ClientMessage.Reply, T> Consumer<Result<ClientMessage.Reply>> expect(
      Class<R> type, Function<R, T> value, Consumer<Result<T>> done) {
    return result -> done.accept(result.then(reply -> Client.as(type, value, reply)));
  }

  // What cannot be.

  private static <T> boolean passes(Optional<Failure> wrong, Consumer<Result<T>> done) {
    wrong.ifPresent(failure -> done.accept(Result.failed(failure)));
    return wrong.isEmpty();
  }

  private static int bytesOf(String key) {
    return key.getBytes(StandardCharsets.UTF_8).length;
  }

  private static Optional<Failure> ofKey(String key) {
    int bytes = bytesOf(key);
    if (bytes < 1 || bytes > MAX_KEY_BYTES) {
      return invalid("a key has 1 to 1024 bytes, not " + bytes);
    }
    return Places.isReserved(key) ? invalid("no key begins with U+10FFFF") : Optional.empty();
  }

  private static Optional<Failure> ofPrefix(String prefix) {
    int bytes = bytesOf(prefix);
    return bytes <= MAX_KEY_BYTES
        ? Optional.empty()
        : invalid("a prefix has up to 1024 bytes, not " + bytes);
  }

  private Optional<Failure> ofWrite(Write write) {
    int bytes = bytesOf(write.key()) + write.value().map(Bytes::size).orElse(0);
    int most = node.config.maxRecordBytes();
    Optional<Failure> tooLarge =
        bytes <= most
            ? Optional.empty()
            : Optional.of(
                Failure.of(
                    Failure.Kind.TOO_LARGE,
                    "key and value have " + bytes + " bytes, more than " + most));
    return ofKey(write.key()).or(() -> tooLarge).or(() -> ofLife(write));
  }

  private static Optional<Failure> ofCount(int count) {
    return count <= MAX_BATCH
        ? Optional.empty()
        : invalid("a call is about " + MAX_BATCH + " keys at the most, not " + count);
  }

  private static Optional<Failure> ofBytes(List<ClientMessage.ByKey> requests) {
    long bytes = requests.stream().mapToLong(ClientMessage.ByKey::bytes).sum();
    return bytes <= MAX_BATCH_BYTES
        ? Optional.empty()
        : Optional.of(
            Failure.of(
                Failure.Kind.TOO_LARGE,
                "keys and values have " + bytes + " bytes, more than " + MAX_BATCH_BYTES));
  }

  private static Optional<Failure> ofLife(Write write) {
    return write
        .timeToLive()
        .filter(life -> life.compareTo(SHORTEST_LIFE) < 0 || life.compareTo(LONGEST_LIFE) > 0)
        .flatMap(life -> invalid("a time to live is a millisecond to 100 years, not " + life));
  }

  private static Optional<Failure> invalid(String message) {
    return Optional.of(Failure.of(Failure.Kind.INVALID, message));
  }
}
