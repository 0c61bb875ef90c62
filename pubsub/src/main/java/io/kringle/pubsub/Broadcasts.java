package io.kringle.pubsub;

import io.kringle.pubsub.RingWideMessage.Flooded;
import io.kringle.pubsub.RingWideMessage.Reached;
import io.kringle.pubsub.RingWideMessage.Spread;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.ring.RingView;
import io.kringle.ring.World;
import io.kringle.routing.Responder;
import io.kringle.routing.Routing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages to all of the ring, at one node.
 *
 * <p>Invariant: a message is told to the listener once. Its id is remembered for as long as it may
 * come again; when 65 536 are, the next is not told at all, but still passed on.
 *
 * <p>Bounded as well: payloads that wait for the answers of others take 64 MiB at most; a broadcast
 * beyond that is refused, and makes the count of whoever passed it on a lower bound.
 *
 * <p>Used by one thread at a time, within steps of the node. Callbacks come in a later step.
 */
public final class Broadcasts implements Broadcasting {
  private static final Logger LOG = LoggerFactory.getLogger(Broadcasts.class);

  private static final int REMEMBERED = 65_536;
  private static final long MOST_BYTES = 64L << 20;

  /** What a message takes beside its payload, about. */
  private static final int OVERHEAD = 512;

  /** For how long a message may come again after its broadcast has ended. */
  private static final Duration STRAGGLING = Duration.ofSeconds(30);

  private final World world;
  private final RingView ring;
  private final Routing routing;
  private final int maxPayload;
  private final Remembered<Boolean> known;
  private Optional<Consumer<Heard>> listener = Optional.empty();
  private long numbers;
  private long bytesWaiting;
  private long heard;
  private long passedOn;
  private long repeated;
  private long turnedAway;

  /**
   * The broadcasts of the node that {@code ring} speaks for; it hooks itself into the routing.
   *
   * @param maxPayload bytes of one message at most
   */
  public Broadcasts(World world, RingView ring, Routing routing, int maxPayload) {
    this.world = world;
    this.ring = ring;
    this.routing = routing;
    this.maxPayload = maxPayload;
    this.known = new Remembered<>(REMEMBERED, world.now(), gone -> {});
    this.numbers = world.random().nextLong() >>> 2;
    routing.onDeliver(Spread.class, (delivery, spread, responder) -> told(spread, responder));
  }

  @Override
  public void listen(Consumer<Heard> told) {
    listener = Optional.of(told);
  }

  @Override
  public void broadcast(Bytes payload, Duration timeout, Consumer<Result<Reach>> done) {
    boolean inRange = timeout.toMillis() > 0 && timeout.compareTo(MAX_TIMEOUT) <= 0;
    Optional<Failure> refusal =
        inRange
            ? refusal(payload)
            : Optional.of(
                Failure.of(
                    Failure.Kind.INVALID,
                    "a broadcast takes a millisecond to " + MAX_TIMEOUT + ", not " + timeout));
    if (refusal.isPresent()) {
      later(() -> done.accept(Result.failed(refusal.get())));
      return;
    }
    Peer self = ring.self();
    Spread all = new Spread(nextId(), self, self.id(), self.id(), 0, timeout.toMillis(), payload);
    later(
        () ->
            spread(
                all,
                reached ->
                    done.accept(
                        Result.ok(new Reach(reached.nodes(), reached.exact(), reached.depth())))));
  }

  @Override
  public void flood(Bytes payload, int hops, Consumer<Result<Integer>> done) {
    Optional<Failure> refusal =
        hops >= 1 && hops <= MAX_HOPS
            ? refusal(payload)
            : Optional.of(
                Failure.of(
                    Failure.Kind.INVALID,
                    "a flood goes over 1 to " + MAX_HOPS + " hops, not " + hops));
    if (refusal.isPresent()) {
      later(() -> done.accept(Result.failed(refusal.get())));
      return;
    }
    Flooded flood = new Flooded(nextId(), ring.self(), hops, payload);
    later(() -> done.accept(Result.ok(passOn(flood, ring.self()))));
  }

  private Optional<Failure> refusal(Bytes payload) {
    if (payload.size() > maxPayload) {
      return Optional.of(
          Failure.of(Failure.Kind.TOO_LARGE, payload + " are more than " + maxPayload));
    } else if (isFull(payload)) {
      return Optional.of(
          Failure.of(Failure.Kind.OVERLOADED, bytesWaiting + " bytes of broadcasts are under way"));
    }
    return Optional.empty();
  }

