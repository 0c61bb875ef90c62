package io.kringle.pubsub;

import io.kringle.replication.Ledgers;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Messages that are too large for one item of a ledger. Their pieces go to a ledger beside the
 * topic's, and when all are there, a {@link Manifest} goes to the topic's own. So a message has one
 * number like any other; one whose publisher died before is never heard of; and one of which a
 * piece is not kept any more is not delivered, but told as missed.
 *
 * <p>The ledger of pieces has the hash of the topic's name after a byte that no UTF-8 has, so it is
 * no topic's. It keeps as much as the topic does, by bytes and by age.
 *
 * <p>Invariant: at most {@value #MOST_PUBLISHED} messages are being cut up, and at most {@value
 * #MOST_READ} put together, on this node; of at most {@link Messaging#MAX_MESSAGE_BYTES} bytes
 * each.
 */
final class Pieces {

  /** Pieces of one topic, of which there are fewer by their bytes, unless these are set higher. */
  static final int MOST_KEPT = 1_000_000;

  private static final int MOST_PUBLISHED = 8;
  private static final int MOST_READ = 2;
  private static final int BEFORE = 0xFF;

  private final Ledgers ledgers;
  private final Duration timeout;
  private final Queue<Reading> waiting = new ArrayDeque<>();
  private final Map<Wish, Reading> readings = new LinkedHashMap<>();
  private int publishing;
  private int reading;

  private record Wish(Id ledger, Manifest manifest) {}

  Pieces(Ledgers ledgers, Duration timeout) {
    this.ledgers = ledgers;
    this.timeout = timeout;
  }

  /** Where the pieces of a topic's messages lie. */
  static Id ledger(String topic) {
    byte[] name = topic.getBytes(StandardCharsets.UTF_8);
    return Id.hash(ByteBuffer.allocate(name.length + 1).put((byte) BEFORE).put(name).array());
  }

  // ---- publishing

  /**
   * Appends a message in pieces.
   *
   * @param once the key that it is to be appended with once, if it has one
   * @param done when its manifest is appended; or {@code UNAVAILABLE} if it certainly was not and
   *     will not be, {@code OUTCOME_UNKNOWN} if it may be, {@code OVERLOADED}
   */
  void append(
      String topic, Optional<String> once, Bytes message, Consumer<Result<Ledgers.Appended>> done) {
    if (publishing >= MOST_PUBLISHED) {
      done.accept(
          Result.failed(
              Failure.Kind.OVERLOADED, publishing + " large messages are being published"));
      return;
    }
    publishing++;
    Consumer<Result<Ledgers.Appended>> ended =
        result -> {
          publishing--;
          done.accept(result);
        };
    appendFrom(
        topic,
        message,
        List.of(),
        there -> {
          if (there instanceof Result.Ok<List<Long>> ok) {
            Bytes manifest = new Manifest(message.size(), ok.value()).encode();
            ledgers.append(Id.ofKey(topic), once, manifest, timeout, ended);
          } else {
            ended.accept(notPublished(((Result.Failed<List<Long>>) there).failure()));
          }
        });
  }

  private void appendFrom(
      String topic, Bytes message, List<Long> there, Consumer<Result<List<Long>>> done) {
    if (there.size() == Manifest.count(message.size())) {
      done.accept(Result.ok(there));
      return;
    }
    ledgers.append(
        ledger(topic),
        Manifest.piece(message, there.size()),
        timeout,
        appended -> {
          if (appended instanceof Result.Ok<Ledgers.Appended> ok) {
            List<Long> more = new ArrayList<>(there);
            more.add(ok.value().sequence());
            appendFrom(topic, message, more, done);
          } else {
            done.accept(appended.map(unused -> there));
          }
        });
  }

  /** Whatever became of the piece: without a manifest there is no message. */
  private static Result<Ledgers.Appended> notPublished(Failure why) {
    Failure.Kind kind =
        why.kind() == Failure.Kind.OUTCOME_UNKNOWN ? Failure.Kind.UNAVAILABLE : why.kind();
    return Result.failed(kind, "a piece of the message could not be kept: " + why.message());
  }

  // ---- receiving

  /**
   * Puts a message together; once for all who want the same.
   *
   * @param done the message, empty if some of it is not kept any more; or why it cannot be read now
   */
  void read(String topic, Manifest manifest, Consumer<Result<Optional<Bytes>>> done) {
    Wish wish = new Wish(ledger(topic), manifest);
    Reading known = readings.get(wish);
    if (known != null) {
      known.readers.add(done);
      return;
    }
    Reading begun = new Reading(wish);
    begun.readers.add(done);
    readings.put(wish, begun);
    waiting.add(begun);
    next();
  }

  private void next() {
    while (reading < MOST_READ && !waiting.isEmpty()) {
      reading++;
      waiting.remove().readOn();
    }
  }

  /** One message that is being put together. */
  private final class Reading {
    private final Wish wish;
    private final List<Consumer<Result<Optional<Bytes>>>> readers = new ArrayList<>();
    private ByteBuffer message = ByteBuffer.allocate(0);
    private int pieces;

    private Reading(Wish wish) {
      this.wish = wish;
    }

    private void readOn() {
      if (pieces == 0) {
        message = ByteBuffer.allocate(wish.manifest().size());
      }
      long piece = wish.manifest().pieces().get(pieces);
      ledgers.read(wish.ledger(), piece - 1, timeout, page -> read(piece, page));
    }

    private void read(long piece, Result<Ledgers.Page> result) {
      if (result instanceof Result.Failed<Ledgers.Page> failed) {
        end(Result.failed(failed.failure()));
        return;
      }
      List<Ledgers.Item> items = ((Result.Ok<Ledgers.Page>) result).value().items();
      boolean isKept = !items.isEmpty() && items.get(0).sequence() == piece;
      if (!isKept) {
        end(Result.ok(Optional.empty()));
        return;
      }
      message.put(items.get(0).payload().array());
      pieces++;
      if (pieces < wish.manifest().pieces().size()) {
        readOn();
      } else {
        end(Result.ok(Optional.of(Bytes.of(message.array()))));
      }
    }

    private void end(Result<Optional<Bytes>> result) {
      reading--;
      readings.remove(wish);
      readers.forEach(reader -> reader.accept(result));
      next();
    }
  }

  void checkInvariants() {
    if (publishing > MOST_PUBLISHED || reading > MOST_READ || waiting.size() > readings.size()) {
      throw new IllegalStateException(
          publishing + " large messages are published, " + reading + " read");
    }
  }
}
