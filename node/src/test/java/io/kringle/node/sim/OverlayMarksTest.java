package io.kringle.node.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The marks of docs/overlay.md in a size that fits a build. What depends on the size is asserted as
 * it is at this size, a little above what was measured.
 */
class OverlayMarksTest {
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

  private static OverlayReport run(
      int nodes, int lookups, Duration duration, double loss, Optional<Duration> session)
      throws IOException {
    OverlaySimulation simulation =
        new OverlaySimulation(
            new OverlayPlan(
                nodes,
                1,
                lookups,
                duration,
                loss,
                Optional.empty(),
                session,
                Sessions.EXPONENTIAL,
                Optional.empty()));
    simulation.form(joined -> {});
    simulation.lookUp(begun -> {});
    return simulation.report();
  }

  @Test
  void withoutChurnWaysAreShortAndNothingIsLost() throws IOException {
    OverlayReport report = run(1_000, 5_000, TEN_MINUTES, 0, Optional.empty());
    assertThat(report.lookups().areFlawless()).isTrue();
    assertThat(report.lookups().hops().mean()).isLessThan(2.1);
    assertThat(report.lookups().hops().max()).isLessThanOrEqualTo(4);
    assertThat(report.lookups().stretch()).isLessThan(1.45);
    assertThat(report.joinsFailed()).isZero();
  }

  @Test
  void withSessionsOfAnHourMaintenanceIsCheapAndNothingIsLost() throws IOException {
    OverlayReport report =
        run(400, 10_000, Duration.ofHours(1), 0, Optional.of(Duration.ofHours(1)));
    assertThat(report.lookups().areFlawless()).isTrue();
    assertThat(report.lookups().stretch()).isLessThan(1.7);
    assertThat(report.maintenancePerNodeSecond()).isLessThan(0.35);
  }

  @Test
  void withLossOfOneMessageInTwentyNothingIsLost() throws IOException {
    OverlayReport report =
        run(400, 10_000, Duration.ofMinutes(30), 0.05, Optional.of(Duration.ofHours(1)));
    assertThat(report.lookups().areFlawless()).isTrue();
  }

  @Test
  void withSessionsOfFiveMinutesNextToNothingIsLost() throws IOException {
    OverlayReport report = run(300, 10_000, TEN_MINUTES, 0, Optional.of(Duration.ofMinutes(5)));
    assertThat(report.lookups().lost()).isLessThanOrEqualTo(1);
    assertThat(report.lookups().misdelivered()).isLessThanOrEqualTo(1);
  }

  /**
   * One run whose every delivery is known: the same on every machine and JDK. A change of the ring,
   * of the routing or of the simulator changes it, and is to change it here.
   */
  @Test
  void oneSeedIsOneTraceOnEveryMachine() throws IOException {
    OverlayReport report =
        run(60, 500, Duration.ofMinutes(5), 0.01, Optional.of(Duration.ofMinutes(10)));
    assertThat(HexFormat.of().toHexDigits(report.traceHash())).isEqualTo("a20da0b25fce5a5c");
  }
}
