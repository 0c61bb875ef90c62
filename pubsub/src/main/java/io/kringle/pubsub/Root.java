package io.kringle.pubsub;

import io.kringle.pubsub.TopicMessage.Pulled;
import io.kringle.pubsub.TopicMessage.Salvage;
import io.kringle.ring.Bytes;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.ring.Timer;
import io.kringle.routing.AskOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The root of one topic, for as long as the node owns the topic's id: it numbers the messages.
 *
 * <p>A node that came into its arc a short while ago first waits for those who hung below the root
 * before it, learns from them how far the topic is, and fetches what they have and it has not. Then
 * it begins an epoch above all that it has heard of. Whoever turns up even later with a higher
 * epoch makes it begin yet another one, under which its own messages are numbered again; and
 * messages that only such a late comer has are numbered as if they were published now. Message ids
 * keep anybody from receiving one twice.
 */
final class Root {
  private final Surroundings around;
  private final String topic;
  private final Log log;
  private final Runnable onSettled;
  private final List<Runnable> waiting = new ArrayList<>();
  private final Timer timer;
  private boolean settled;
  private boolean ended;
  private long highestHeard;
  private long epochStart;
  private long inherited;

  /**
   * A root that is about to settle.
   *
   * @param patience how long it waits for those who know the topic; none if the arc has long been
   *     this node's
   * @param onSettled called once it has begun its epoch
   */
  Root(Surroundings around, String topic, Log log, Duration patience, Runnable onSettled) {
    this.around = around;
    this.topic = topic;
    this.log = log;
    this.onSettled = onSettled;
    this.timer = around.world().after(patience, this::settle);
  }

  boolean isSettled() {
    return settled;
  }

  /**
   * Runs {@code task} once it is settled, or the node is the root no more; false if too many tasks
   * wait already.
   */
  boolean whenSettled(Runnable task) {
    if (settled) {
      task.run();
      return true;
    }
    return waiting.size() < around.config().maxPending() && waiting.add(task);
  }

  private void settle() {
    if (log.hasBegun()) {
      log.closeGaps();
    } else {
      log.begin(highestHeard);
    }
    inherited = log.last();
    epochStart = Sequence.newEpoch(Math.max(highestHeard, inherited), around.world().random());
    settled = true;
    onSettled.run();
    runWaiting();
  }

  private void runWaiting() {
    List<Runnable> ready = List.copyOf(waiting);
    waiting.clear();
    ready.forEach(Runnable::run);
  }

  /** The node is the root no more. */
  void end() {
    ended = true;
    timer.cancel();
    runWaiting();
  }

  /** Numbers a message, unless it has a number already; its number. */
  long publish(MessageId id, Bytes payload) {
    OptionalLong known = log.ids().find(id, around.world().now());
    if (known.isPresent()) {
      around.counters().repeated++;
      return known.getAsLong();
    }
    return number(id, payload);
  }

  private long number(MessageId id, Bytes payload) {
    long before = Math.max(log.last(), epochStart);
    if (Sequence.isExhausted(before)) {
      epochStart = Sequence.newEpoch(before, around.world().random());
      before = epochStart;
    }
    long sequence = before + 1;
    around.counters().numbered++;
    log.append(new Numbered(sequence, log.last(), id, payload));
    return sequence;
  }

  /** Someone in the tree has everything up to {@code last}. */
  void heardOf(Peer child, long last) {
    if (last == Sequence.UNSET || around.isSelf(child.id())) {
      return;
    }
    if (!settled) {
      highestHeard = Math.max(highestHeard, last);
      if (last > Math.max(0, log.last())) {
        salvage(child, Math.max(0, log.last()), last);
      }
    } else if (last > inherited
        && (!Sequence.sameEpoch(last, epochStart) || last > Math.max(log.last(), epochStart))) {
      salvage(child, inherited, last);
    }
  }

  /**
   * Fetches what a child has after {@code after}; without an answer, at least its numbers count.
   */
  private void salvage(Peer child, long after, long heard) {
    around
        .routing()
        .ask(
            child,
            new Salvage(topic, after),
            AskOptions.DEFAULT,
            answer -> {
              if (!ended) {
                boolean found =
                    answer instanceof Result.Ok<Message> ok && ok.value() instanceof Pulled;
                salvaged(found ? messagesIn(answer) : List.of(), heard);
              }
            });
  }

  private static List<Numbered> messagesIn(Result<Message> answer) {
    return ((Pulled) ((Result.Ok<Message>) answer).value()).messages();
  }

  private void salvaged(List<Numbered> messages, long heard) {
    if (settled) {
      merge(messages, heard);
      return;
    }
    if (!log.hasBegun() && !messages.isEmpty()) {
      log.begin(messages.get(0).previous());
    }
    messages.forEach(log::offer);
    whenSettled(() -> publishUnknown(messages, log.history().base()));
  }

  /**
   * Someone went on elsewhere from a point that both have in common. From there on what is here is
   * numbered again if the other's numbers are higher, and what only the other has is published.
   */
  private void merge(List<Numbered> messages, long heard) {
    long common = Math.max(inherited, log.history().commonWith(messages));
    if (heard > epochStart) {
      beginAbove(heard, common);
    }
    publishUnknown(messages, common);
  }

  private void publishUnknown(List<Numbered> messages, long after) {
    if (settled) {
      messages.stream()
          .filter(message -> message.sequence() > after)
          .forEach(message -> publish(message.id(), message.payload()));
    }
  }

  private void beginAbove(long heard, long common) {
    List<Numbered> own = log.cutAfter(common);
    inherited = common;
    epochStart = Sequence.newEpoch(heard, around.world().random());
    own.forEach(message -> number(message.id(), message.payload()));
  }

  void checkInvariants() {
    if (settled && (!log.hasBegun() || log.last() < inherited || log.hasGap())) {
      throw new IllegalStateException(
          topic + ": a settled root that is at " + log.last() + " after " + inherited);
    }
  }
}
