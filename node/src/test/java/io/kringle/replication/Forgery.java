package io.kringle.replication;

import io.kringle.ring.Bytes;
import io.kringle.ring.Codec;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/** Messages of replication as a node with a bug would send them. */
public final class Forgery {
  private Forgery() {}

  /** With tombstones that leave nothing behind when they are collected. */
  public static ReplicationMessage withoutFloor(Codec codec, ReplicationMessage message) {
    if (message instanceof ReplicationMessage.Append append) {
      return new ReplicationMessage.Append(
          append.arc(),
          append.generation(),
          append.epoch(),
          append.previous(),
          append.previousEpoch(),
          append.entries().stream().map(entry -> withoutFloor(codec, entry)).toList(),
          append.commit(),
          append.round(),
          append.time(),
          append.needed());
    }
    return message instanceof ReplicationMessage.Offer offer ? withoutFloor(offer) : message;
  }

  private static Bytes withoutFloor(Codec codec, Bytes encoded) {
    if (codec.decode(encoded.array()) instanceof Entry.Collect collect) {
      List<Entry.Gone> gone =
          collect.tombstones().stream().map(each -> new Entry.Gone(each.key(), 0, 0)).toList();
      return Bytes.of(codec.encode(new Entry.Collect(collect.epoch(), gone)));
    }
    return encoded;
  }

  private static ReplicationMessage withoutFloor(ReplicationMessage.Offer offer) {
    return new ReplicationMessage.Offer(
        offer.arc(),
        offer.generation(),
        offer.epoch(),
        offer.anew(),
        offer.index(),
        offer.indexEpoch(),
        offer.configuration(),
        offer.splits(),
        Floor.NONE,
        offer.time());
  }

  /** What a routed message carries; if that is a write, as if it were another than before. */
  public static Bytes withOperationNumber(Codec codec, Bytes body, long number) {
    Message message = codec.decode(body.array());
    if (message instanceof ClientMessage.Operate operate) {
      OpId another = new OpId(operate.op().session(), number);
      return Bytes.of(
          codec.encode(new ClientMessage.Operate(another, operate.write(), operate.born())));
    }
    return body;
  }

  /** An answer; if it says which number an item has got, then another one. */
  public static Bytes withSequence(Codec codec, Bytes body, LongUnaryOperator another) {
    return codec.decode(body.array()) instanceof ClientMessage.Added added
        ? Bytes.of(
            codec.encode(
                new ClientMessage.Added(
                    another.applyAsLong(added.sequence()), added.audience(), added.applied())))
        : body;
  }

  /** Which ledger an item is to be added to, if a routed message carries one. */
  public static Optional<Id> ledgerOfItem(Codec codec, Bytes body) {
    return codec.decode(body.array()) instanceof ClientMessage.Add add
        ? Optional.of(add.ledger())
        : Optional.empty();
  }
}
