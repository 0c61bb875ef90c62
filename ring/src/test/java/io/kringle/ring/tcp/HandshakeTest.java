package io.kringle.ring.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.tcp.Greeting.Hello;
import io.kringle.ring.tcp.Greeting.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class HandshakeTest {
  private static final Hello HELLO =
      new Hello(
          false,
          1,
          1,
          5,
          Id.ofHex("000102030405060708090a0b0c0d0e0f10111213"),
          0x1122334455667788L,
          -2,
          3,
          Optional.of(Id.MAX),
          Optional.empty(),
          new Endpoint("::1", 7400));

  @Test
  void theLayoutIsTheOneOnRecord() {
    assertThat(hex(HELLO))
        .isEqualTo(
            "4b524e47"
                + "01"
                + "0063" // magic, hello, length
                + "01"
                + "01"
                + "0000000000000005" // versions, features
                + "000102030405060708090a0b0c0d0e0f10111213"
                + "1122334455667788" // incarnation
                + "fffffffffffffffe" // session
                + "00000003" // dial
                + "01"
                + "ffffffffffffffffffffffffffffffffffffffff" // ring
                + "00"
                + "0000000000000000000000000000000000000000" // wanted
                + "1ce8"
                + "0003"
                + "3a3a31"); // endpoint
    assertThat(hex(new Refusal(false, "no"))).isEqualTo("4b524e47" + "03" + "0002" + "6e6f");
    assertThat(hex(new Refusal(true, "no"))).isEqualTo("4b524e47" + "04" + "0002" + "6e6f");
  }

  private static String hex(Greeting greeting) {
    ByteBuf bytes = Unpooled.buffer();
    Handshake.write(bytes, greeting);
    return ByteBufUtil.hexDump(bytes);
  }

  @Test
  void aGreetingIsReadOnceItIsThere() throws HandshakeException {
    byte[] all = ByteBufUtil.decodeHexDump(hex(HELLO));
    for (int length = 0; length < all.length; length++) {
      assertThat(Handshake.read(Unpooled.wrappedBuffer(all, 0, length))).isEmpty();
    }
    assertThat(Handshake.read(Unpooled.wrappedBuffer(all))).contains(HELLO);
  }

  @Test
  void whatALaterVersionAppendsIsSkipped() throws HandshakeException {
    String longer = hex(HELLO).replaceFirst("010063", "010065") + "abcd";
    assertThat(Handshake.read(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(longer))))
        .contains(HELLO);
  }

  @Test
  void reasonsAreBoundedAndPrintable() throws HandshakeException {
    ByteBuf bytes = Unpooled.buffer();
    Handshake.write(bytes, new Refusal(false, "a\nb" + "x".repeat(5000)));
    Refusal read = (Refusal) Handshake.read(bytes).orElseThrow();
    assertThat(read.reason()).startsWith("a?bxxx").hasSize(256);
  }

  @Test
  void theLongestHostFits() throws HandshakeException {
    Hello hello =
        new Hello(
            false,
            1,
            1,
            0,
            Id.MAX,
            1,
            1,
            1,
            Optional.of(Id.MAX),
            Optional.of(Id.MAX),
            new Endpoint("日".repeat(255), 1));
    ByteBuf bytes = Unpooled.buffer();
    Handshake.write(bytes, hello);
    assertThat(bytes.readableBytes()).isLessThanOrEqualTo(Handshake.MAX_BYTES);
    assertThat(Handshake.read(bytes)).contains(hello);
  }

  @Test
  void otherVersionsAreRefusedByName() {
    String other = hex(HELLO).replaceFirst("0100630101", "0100630205");
    assertThatThrownBy(
            () -> Handshake.read(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(other))))
        .isInstanceOf(HandshakeException.class)
        .hasMessageContaining("version mismatch");
  }

  @Property(tries = 2000)
  void mutatedGreetingsAreReadOrRefused(@ForAll Random random) {
    byte[] bytes = ByteBufUtil.decodeHexDump(hex(HELLO));
    for (int i = 0; i < 4; i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    try {
      assertThat(Handshake.read(Unpooled.wrappedBuffer(bytes))).isNotNull();
    } catch (HandshakeException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
  }
}
