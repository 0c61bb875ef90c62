package io.kringle.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kringle.ring.RememberedPeers.Remembered;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The memory of peers: its order, its bounds, and that it survives being written down. */
class RememberedPeersTest {

  private static Peer peer(int number) {
    return Ids.peer(Id.ofKey("peer " + number));
  }

  private static List<Peer> order(RememberedPeers memory) {
    return memory.snapshot().stream().map(Remembered::peer).toList();
  }

  /** Contacts, and failures where the number is negative. */
  private static RememberedPeers after(List<Integer> history) {
    RememberedPeers memory = new RememberedPeers();
    for (int number : history) {
      if (number >= 0) {
        memory.reached(peer(number));
      } else {
        memory.failed(peer(-number).endpoint());
      }
    }
    return memory;
  }

  @Property(tries = 200)
  void itIsBoundedAndHoldsEachPeerOnce(
      @ForAll @Size(max = 600) List<@IntRange(min = -400, max = 400) Integer> history) {
    List<Peer> order = order(after(history));
    assertThat(order).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(RememberedPeers.CAPACITY);
    long reached = history.stream().filter(number -> number >= 0).distinct().count();
    assertThat(order).hasSize((int) Math.min(reached, RememberedPeers.CAPACITY));
  }

  @Property(tries = 200)
  void whatIsWrittenDownReadsBackInTheSameOrder(
      @ForAll @Size(max = 300) List<@IntRange(min = -30, max = 30) Integer> history) {
    RememberedPeers memory = after(history);
    assertThat(new RememberedPeers(memory.snapshot()).snapshot()).isEqualTo(memory.snapshot());
  }

  @Property(tries = 200)
  void heatFallsFromFirstToLastAndTheLatestIsWarm(
      @ForAll @Size(max = 300) List<@IntRange(min = -30, max = 30) Integer> history) {
    RememberedPeers memory = after(history);
    List<Double> heats = memory.snapshot().stream().map(Remembered::heat).toList();
    assertThat(heats).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    memory.reached(peer(7));
    assertThat(memory.snapshot())
        .anySatisfy(
            known -> {
              assertThat(known.peer()).isEqualTo(peer(7));
              assertThat(known.heat()).isGreaterThanOrEqualTo(1);
              assertThat(known.failures()).isZero();
            });
  }

  @Test
  void moreOftenComesBeforeMoreRarelyAndTheLatestBeforeEarlier() {
    assertThat(order(after(List.of(1, 1, 1, 2, 3)))).containsExactly(peer(1), peer(3), peer(2));
  }

  @Test
  void longAgoCountsLessThanLately() {
    RememberedPeers memory = after(List.of(1, 1, 1));
    for (int i = 0; i < 300; i++) {
      memory.reached(peer(100));
    }
    memory.reached(peer(2));
    assertThat(order(memory)).containsExactly(peer(100), peer(2), peer(1));
  }

  @Test
  void failuresSendAPeerBackAndAContactForgivesThem() {
    RememberedPeers memory = after(List.of(1, 1, 2, -1, -1));
    assertThat(order(memory)).containsExactly(peer(2), peer(1));
    assertThat(memory.snapshot().get(1).failures()).isEqualTo(2);
    memory.reachedAt(peer(1).endpoint());
    assertThat(memory.snapshot().get(0))
        .satisfies(
            known -> {
              assertThat(known.peer()).isEqualTo(peer(1));
              assertThat(known.failures()).isZero();
            });
  }

  @Test
  void failuresAloneDoNotMakeItForget() {
    RememberedPeers memory = after(List.of(1));
    for (int i = 0; i < 5_000; i++) {
      memory.failed(peer(1).endpoint());
    }
    assertThat(order(new RememberedPeers(memory.snapshot()))).containsExactly(peer(1));
  }

