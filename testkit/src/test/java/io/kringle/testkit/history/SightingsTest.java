package io.kringle.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.testkit.history.Operation.Always;
import io.kringle.testkit.history.Operation.Call;
import io.kringle.testkit.history.Operation.Conflict;
import io.kringle.testkit.history.Operation.Failed;
import io.kringle.testkit.history.Operation.Get;
import io.kringle.testkit.history.Operation.GetStale;
import io.kringle.testkit.history.Operation.Outcome;
import io.kringle.testkit.history.Operation.Read;
import io.kringle.testkit.history.Operation.Unknown;
import io.kringle.testkit.history.Operation.Write;
import io.kringle.testkit.history.Operation.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What can be said of versions that were seen at any time. */
class SightingsTest {
  private static final Call STALE = new GetStale();

  private final List<Operation> history = new ArrayList<>();

  private void add(long invoked, long returned, Call call, Outcome outcome) {
    history.add(new Operation(0, "key", call, outcome, invoked, returned));
  }

  private static Call put(String value) {
    return new Write(Optional.of(value), new Always());
  }

  private static Outcome read(long version, String value) {
    return new Read(version, Optional.of(value));
  }

  private Optional<String> contradiction() {
    return Sightings.contradiction(history);
  }

  @Test
  void aStaleReadMayBeOfAnyTimeBeforeItsAnswer() {
    add(0, 1, put("a"), new Written(1));
    add(2, 3, put("b"), new Written(2));
    add(4, 5, STALE, read(1, "a"));
    add(6, 7, STALE, new Read(0, Optional.empty()));
    add(8, 9, STALE, new Failed());
    add(10, 20, put("c"), new Unknown());
    add(10, 12, STALE, read(3, "c"));
    assertThat(contradiction()).isEmpty();
  }

  @Test
  void aVersionIsOneValue() {
    add(0, 1, put("a"), new Written(1));
    add(2, 3, put("b"), new Unknown());
    add(4, 5, STALE, read(1, "b"));
    assertThat(contradiction())
        .hasValueSatisfying(it -> assertThat(it).contains("one version, two values"));
  }

  @Test
  void aDeletedVersionHasNoValue() {
    add(0, 1, put("a"), new Written(1));
    add(2, 3, new Write(Optional.empty(), new Always()), new Written(2));
    add(4, 5, new Get(), read(2, "a"));
    assertThat(contradiction()).isPresent();
  }

  @Test
  void keysHaveTheirOwnVersions() {
    add(0, 1, put("a"), new Written(1));
    history.add(new Operation(0, "other", put("b"), new Written(1), 2, 3));
    assertThat(contradiction()).isEmpty();
  }

  @Test
  void nobodyReadsWhatIsYetToBeWritten() {
    add(4, 5, put("a"), new Written(1));
    add(2, 3, STALE, read(1, "a"));
    assertThat(contradiction()).isPresent();
  }

  @Test
  void nobodyReadsWhatWasRefused() {
    add(0, 1, put("a"), new Conflict());
    add(2, 3, STALE, read(1, "a"));
    assertThat(contradiction()).hasValueSatisfying(it -> assertThat(it).contains("was refused"));
  }
}