  private boolean isFull(Bytes payload) {
    return bytesWaiting + payload.size() + OVERHEAD > MOST_BYTES;
  }

  private MessageId nextId() {
    return new MessageId(ring.self().id(), ring.self().incarnation(), numbers++);
  }

  private void later(Runnable callback) {
    world.after(Duration.ZERO, callback);
  }

  // ---- what comes from others

  private void told(Spread spread, Responder responder) {
    if (isFull(spread.payload())) {
      responder.fail(
          Failure.of(Failure.Kind.OVERLOADED, ring.self() + " passes on too much already"));
    } else {
      spread(spread, responder::reply);
    }
  }

  /** Hears it, unless it was heard before, and passes it on either way. */
  private void spread(Spread spread, Consumer<Reached> done) {
    Duration within = Duration.ofMillis(Math.max(0, spread.withinMillis()));
    boolean isNew = hear(spread.id(), within, new Heard(spread.origin(), spread.payload()));
    int size = spread.payload().size() + OVERHEAD;
    bytesWaiting += size;
    Consumer<Reached> ended =
        reached -> {
          bytesWaiting -= size;
          done.accept(reached);
        };
    passedOn += new Spreading(world, ring, routing, spread, isNew, ended).begin(neighbours());
  }

  /** Takes a message of this protocol that was sent here directly. */
  public void received(Peer from, RingWideMessage message) {
    if (message instanceof Flooded flooded) {
      passOn(flooded, from);
    } else {
      throw new IllegalArgumentException(message.getClass() + " is asked for, not sent");
    }
  }

  /** To every neighbour, if it is heard for the first time; to how many. */
  private int passOn(Flooded flooded, Peer from) {
    Heard message = new Heard(flooded.origin(), flooded.payload());
    if (!hear(flooded.id(), Duration.ZERO, message) || flooded.hopsLeft() < 1) {
      return 0;
    }
    Flooded next =
        new Flooded(flooded.id(), flooded.origin(), flooded.hopsLeft() - 1, flooded.payload());
    int sent = 0;
    for (Peer neighbour : neighbours()) {
      boolean isBack = neighbour.id().equals(from.id());
      if (!isBack && world.send(neighbour, next)) {
        sent++;
      }
    }
    passedOn += sent;
    return sent;
  }

  /** Whether it is heard for the first time. */
  private boolean hear(MessageId id, Duration within, Heard message) {
    long now = world.now();
    if (known.find(id, now).isPresent()) {
      repeated++;
      return false;
    } else if (!known.hasRoom(now)) {
      turnedAway++;
      return false;
    }
    Duration most = within.compareTo(MAX_TIMEOUT) < 0 ? within : MAX_TIMEOUT;
    known.add(id, true, most.plus(STRAGGLING), now);
    heard++;
    listener.ifPresent(told -> later(() -> tell(told, message)));
    return true;
  }

  private static void tell(Consumer<Heard> told, Heard message) {
    try {
      told.accept(message);
    } catch (RuntimeException thrown) {
      LOG.warn("the listener to broadcasts threw", thrown);
    }
  }

  /** The leaves and who else is in the routing table, each once. */
  private List<Peer> neighbours() {
    Map<Id, Peer> neighbours = new LinkedHashMap<>();
    ring.leafSet().peers().forEach(peer -> neighbours.put(peer.id(), peer));
    routing.contacts().forEach(peer -> neighbours.putIfAbsent(peer.id(), peer));
    neighbours.keySet().removeIf(ring::isFailed);
    return new ArrayList<>(neighbours.values());
  }

  /** What this node has had to do with messages to all. */
  public BroadcastStats stats() {
    return new BroadcastStats(heard, passedOn, repeated, turnedAway);
  }

  /**
   * Checks what must hold between any two steps.
   *
   * @throws IllegalStateException if it does not, saying what
   */
  public void checkInvariants() {
    known.checkInvariants();
    if (bytesWaiting < 0 || bytesWaiting > MOST_BYTES) {
      throw new IllegalStateException(bytesWaiting + " bytes of broadcasts wait");
    }
  }
}
