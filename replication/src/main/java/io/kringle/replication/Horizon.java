package io.kringle.replication;

import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Result;
import io.kringle.routing.AskOptions;
import java.time.Duration;
import java.util.Optional;

/**
 * What a daddy sees of the ring where its arc begins. Its own leaves show that, unless so many
 * nodes came in between, before the arc was passed on, that its owner is not among them; then the
 * owner is asked who is around it, and learns whom to send those who ask for the daddy.
 *
 * <p>Invariant: one question at a time, and none while the last one or its answer is younger than
 * {@link #FRESH}.
 */
final class Horizon {
  private static final Duration FRESH = Duration.ofSeconds(1);
  private static final AskOptions PATIENCE = new AskOptions(FRESH, FRESH);

  private final Context node;
  private final Leadership leadership;
  private Optional<ClientMessage.Around> told = Optional.empty();
  private boolean asking;
  private long freshUntil;

  Horizon(Context node, Leadership leadership) {
    this.node = node;
    this.leadership = leadership;
    this.freshUntil = node.world.now();
  }

  /**
   * The nodes around the beginning of an arc; empty if they are not in sight, in which case the
   * steward looks again when an answer is there.
   */
  Optional<Neighbourhood> around(Configuration now) {
    Neighbourhood near = Neighbourhood.of(node, now.everyone());
    Id from = now.arc().from();
    int count = node.config.replicas();
    if (near.isEmpty() || near.shows(from, count)) {
      return Optional.of(near).filter(each -> !each.isEmpty());
    }
    if (!asking && node.world.now() >= freshUntil) {
      ask(now);
      return Optional.empty();
    }
    return told.map(around -> Neighbourhood.of(node, around, now.everyone()))
        .filter(far -> far.shows(from, count));
  }

  private void ask(Configuration now) {
    asking = true;
    told = Optional.empty();
    node.routing.ask(
        now.arc().from(),
        new ClientMessage.LookAround(now.arc(), node.self()),
        PATIENCE,
        this::answered);
  }

  private void answered(Result<Message> result) {
    asking = false;
    freshUntil = node.world.now() + FRESH.toNanos();
    if (result instanceof Result.Ok<Message> ok
        && ok.value() instanceof ClientMessage.Around around) {
      told = Optional.of(around);
      leadership.govern();
    }
  }
}
