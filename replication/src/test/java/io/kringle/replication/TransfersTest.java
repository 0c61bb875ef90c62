package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Inbound;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.World;
import io.kringle.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Turns, places and pauses of the transfers that one node sends. */
final class TransfersTest {
  private static final int PIECE = 1_000;
  private static final ReplicationConfig.Transfer LIMITS =
      new ReplicationConfig.Transfer(100_000, PIECE, 2);

  private final Simulation simulation = new Simulation(1, message -> message);
  private final Peer self = new Peer(Id.ofKey("self"), new Endpoint("10.0.0.1", 1), 1);
  private final List<String> sent = new ArrayList<>();
  private World world;
  private Transfers transfers;

  TransfersTest() {
    simulation.start(
        self,
        bare -> {
          world = bare;
          transfers = new Transfers(bare, LIMITS);
          return new Silence();
        });
  }

  private static final class Silence implements Inbound {
    @Override
    public void received(Peer from, Message message) {}

    @Override
    public void unreachable(Peer peer, String reason) {}

    @Override
    public void contactFailed(Endpoint endpoint, String reason) {}
  }

  /** Has so many pieces to send, each answered at once; none, and its receiver keeps silent. */
  private final class Sender implements Transfers.Sender {
    private final String name;
    private final boolean toVoter;
    private int left;

    Sender(String name, boolean toVoter, int pieces) {
      this.name = name;
      this.toVoter = toVoter;
      this.left = pieces;
    }

    @Override
    public boolean isToVoter() {
      return toVoter;
    }

    @Override
    public int proceed() {
      sent.add(name);
      if (left == 0) {
        return 0;
      }
      if (--left == 0) {
        transfers.end(this);
      } else {
        transfers.next(this);
      }
      return PIECE;
    }
  }

  private Sender begin(String name, boolean toVoter, int pieces) {
    Sender sender = new Sender(name, toVoter, pieces);
    world.after(Duration.ZERO, () -> transfers.next(sender));
    return sender;
  }

  @Test
  void aSecondBringsWhatIsAllowedOverAllTransfers() {
    begin("a", false, 1_000);
    begin("b", false, 1_000);
    simulation.run(Duration.ofSeconds(3));
    assertThat(sent).hasSizeBetween(299, 302);
    assertThat(sent.stream().filter("a"::equals).count()).isBetween(149L, 151L);
  }

  @Test
  void aPauseIsNotMadeUpForByABurst() {
    begin("a", false, 1);
    simulation.run(Duration.ofSeconds(10));
    begin("b", false, 1_000);
    simulation.run(Duration.ofMillis(100));
    assertThat(sent).hasSizeBetween(10, 13);
  }

  @Test
  void othersWaitInLineAndVotersGoFirst() {
    begin("a", false, 2);
    begin("b", false, 4);
    begin("c", false, 2);
    begin("d", true, 2);
    begin("e", true, 1);
    simulation.run(Duration.ofSeconds(1));
    assertThat(String.join("", sent)).isEqualTo("ababdbdbecc");
  }

  @Test
  void thePlaceOfOneThatHearsNothingGoesToTheNextAndItQueuesAgain() {
    Sender silent = begin("s", false, 0);
    begin("a", false, 1_000_000);
    begin("b", false, 3);
    simulation.run(Duration.ofMillis(1_500));
    assertThat(sent).doesNotContain("b");
    world.after(Duration.ZERO, () -> transfers.again(silent));
    simulation.run(Duration.ofMillis(1_500));
    assertThat(sent.stream().filter("b"::equals).count()).as("repeating is no use").isEqualTo(3);
    assertThat(sent.stream().filter("s"::equals).count()).isEqualTo(2);
    world.after(Duration.ZERO, () -> transfers.again(silent));
    simulation.run(Duration.ofSeconds(1));
    assertThat(sent.stream().filter("s"::equals).count()).isEqualTo(3);
  }

  @Test
  void oneThatIsGivenUpMakesRoom() {
    Sender first = begin("s", false, 0);
    Sender second = begin("t", false, 0);
    begin("b", false, 1);
    simulation.run(Duration.ofMillis(100));
    world.after(Duration.ZERO, () -> transfers.end(second));
    world.after(Duration.ZERO, () -> transfers.end(first));
    simulation.run(Duration.ofMillis(100));
    assertThat(sent).containsExactly("s", "t", "b");
  }
}
