package io.kringle.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** A group's place as it is written, and where. */
class PlaceTest {

  @Property(tries = 200)
  void whatIsWrittenIsRead(
      @ForAll long low, @ForAll @Size(max = 50) List<Long> done, @ForAll boolean isQuiet) {
    Place place = new Place(low, done, isQuiet);
    assertThat(Place.of(place.toBytes())).contains(place);
  }

  @Test
  void whatIsShortOrOfAnotherFormIsNone() {
    byte[] bytes = new Place(2, List.of(3L), false).toBytes().array();
    for (int length = 0; length < bytes.length; length++) {
      assertThat(Place.of(Bytes.of(Arrays.copyOf(bytes, length)))).isEmpty();
    }
    bytes[0]++;
    assertThat(Place.of(Bytes.of(bytes))).isEmpty();
  }

  @Test
  void noTopicAndNoOtherGroupHasTheSameLedger() {
    List<Id> ids =
        List.of(
            new GroupName("a", "bc").ledger(),
            new GroupName("ab", "c").ledger(),
            new GroupName("a", "b").ledger(),
            Id.ofKey("a"),
            Id.ofKey("abc"),
            Id.ofKey("\u00ffa\u00ffbc"));
    assertThat(ids).doesNotHaveDuplicates();
  }
}
