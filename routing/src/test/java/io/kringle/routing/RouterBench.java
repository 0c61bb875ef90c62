package io.kringle.routing;

import io.kringle.ring.Codec;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Timer;
import io.kringle.ring.World;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * What one request of one hop costs at both ends together: two routers that hand messages to each
 * other in one thread, with 16 leaves each and next to no codec. Prints nanoseconds for each
 * request; arguments: rounds of a million requests.
 */
final class RouterBench {
  private static final int REQUESTS = 1_000_000;
  private static final int WINDOW = 1_000;

  private final ArrayDeque<Runnable> steps = new ArrayDeque<>();
  private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();
  private final List<Peer> peers = TestRing.peers(TestRing.ids(1, 17));
  private final Router[] routers = new Router[2];
  private long answered;

  private RouterBench() {
    for (int i = 0; i < 2; i++) {
      routers[i] =
          new Router(
              new DirectWorld(i),
              new LongCodec(),
              FixedRing.at(i, peers, 16, id -> false),
              RouterConfig.DEFAULT);
    }
    routers[1].onDeliver(
        Ask.class, (delivery, ask, responder) -> responder.reply(new Ask(ask.value())));
  }

  public static void main(String[] arguments) {
    RouterBench bench = new RouterBench();
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8;
    for (int round = 0; round < rounds; round++) {
      long start = System.nanoTime();
      bench.run(REQUESTS);
      System.out.printf("%.0f ns%n", (System.nanoTime() - start) / (double) REQUESTS);
    }
  }

  private void run(int requests) {
    Id key = peers.get(1).id();
    long last = answered + requests;
    for (long i = answered; i < last; i++) {
      routers[0].ask(key, new Ask(i), AskOptions.DEFAULT, result -> answered++);
      if (i % WINDOW == WINDOW - 1) {
        settle();
      }
    }
    settle();
    if (answered != last) {
      throw new IllegalStateException(last - answered + " requests were not answered");
    }
  }

  private void settle() {
    while (!steps.isEmpty()) {
      steps.remove().run();
    }
    long now = System.nanoTime();
    while (!alarms.isEmpty() && alarms.peek().at - now <= 0) {
      alarms.remove().task.run();
    }
  }

  private record Ask(long value) implements Message {}

  private record Alarm(long at, Runnable task) implements Comparable<Alarm> {
    @Override
    public int compareTo(Alarm other) {
      return Long.signum(at - other.at);
    }
  }

  private static final class LongCodec implements Codec {
    @Override
    public byte[] encode(Message message) {
      return ByteBuffer.allocate(9).put((byte) 1).putLong(((Ask) message).value()).array();
    }

    @Override
    public Message decode(byte[] bytes) {
      return new Ask(ByteBuffer.wrap(bytes).getLong(1));
    }
  }

  private final class DirectWorld implements World {
    private final int index;
    private final RandomGenerator random = new SplittableRandom(1);

    DirectWorld(int index) {
      this.index = index;
    }

    @Override
    public long now() {
      return System.nanoTime();
    }

    @Override
    public RandomGenerator random() {
      return random;
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
      Alarm alarm = new Alarm(System.nanoTime() + delay.toNanos(), task);
      alarms.add(alarm);
      return () -> alarms.remove(alarm);
    }

    @Override
    public boolean send(Peer to, Message message) {
      Router target = routers[1 - index];
      steps.add(() -> target.received(peers.get(index), (RoutingMessage) message));
      return true;
    }

    @Override
    public void contact(Endpoint to, Message message) {
      throw new UnsupportedOperationException();
    }
  }
}
