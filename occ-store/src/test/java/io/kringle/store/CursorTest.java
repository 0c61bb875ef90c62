package io.kringle.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.replication.Scan;
import io.kringle.ring.Id;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;

/** Places in a scan as text. */
class CursorTest {
  @Property
  void whatIsWrittenReadsBack(@ForAll long seed, @ForAll @StringLength(max = 300) String key) {
    Scan.Position place = new Scan.Position(Id.fromWords(seed, ~seed, (int) seed), key);
    assertThat(Cursor.parse(Cursor.write(place))).contains(place);
  }

  @Property
  void anyTextIsReadOrRefused(@ForAll String text) {
    Cursor.parse(text)
        .ifPresent(place -> assertThat(Cursor.parse(Cursor.write(place))).contains(place));
  }
}
