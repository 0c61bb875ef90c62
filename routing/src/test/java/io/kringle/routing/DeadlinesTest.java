package io.kringle.routing;

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
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Deadlines against a sorted map. */
class DeadlinesTest {

  private static final class Named extends Deadline {
    private final int name;
    private final List<String> log;
    private final Simulation simulation;

    Named(int name, List<String> log, Simulation simulation) {
      this.name = name;
      this.log = log;
      this.simulation = simulation;
    }

    @Override
    void expire() {
      log.add(name + "@" + simulation.now());
    }
  }

  @Property(tries = 300)
  void eachIsCalledAtItsTimeInTheOrderOfSettingUnlessCalledOff(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Simulation simulation = new Simulation(seed, message -> message);
    List<World> worlds = new ArrayList<>();
    simulation.start(
        new Peer(Id.ZERO, new Endpoint("alone", 1), 1),
        world -> {
          worlds.add(world);
          return new Nobody();
        });
    Deadlines deadlines = new Deadlines(worlds.get(0));
    List<String> log = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    TreeMap<List<Long>, Integer> model =
        new TreeMap<>(
            (a, b) -> {
              int byTime = a.get(0).compareTo(b.get(0));
              return byTime != 0 ? byTime : a.get(1).compareTo(b.get(1));
            });
    List<Named> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(new Named(i, log, simulation));
    }
    for (long step = 0; step < 200; step++) {
      int which = random.nextInt(all.size());
      int choice = random.nextInt(10);
      if (choice < 6) {
        long delay = 1 + random.nextLong(50);
        deadlines.set(all.get(which), delay);
        model.values().remove(which);
        model.put(List.of(simulation.now() + delay, step), which);
      } else if (choice < 8) {
        deadlines.cancel(all.get(which));
        model.values().remove(which);
      } else {
        simulation.run(Duration.ofNanos(random.nextLong(30)));
        while (!model.isEmpty() && model.firstKey().get(0) <= simulation.now()) {
          Map.Entry<List<Long>, Integer> due = model.pollFirstEntry();
          expected.add(due.getValue() + "@" + due.getKey().get(0));
        }
      }
      deadlines.checkInvariants();
      assertThat(deadlines.size()).isEqualTo(model.size());
      assertThat(log).isEqualTo(expected);
    }
  }

  private static final class Nobody implements Inbound {
    @Override
    public void received(Peer from, Message message) {}

    @Override
    public void unreachable(Peer peer, String reason) {}

    @Override
    public void contactFailed(Endpoint endpoint, String reason) {}
  }
}