  @Test
  void whenFullTheColdestIsForgotten() {
    RememberedPeers memory = new RememberedPeers();
    for (int i = 0; i < RememberedPeers.CAPACITY; i++) {
      memory.reached(peer(i));
    }
    memory.failed(peer(77).endpoint());
    memory.failed(peer(77).endpoint());
    memory.failed(peer(77).endpoint());
    memory.failed(peer(77).endpoint());
    memory.failed(peer(77).endpoint());
    memory.reached(peer(1_000));
    assertThat(order(memory))
        .hasSize(RememberedPeers.CAPACITY)
        .contains(peer(0), peer(1_000))
        .doesNotContain(peer(77));
  }

  @Test
  void aNewLifeUnderAnIdOrAtAnEndpointTakesTheOldOnesPlace() {
    Peer old = peer(1);
    Peer moved = new Peer(old.id(), new Endpoint("elsewhere", 1), 2);
    Peer other = new Peer(Id.ofKey("other"), moved.endpoint(), 3);
    RememberedPeers memory = new RememberedPeers();
    memory.reached(old);
    memory.reached(moved);
    assertThat(order(memory)).containsExactly(moved);
    memory.reached(other);
    assertThat(order(memory)).containsExactly(other);
    assertThat(memory.find(old.id())).isEmpty();
  }

  @Test
  void theVersionCountsChanges() {
    RememberedPeers memory = new RememberedPeers();
    memory.failed(peer(1).endpoint());
    assertThat(memory.version()).isZero();
    memory.reached(peer(1));
    memory.failed(peer(1).endpoint());
    assertThat(memory.version()).isEqualTo(2);
  }

  @Test
  void aSavedHeatThatIsNoHeatIsRefused() {
    assertThatThrownBy(() -> new Remembered(peer(1), Double.NaN, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Remembered(peer(1), -1, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** One thing that happens to a memory. */
  private enum Event {
    REACHED,
    FAILED,
    HOURS,
    RESTART
  }

  /** The model counts, for each peer, the hours in which anybody was reached since it was. */
  @Property(tries = 300)
  void aPeerIsForgottenOnceOthersWereReachedInMoreHoursThanItMayBeSilent(
      @ForAll @Size(max = 60) List<Event> events,
      @ForAll @Size(60) List<@IntRange(min = 0, max = 5) Integer> who) {
    RememberedPeers memory = new RememberedPeers();
    Map<Peer, Integer> silent = new TreeMap<>(Comparator.comparing(Peer::id));
    boolean reached = false;
    for (int i = 0; i < events.size(); i++) {
      Peer peer = peer(who.get(i));
      switch (events.get(i)) {
        case REACHED -> {
          memory.reached(peer);
          silent.put(peer, 0);
          reached = true;
        }
        case FAILED -> memory.failed(peer.endpoint());
        case HOURS -> {
          int busy = busyHours(memory, who.get(i), reached);
          silent.replaceAll((each, hours) -> hours + busy);
          if (busy > (reached ? 1 : 0)) {
            silent.put(peer(0), 0);
          }
          silent.values().removeIf(hours -> hours > RememberedPeers.FORGOTTEN_AFTER);
          reached = false;
        }
        case RESTART -> {
          memory = new RememberedPeers(memory.snapshot());
          reached = false;
        }
      }
      assertThat(order(memory)).containsExactlyInAnyOrderElementsOf(silent.keySet());
    }
  }

  /**
   * Lets some hours pass: with an odd dice a hundred in which peer 0 is reached, else a thousand
   * alone. How many of them count.
   */
  private static int busyHours(RememberedPeers memory, int dice, boolean reached) {
    memory.anHourPassed();
    int counted = reached ? 1 : 0;
    for (int hour = 1; hour < 1_000; hour++) {
      if (dice % 2 == 1 && hour < 100) {
        memory.reached(peer(0));
        counted++;
      }
      memory.anHourPassed();
    }
    return counted;
  }

  @Test
  void aNodeThatIsAloneForgetsNobody() {
    RememberedPeers memory = after(List.of(1, 2, 3));
    for (int hour = 0; hour < 100_000; hour++) {
      memory.failed(peer(hour % 4).endpoint());
      memory.anHourPassed();
    }
    assertThat(order(new RememberedPeers(memory.snapshot())))
        .containsExactlyInAnyOrder(peer(1), peer(2), peer(3));
  }
}
