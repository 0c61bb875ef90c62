package io.kringle.ring;

import static io.kringle.ring.Ids.CIRCLE;
import static io.kringle.ring.Ids.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Locale;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Ids against the numbers that they are. */
class IdTest {

  @Provide
  Arbitrary<Id> ids() {
    return Ids.anywhere();
  }

  @Property
  void plusAndMinusAreModuloTheCircle(@ForAll("ids") Id a, @ForAll("ids") Id b) {
    assertThat(number(a.plus(b))).isEqualTo(number(a).add(number(b)).mod(CIRCLE));
    assertThat(number(a.minus(b))).isEqualTo(number(a).subtract(number(b)).mod(CIRCLE));
    assertThat(a.plus(b).minus(b)).isEqualTo(a);
    assertThat(number(a.next())).isEqualTo(number(a).add(BigInteger.ONE).mod(CIRCLE));
  }

  @Property
  void halfRoundsDown(@ForAll("ids") Id a) {
    assertThat(number(a.half())).isEqualTo(number(a).shiftRight(1));
  }

  @Property
  void distanceIsTheShorterWayRound(@ForAll("ids") Id a, @ForAll("ids") Id b) {
    assertThat(number(a.distanceTo(b))).isEqualTo(distance(a, b));
    assertThat(a.distanceTo(b)).isEqualTo(b.distanceTo(a));
  }

  private static BigInteger distance(Id a, Id b) {
    BigInteger clockwise = number(b).subtract(number(a)).mod(CIRCLE);
    return clockwise.min(CIRCLE.subtract(clockwise));
  }

  @Property
  void theNearerIsCloser(@ForAll("ids") Id key, @ForAll("ids") Id a, @ForAll("ids") Id b) {
    int order = distance(key, a).compareTo(distance(key, b));
    boolean expected = order != 0 ? order < 0 : number(a).compareTo(number(b)) > 0;
    assertThat(key.isCloserTo(a, b)).isEqualTo(expected);
  }

  @Property
  void atEqualDistanceTheHigherIdIsCloserOnEveryNode(
      @ForAll("ids") Id key, @ForAll("ids") Id distance) {
    Id one = key.plus(distance);
    Id other = key.minus(distance);
    Id owner = one.compareTo(other) > 0 ? one : other;
    Id loser = owner.equals(one) ? other : one;
    assertThat(key.isCloserTo(loser, owner)).isFalse();
    assertThat(key.isCloserTo(owner, loser)).isEqualTo(!owner.equals(loser));
  }

  @Property
  void betweenIsAWalkClockwise(@ForAll("ids") Id id, @ForAll("ids") Id from, @ForAll("ids") Id to) {
    BigInteger walked = number(id).subtract(number(from)).mod(CIRCLE);
    BigInteger length = number(to).subtract(number(from)).mod(CIRCLE);
    assertThat(id.isBetween(from, to))
        .isEqualTo(length.signum() == 0 || walked.compareTo(length) < 0);
    assertThat(id.isBetween(from, from)).isTrue();
    assertThat(from.isBetween(from, to)).isTrue();
    assertThat(to.isBetween(from, to)).isEqualTo(from.equals(to));
  }

  @Property
  void digitsAreThoseOfTheHexForm(@ForAll("ids") Id a, @ForAll("ids") Id b) {
    String hex = a.toString();
    int shared = 0;
    for (int i = 0; i < Id.DIGITS; i++) {
      assertThat(a.digit(i)).isEqualTo(Character.digit(hex.charAt(i), 16));
      shared = shared == i && hex.charAt(i) == b.toString().charAt(i) ? i + 1 : shared;
    }
    assertThat(a.sharedPrefix(b)).isEqualTo(shared);
    assertThat(a.sharedPrefix(a)).isEqualTo(Id.DIGITS);
  }

  @Property
  void sharedPrefixCountsDigitsThatAgree(@ForAll("ids") Id a, @ForAll("ids") Id b) {
    for (int i = 0; i < Id.DIGITS; i++) {
      String mixed = a.toString().substring(0, i) + b.toString().substring(i);
      Id other = Id.ofHex(mixed);
      int expected = i;
      while (expected < Id.DIGITS && mixed.charAt(expected) == a.toString().charAt(expected)) {
        expected++;
      }
      assertThat(a.sharedPrefix(other)).isEqualTo(expected);
    }
  }

  @Property
  void orderIsThatOfUnsignedNumbers(@ForAll("ids") Id a, @ForAll("ids") Id b) {
    assertThat(Integer.signum(a.compareTo(b))).isEqualTo(number(a).compareTo(number(b)));
    assertThat(a.equals(b)).isEqualTo(a.compareTo(b) == 0);
  }

  @Property
  void hexBytesAndWordsReadBack(@ForAll("ids") Id a) {
    assertThat(Id.ofHex(a.toString())).isEqualTo(a).hasSameHashCodeAs(a);
    assertThat(Id.ofHex(a.toString().toUpperCase(Locale.ROOT))).isEqualTo(a);
    assertThat(Id.fromBytes(a.toBytes(), 0)).isEqualTo(a);
    assertThat(Id.fromWords(a.high(), a.middle(), a.low())).isEqualTo(a);
    assertThat(Ids.id(number(a))).isEqualTo(a);
  }

  @Test
  void aKeyHasTheIdThatSha1GivesIt() {
    assertThat(Id.ofKey("abc")).hasToString("a9993e364706816aba3e25717850c26c9cd0d89d");
  }

  @Test
  void whatIsNotAnIdIsRefusedWithTheReason() {
    assertThatThrownBy(() -> Id.ofHex("abc"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3");
    String notHex = "g".repeat(Id.DIGITS);
    assertThatThrownBy(() -> Id.ofHex(notHex))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(notHex);
  }

  @Property
  void bitsAreThoseOfTheNumber(
      @ForAll("ids") Id id, @ForAll @IntRange(min = 0, max = 159) int from) {
    int count = Math.min(5, 160 - from);
    BigInteger number = new BigInteger(1, id.toBytes());
    int expected = number.shiftRight(160 - from - count).intValue() & (1 << count) - 1;
    assertThat(id.bits(from, count)).isEqualTo(expected);
  }

  @Property
  void sharedBitsAreCountedFromTheTop(@ForAll("ids") Id a, @ForAll("ids") Id b) {
    BigInteger difference = new BigInteger(1, a.toBytes()).xor(new BigInteger(1, b.toBytes()));
    assertThat(a.sharedBits(b)).isEqualTo(160 - difference.bitLength());
  }
}
