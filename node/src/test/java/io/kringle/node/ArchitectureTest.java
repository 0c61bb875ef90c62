package io.kringle.node;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.kringle.pubsub.fixture.TopicThatKnowsTheStore;
import io.kringle.ring.fixture.RingThatKnowsItsUsers;
import io.kringle.store.fixture.StoredThing;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The layers, by package: each knows those below it that it is built on, and no other. */
final class ArchitectureTest {
  private static final JavaClasses KRINGLE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.kringle");

  private static final List<String> LAYERS =
      List.of("ring", "testkit", "routing", "replication", "store", "pubsub", "node", "samples");

  /** The order is the order of docs/architecture.md, from the bottom up. */
  private static final ArchRule DOWNWARDS =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("ring")
          .definedBy("io.kringle.ring..")
          .layer("testkit")
          .definedBy("io.kringle.testkit..")
          .layer("routing")
          .definedBy("io.kringle.routing..")
          .layer("replication")
          .definedBy("io.kringle.replication..")
          .layer("store")
          .definedBy("io.kringle.store..")
          .layer("pubsub")
          .definedBy("io.kringle.pubsub..")
          .layer("node")
          .definedBy("io.kringle.node..")
          .layer("samples")
          .definedBy("io.kringle.samples..")
          .whereLayer("ring")
          .mayNotAccessAnyLayer()
          .whereLayer("testkit")
          .mayOnlyAccessLayers("ring")
          .whereLayer("routing")
          .mayOnlyAccessLayers("ring")
          .whereLayer("replication")
          .mayOnlyAccessLayers("ring", "routing")
          .whereLayer("store")
          .mayOnlyAccessLayers("ring", "routing", "replication")
          .whereLayer("pubsub")
          .mayOnlyAccessLayers("ring", "routing", "replication")
          .whereLayer("samples")
          .mayNotBeAccessedByAnyLayer();

  /** Sockets, engines and actors stay in the packages that are made for them. */
  private static final ArchRule PROTOCOLS_ARE_PORTABLE =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.kringle.ring..",
              "io.kringle.routing..",
              "io.kringle.replication..",
              "io.kringle.store..",
              "io.kringle.pubsub..")
          .and()
          .resideOutsideOfPackages("io.kringle.ring.tcp..", "io.kringle.store.engine..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.netty..", "akka..", "org.rocksdb..");

  @Test
  void layersDependDownwardsOnly() {
    DOWNWARDS.check(KRINGLE);
  }

  @Test
  void protocolsKnowNoSocketEngineOrActor() {
    PROTOCOLS_ARE_PORTABLE.check(KRINGLE);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void internalsAreUsedInTheirOwnLayerOnly(String layer) {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.kringle." + layer + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.kringle." + layer + "..internal..")
        .check(KRINGLE);
  }

  @Test
  void everyLayerButTheSamplesIsLookedAt() {
    for (String layer : LAYERS) {
      if (!layer.equals("samples")) {
        assertThat(KRINGLE.containPackage("io.kringle." + layer)).as(layer).isTrue();
      }
    }
  }

  @Test
  void aLayerThatReachesSidewaysIsCaught() {
    JavaClasses broken =
        new ClassFileImporter().importClasses(TopicThatKnowsTheStore.class, StoredThing.class);

    assertThat(DOWNWARDS.evaluate(broken).getFailureReport().toString())
        .contains(TopicThatKnowsTheStore.class.getSimpleName());
  }

  @Test
  void aLayerThatReachesUpIsCaught() {
    JavaClasses broken =
        new ClassFileImporter().importClasses(RingThatKnowsItsUsers.class, StoredThing.class);

    assertThat(DOWNWARDS.evaluate(broken).getFailureReport().toString())
        .contains(RingThatKnowsItsUsers.class.getSimpleName());
  }

  @Test
  void aProtocolThatKnowsItsActorIsCaught() {
    JavaClasses broken = new ClassFileImporter().importClasses(RingThatKnowsItsUsers.class);

    assertThat(PROTOCOLS_ARE_PORTABLE.evaluate(broken).hasViolation()).isTrue();
  }

  static Stream<String> layers() {
    return LAYERS.stream();
  }
}
