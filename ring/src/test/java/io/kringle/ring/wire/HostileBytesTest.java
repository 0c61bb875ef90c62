package io.kringle.ring.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.kringle.ring.MalformedMessageException;
import io.kringle.ring.Message;
import java.lang.management.ManagementFactory;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Whatever comes, it is a message or a {@link MalformedMessageException}, and costs no more memory
 * than its size allows.
 */
class HostileBytesTest {
  /**
   * An object for each byte at the worst, while a list of them grows; and a failure with its stack
   * trace.
   */
  private static final int ALLOCATED_PER_BYTE = 64;

  private static final int ALLOCATED_AT_LEAST = 64 * 1024;

  private final KryoCodec codec = new KryoCodec(Samples.schema());
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Provide
  Arbitrary<Message> messages() {
    return Samples.messages();
  }

  @Property(tries = 2000)
  void randomBytes(@ForAll Random random) {
    byte[] bytes = new byte[random.nextInt(600)];
    random.nextBytes(bytes);
    decode(bytes);
  }

  @Property(tries = 2000)
  void randomBytesBehindAKnownNumber(@ForAll Random random) {
    byte[] bytes = new byte[2 + random.nextInt(600)];
    random.nextBytes(bytes);
    int number = 1000 + random.nextInt(12);
    bytes[0] = (byte) (number | 0x80);
    bytes[1] = (byte) (number >> 7);
    decode(bytes);
  }

  @Property(tries = 1000)
  void mutatedMessages(@ForAll("messages") Message message, @ForAll Random random) {
    byte[] bytes = codec.encode(message);
    for (int round = 0; round < 20; round++) {
      byte[] mutated = bytes.clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
      }
      decode(mutated);
    }
  }

  @Property(tries = 300)
  void hugeCounts(@ForAll("messages") Message message, @ForAll Random random) {
    byte[] bytes = codec.encode(message);
    int at = random.nextInt(bytes.length);
    byte[] mutated = new byte[bytes.length + 5];
    System.arraycopy(bytes, 0, mutated, 0, at);
    byte[] huge = {-1, -1, -1, -1, 7};
    System.arraycopy(huge, 0, mutated, at, huge.length);
    System.arraycopy(bytes, at, mutated, at + huge.length, bytes.length - at);
    decode(mutated);
  }

  private void decode(byte[] bytes) {
    attempt(bytes); // Classes are loaded and linked at the first time.
    long before = threads.getCurrentThreadAllocatedBytes();
    attempt(bytes);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated).isLessThan((long) ALLOCATED_PER_BYTE * bytes.length + ALLOCATED_AT_LEAST);
  }

  private boolean attempt(byte[] bytes) {
    try {
      codec.decode(bytes);
      return true;
    } catch (MalformedMessageException malformed) {
      return false;
    }
  }
}
