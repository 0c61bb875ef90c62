package io.kringle.ring.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Added;
import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Schema;
import java.io.IOException;
import java.io.StringReader;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/**
 * Two releases of one message talk to each other. The older one's frames are on record, the class
 * that wrote them may change no more.
 */
class SchemaEvolutionTest {

  /** The first release. */
  static final class Old {
    record Entry(long version, String name) implements Message {}

    record Batch(List<Entry> entries, int checksum) implements Message {}

    static final Schema SCHEMA = new Schema().add(1000, Entry.class).add(1001, Batch.class);
  }

  /** The second: an entry has learnt three things more. */
  static final class New {
    record Entry(
        long version,
        String name,
        @Added Optional<Id> author,
        @Added Bytes value,
        @Added List<String> tags)
        implements Message {
      Entry(long version, String name) {
        this(version, name, Optional.empty(), Bytes.EMPTY, List.of());
      }
    }

    record Batch(List<Entry> entries, int checksum, @Added boolean last) implements Message {}

    static final Schema SCHEMA = new Schema().add(1000, Entry.class).add(1001, Batch.class);
  }

  private final KryoCodec older = new KryoCodec(Old.SCHEMA);
  private final KryoCodec newer = new KryoCodec(New.SCHEMA);

  @Test
  void theOldReleaseStillWritesWhatIsOnRecord() throws IOException {
    assertThat(older.encode(oldEntry())).isEqualTo(recorded("entry"));
    assertThat(older.encode(oldBatch())).isEqualTo(recorded("batch"));
  }

  @Test
  void theNewReleaseReadsRecordedFramesOfTheOld() throws IOException {
    assertThat(newer.decode(recorded("entry"))).isEqualTo(new New.Entry(5, "five"));
    assertThat(newer.decode(recorded("batch")))
        .isEqualTo(
            new New.Batch(List.of(new New.Entry(5, "five"), new New.Entry(6, "six")), 77, false));
  }

  @Test
  void theOldReleaseSkipsWhatTheNewOneAdded() {
    assertThat(older.decode(newer.encode(newEntry(5, "five")))).isEqualTo(oldEntry());
  }

  @Test
  void theOldReleaseSkipsAlsoWithinAList() {
    Message batch = new New.Batch(List.of(newEntry(5, "five"), newEntry(6, "six")), 77, true);
    assertThat(older.decode(newer.encode(batch))).isEqualTo(oldBatch());
  }

  private static Message oldEntry() {
    return new Old.Entry(5, "five");
  }

  private static Message oldBatch() {
    return new Old.Batch(List.of(new Old.Entry(5, "five"), new Old.Entry(6, "six")), 77);
  }

  private static New.Entry newEntry(long version, String name) {
    return new New.Entry(
        version, name, Optional.of(Id.MAX), Bytes.of(new byte[1000]), List.of("a", "b"));
  }

  private static byte[] recorded(String name) throws IOException {
    Properties frames = new Properties();
    frames.load(new StringReader(KryoCodecTest.resource("release-1.properties")));
    return HexFormat.of().parseHex(frames.getProperty(name));
  }
}
