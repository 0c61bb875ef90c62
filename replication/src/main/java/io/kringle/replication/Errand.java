package io.kringle.replication;

import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The part of a {@link Batch} that goes to one daddy: as one message if it is no larger than a
 * piece, else as one piece after the other.
 */
final class Errand {
  /** So many requests are in a piece. */
  static final int PIECE = 256;

  /** So many bytes, or a single one that is larger: either fits a frame. */
  static final int PIECE_BYTES = 512 * 1024;

  private final Batch batch;
  private final Peer daddy;
  private final Deque<Batch.Item> left;

  Errand(Batch batch, Peer daddy, List<Batch.Item> items) {
    this.batch = batch;
    this.daddy = daddy;
    this.left = new ArrayDeque<>(items);
  }

  /** Sends a piece, if there is one left. */
  void next() {
    if (batch.isFull()) {
      takeRest().forEach(batch::leaveOut);
      return;
    }
    List<Batch.Item> piece = takePiece();
    if (piece.isEmpty()) {
      return;
    }
    Client client = batch.client;
    client.ask(daddy, message(piece), batch.deadline, result -> answered(piece, result));
  }

  private List<Batch.Item> takePiece() {
    List<Batch.Item> piece = new ArrayList<>();
    long bytes = 0;
    while (!left.isEmpty() && piece.size() < PIECE) {
      bytes += left.peekFirst().request.bytes();
      if (bytes > PIECE_BYTES && !piece.isEmpty()) {
        break;
      }
      piece.add(left.removeFirst());
    }
    return piece;
  }

  private List<Batch.Item> takeRest() {
    List<Batch.Item> rest = new ArrayList<>(left);
    left.clear();
    return rest;
  }

  private ClientMessage message(List<Batch.Item> piece) {
    List<String> keys = new ArrayList<>();
    List<ClientMessage.Operate> writes = new ArrayList<>();
    for (Batch.Item item : piece) {
      item.bornAt(batch.client.applied(item.id));
      if (item.request instanceof ClientMessage.Operate write) {
        writes.add(write);
      } else {
        keys.add(item.request.key());
      }
    }
    return writes.isEmpty()
        ? new ClientMessage.ReadAll(keys)
        : new ClientMessage.OperateAll(writes);
  }

  private void answered(List<Batch.Item> piece, Result<Message> result) {
    if (result instanceof Result.Ok<Message> ok) {
      if (ok.value() instanceof ClientMessage.FoundAll found && found.fits(piece.size())) {
        found(piece, found);
      } else if (ok.value() instanceof ClientMessage.DecidedAll decided
          && decided.each().size() == piece.size()) {
        decided(piece, decided);
      } else if (ok.value() instanceof ClientMessage.NotDaddy) {
        missed(piece);
      } else {
        giveUp(piece, false, Optional.empty());
      }
    } else {
      giveUp(piece, true, Optional.of(daddy.id()));
    }
  }

  private void found(List<Batch.Item> piece, ClientMessage.FoundAll reply) {
    List<Batch.Item> others = new ArrayList<>(piece);
    for (ClientMessage.FoundAll.At at : reply.found()) {
      Batch.Item item = piece.get(at.place());
      others.remove(item);
      batch.settle(item, Result.ok(at.found()));
    }
    if (reply.full()) {
      Collections.reverse(others);
      others.forEach(left::addFirst);
      next();
    } else {
      proceed(others);
    }
  }

  private void decided(List<Batch.Item> piece, ClientMessage.DecidedAll reply) {
    List<Batch.Item> missed = new ArrayList<>();
    for (int i = 0; i < piece.size(); i++) {
      Batch.Item item = piece.get(i);
      ClientMessage.OperateReply each = reply.each().get(i);
      if (each instanceof ClientMessage.Decided one) {
        batch.client.daddies.advance(item.id, one.applied());
        batch.settle(item, Result.ok(one));
      } else if (each instanceof ClientMessage.NotDaddy) {
        missed.add(item);
      } else if (each instanceof ClientMessage.Forgotten one) {
        batch.client.daddies.advance(item.id, one.applied());
        item.bornAt(one.applied());
        batch.goOn(item, false, Optional.empty());
      } else {
        batch.goOn(item, each instanceof ClientMessage.Dropped, Optional.empty());
      }
    }
    proceed(missed);
  }

  /** No good answer: these go on alone, and those behind them are not sent here. */
  private void giveUp(List<Batch.Item> piece, boolean maybeAppended, Optional<Id> silent) {
    for (Batch.Item item : piece) {
      batch.client.daddies.forget(item.id);
      batch.goOn(item, maybeAppended, silent);
    }
    missed(List.of());
  }

  private void proceed(List<Batch.Item> missed) {
    if (missed.isEmpty()) {
      next();
    } else {
      missed(missed);
    }
  }

  /** Arcs are not as they were thought to be: whatever is left is to be sorted out anew. */
  private void missed(List<Batch.Item> piece) {
    List<Batch.Item> all = new ArrayList<>(piece);
    all.addAll(takeRest());
    batch.lookAgain(all);
  }
}
