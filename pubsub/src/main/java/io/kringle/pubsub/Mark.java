package io.kringle.pubsub;

import io.kringle.ring.Bytes;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;

/**
 * One item of the ledger in which a durable subscription has its place.
 *
 * @param term number of the item by which the writer took the subscription over; {@link #TAKING}:
 *     this very item
 * @param place the subscriber is done with all messages up to this one; {@link #FORGOTTEN}: there
 *     is no such subscription any more
 * @param holder the node that the subscriber is on
 */
record Mark(long term, long place, Peer holder) {
  static final long TAKING = 0;
  static final long FORGOTTEN = -1;

  private static final String BETWEEN = " ";

  Bytes encode() {
    return Bytes.utf8(
        String.join(
            BETWEEN,
            String.valueOf(term),
            String.valueOf(place),
            holder.id().toString(),
            String.valueOf(holder.incarnation()),
            holder.endpoint().toString()));
  }

  /** Reads what {@link #encode} wrote. */
  static Mark decode(Bytes bytes) {
    String[] parts = bytes.toUtf8().split(BETWEEN, -1);
    Peer holder = new Peer(Id.ofHex(parts[2]), Endpoint.parse(parts[4]), Long.parseLong(parts[3]));
    return new Mark(Long.parseLong(parts[0]), Long.parseLong(parts[1]), holder);
  }
}
