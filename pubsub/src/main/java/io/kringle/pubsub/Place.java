package io.kringle.pubsub;

import io.kringle.ring.Bytes;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far a group is, as it is written into the group's ledger.
 *
 * @param low everything up to this number is acknowledged
 * @param done what is acknowledged above it; at most {@link #WINDOW}
 * @param isQuiet whether nobody had anything in hand, and nobody is handed anything before the next
 *     place is written
 */
record Place(long low, List<Long> done, boolean isQuiet) {
  /** Numbers beyond {@link #low} by more than this are not handed to anybody. */
  static final int WINDOW = 1_024;

  private static final byte FORM = 2;

  Place {
    done = List.copyOf(done);
  }

  Bytes toBytes() {
    int size = 2 + Long.BYTES + Integer.BYTES + done.size() * Long.BYTES;
    ByteBuffer buffer = ByteBuffer.allocate(size);
    buffer.put(FORM).put((byte) (isQuiet ? 1 : 0)).putLong(low).putInt(done.size());
    done.forEach(buffer::putLong);
    return Bytes.of(buffer.array());
  }

  /** Empty if it is none, or of a form that is not known here. */
  static Optional<Place> of(Bytes bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes.array());
    try {
      if (buffer.get() != FORM) {
        return Optional.empty();
      }
      boolean isQuiet = buffer.get() == 1;
      long low = buffer.getLong();
      int count = buffer.getInt();
      List<Long> done = new ArrayList<>();
      for (int i = 0; i < Math.min(count, WINDOW); i++) {
        done.add(buffer.getLong());
      }
      return Optional.of(new Place(low, done, isQuiet));
    } catch (BufferUnderflowException tooShort) {
      return Optional.empty();
    }
  }
}
