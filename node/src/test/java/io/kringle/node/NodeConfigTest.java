package io.kringle.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kringle.ring.Endpoint;
import io.kringle.store.engine.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeConfigTest {
  @TempDir Path temporary;

  private Optional<Path> file(String hocon) throws IOException {
    return Optional.of(Files.writeString(temporary.resolve("node.conf"), hocon));
  }

  @Test
  void theReferenceIsACompleteConfiguration() {
    NodeConfig config = NodeConfig.defaults();

    assertThat(config.listen()).isEqualTo(new Endpoint("127.0.0.1", 7400));
    assertThat(config.http()).contains(new Endpoint("127.0.0.1", 7070));
    assertThat(config.data()).isEmpty();
    assertThat(config.durability()).isEqualTo(Durability.OS);
    assertThat(config.store().maxValueBytes()).isEqualTo(900 * 1024);
  }

  @Test
  void theFileOverridesTheReferenceAndTheCallerOverridesTheFile() throws IOException {
    Optional<Path> file =
        file("kringle { replicas = 5, durability = fsync, store.timeout = 2s, seeds = [\"a:1\"] }");

    NodeConfig config =
        NodeConfig.load(file, Map.of("replicas", 1, "seeds", List.of("b:2", "c:3")));

    assertThat(config.replicas()).isEqualTo(1);
    assertThat(config.durability()).isEqualTo(Durability.FSYNC);
    assertThat(config.store().timeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(config.seeds()).containsExactly(new Endpoint("b", 2), new Endpoint("c", 3));
  }

  @Test
  void anUnknownSettingIsNamed() throws IOException {
    Optional<Path> file = file("kringle { store { max-valu = 5 } }");

    assertThatThrownBy(() -> NodeConfig.load(file, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kringle.store.max-valu")
        .hasMessageContaining("node.conf");
  }

  @Test
  void whatIsOutOfRangeIsNamed() {
    assertThatThrownBy(() -> NodeConfig.load(Optional.empty(), Map.of("replicas", 0)))
        .hasMessageContaining("kringle.replicas");
    assertThatThrownBy(() -> NodeConfig.load(Optional.empty(), Map.of("durability", "disk")))
        .hasMessageContaining("kringle.durability");
    assertThatThrownBy(() -> NodeConfig.load(Optional.empty(), Map.of("listen", "nowhere")))
        .hasMessageContaining("nowhere");
    assertThatThrownBy(() -> NodeConfig.load(Optional.empty(), Map.of("stop-timeout", "0s")))
        .hasMessageContaining("kringle.stop-timeout");
  }

  @Test
  void mistakesAreOneLine() throws IOException {
    for (String wrong : List.of("kringle { replicas = many }", "kringle {", "kringle.store = 3")) {
      Optional<Path> file = file(wrong);
      assertThatThrownBy(() -> NodeConfig.load(file, Map.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContain("\n"));
    }
  }

  @Test
  void aFileThatIsNotThereIsAnError() {
    assertThatThrownBy(() -> NodeConfig.load(Optional.of(temporary.resolve("missing")), Map.of()))
        .hasMessageContaining("missing");
  }
}
