package io.kringle.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.RememberedPeers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  private static final Id RING = Id.ofKey("a ring");

  @TempDir Path temporary;

  private DataDirectory open(String name) {
    return open(name, Optional.empty());
  }

  private DataDirectory open(String name, Optional<Id> wanted) {
    return DataDirectory.open(temporary.resolve(name), wanted, new SplittableRandom(name.length()));
  }

  @Test
  void theSameDirectoryGivesTheSameIdentityAfterARestart() {
    Identity first;
    try (DataDirectory directory = open("data")) {
      directory.joinedRing(RING);
      first = directory.identity();
    }

    try (DataDirectory again = open("data")) {
      assertThat(again.identity()).isEqualTo(first);
      assertThat(again.identity().ringId()).contains(RING);
    }
  }

  @Test
  void aFreshDirectoryTakesTheIdThatIsWanted() {
    try (DataDirectory directory = open("data", Optional.of(Id.MAX))) {
      assertThat(directory.identity().id()).isEqualTo(Id.MAX);
      assertThat(directory.identity().ringId()).isEmpty();
    }
  }

  @Test
  void anotherIdThanTheStoredOneIsRefusedNamingBoth() {
    open("data", Optional.of(Id.MAX)).close();

    assertThatThrownBy(() -> open("data", Optional.of(Id.ZERO)))
        .isInstanceOf(KringleException.class)
        .hasMessageContaining(Id.MAX.toString())
        .hasMessageContaining(Id.ZERO.toString());
  }

  @Test
  void aDirectoryInUseIsRefusedAndFreeAgainAfterwards() {
    try (DataDirectory directory = open("data")) {
      assertThatThrownBy(() -> open("data"))
          .hasMessageContaining("in use")
          .hasMessageContaining(temporary.resolve("data").toString());
      assertThat(directory.identity()).isNotNull();
    }
    open("data").close();
  }

  @Test
  void anotherProcessHoldsTheLock() throws IOException, InterruptedException {
    Path path = temporary.resolve("data");
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                path.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(holder.inputReader().readLine()).isEqualTo("held");
      assertThatThrownBy(() -> open("data")).hasMessageContaining("in use");
    } finally {
      holder.destroyForcibly().waitFor();
    }
    open("data").close();
  }

  /** Holds a directory until its input ends. */
  static final class Holder {
    public static void main(String[] arguments) throws IOException {
      DataDirectory.open(Path.of(arguments[0]), Optional.empty(), new SplittableRandom(1));
      System.out.println("held");
      System.in.read();
    }
  }

  @Test
  void anUnreadableIdentityRefusesToStart() throws IOException {
    open("data").close();
    Files.writeString(temporary.resolve("data/identity.json"), "{\"format\":1,\"id\":\"12\"");

    assertThatThrownBy(() -> open("data"))
        .isInstanceOf(KringleException.class)
        .hasMessageContaining("identity.json")
        .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContain("\n"));
  }

  @Test
  void aFormatOfTheFutureIsNotTouched() throws IOException {
    open("data").close();
    Path file = temporary.resolve("data/identity.json");
    Files.writeString(file, "{\"format\":2}");

    assertThatThrownBy(() -> open("data")).hasMessageContaining("format 2");
    assertThat(Files.readString(file)).isEqualTo("{\"format\":2}");
  }

  @Test
  void recordsWithoutAnIdentityAreNotTakenOver() throws IOException {
    Files.createDirectories(temporary.resolve("data/records"));

    assertThatThrownBy(() -> open("data")).hasMessageContaining("records but no identity");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNamed() throws IOException {
    Files.writeString(temporary.resolve("file"), "not a directory");

    assertThatThrownBy(() -> open("file/data"))
        .isInstanceOf(KringleException.class)
        .hasMessageContaining(temporary.resolve("file/data").toString());
  }

  @Test
  void rememberedPeersComeBack() {
    RememberedPeers peers = new RememberedPeers();
    Peer peer = new Peer(Id.MAX, new Endpoint("::1", 7400), -5);
    peers.reached(peer);
    PeersFile file = new PeersFile(temporary.resolve("peers.json"));

    file.save(peers.snapshot());

    assertThat(file.load().snapshot()).isEqualTo(peers.snapshot());
    assertThat(file.load().find(Id.MAX)).contains(peer);
  }

  @Test
  void unreadablePeersAreAsGoodAsNone() throws IOException {
    Path path = temporary.resolve("peers.json");
    Files.writeString(path, "[{\"id\":\"zz\"}");

    assertThat(new PeersFile(path).load().size()).isZero();
  }
}
