package io.kringle.ring;

import java.math.BigInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Ids for properties, and the numbers that they are: the deliberately dumb model. */
final class Ids {
  static final BigInteger CIRCLE = BigInteger.ONE.shiftLeft(8 * Id.BYTES);

  private Ids() {}

  static BigInteger number(Id id) {
    return new BigInteger(1, id.toBytes());
  }

  static Id id(BigInteger number) {
    byte[] bytes = new byte[Id.BYTES];
    byte[] significant = number.mod(CIRCLE).toByteArray();
    int from = Math.max(0, significant.length - Id.BYTES);
    int length = significant.length - from;
    System.arraycopy(significant, from, bytes, Id.BYTES - length, length);
    return Id.fromBytes(bytes, 0);
  }

  static Id id(long number) {
    return id(BigInteger.valueOf(number));
  }

  /** Ids from anywhere, and many near the places where words end and the circle closes. */
  static Arbitrary<Id> anywhere() {
    Arbitrary<Id> even =
        Combinators.combine(Arbitraries.longs(), Arbitraries.longs(), Arbitraries.integers())
            .as(Id::fromWords);
    Arbitrary<Long> words = Arbitraries.of(0L, 1L, -1L, Long.MIN_VALUE, Long.MAX_VALUE);
    Arbitrary<Integer> lowWords = Arbitraries.of(0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE);
    Arbitrary<Id> extreme = Combinators.combine(words, words, lowWords).as(Id::fromWords);
    Arbitrary<Id> nearPowers =
        Combinators.combine(
                Arbitraries.integers().between(0, 160), Arbitraries.integers().between(-2, 2))
            .as((bit, offset) -> id(BigInteger.ONE.shiftLeft(bit).add(BigInteger.valueOf(offset))));
    return Arbitraries.oneOf(even, extreme, nearPowers).withoutEdgeCases();
  }

  static Peer peer(Id id) {
    return new Peer(id, new Endpoint("host-" + id, 7400), 1);
  }
}
