package io.kringle.node.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * What was published, acknowledged and handed to anybody, seen from above; and what of that must
 * not be.
 *
 * <p>Every message has a text of its own. So what is to hold of a topic is simple: a number is one
 * text's for ever, whoever tells it, and a text has one number, however often it is published with
 * the same key.
 */
final class TopicsLog {
  private final LongSupplier now;
  private final Map<String, TreeMap<Long, String>> topics = new HashMap<>();
  private final Map<String, Long> numbers = new HashMap<>();
  private final List<Publication> publications = new ArrayList<>();
  private final Map<String, Publication> byText = new HashMap<>();
  private final Set<String> isAcknowledged = new HashSet<>();
  private final List<Offered> offers = new ArrayList<>();
  private final Map<String, Offered> offersByText = new HashMap<>();
  private final Delays delays = new Delays();
  private Optional<String> wrong = Optional.empty();
  private long published;
  private long delivered;
  private long lost;
  private long duplicated;
  private long reordered;
  private long beyond;
  private long handled;
  private long handledAgain;
  private long noTaker;

  TopicsLog(LongSupplier now) {
    this.now = now;
  }

  /** A message that somebody wants to publish. */
  record Publication(String topic, String text, long at) {}

  long now() {
    return now.getAsLong();
  }

  // ---- publishing

  Publication publish(String topic) {
    Publication publication =
        new Publication(topic, "message %d".formatted(publications.size()), now());
    publications.add(publication);
    byText.put(publication.text(), publication);
    return publication;
  }

  void acknowledged(Publication publication, long number) {
    published += isAcknowledged.add(publication.text()) ? 1 : 0;
    seen(publication.topic(), number, publication.text());
  }

  /** The highest number that anybody was told of a topic; 0 if there is none. */
  long last(String topic) {
    TreeMap<Long, String> known = topics.getOrDefault(topic, new TreeMap<>());
    return known.isEmpty() ? 0 : known.lastKey();
  }

  private void seen(String topic, long number, String text) {
    String before = topics.computeIfAbsent(topic, any -> new TreeMap<>()).put(number, text);
    if (before != null && !before.equals(text)) {
      duplicated++;
      wrong("%s has '%s' and '%s' under number %d".formatted(topic, before, text, number));
    }
    Long other = numbers.put(text, number);
    if (other != null && other != number) {
      duplicated++;
      wrong("%s has '%s' under the numbers %d and %d".formatted(topic, text, other, number));
    }
    if (!byText.containsKey(text)) {
      wrong("%s has '%s', which nobody has published".formatted(topic, text));
    }
  }

  // ---- delivery

  void delivered(String topic, long number, String text, long confirmedAt) {
    delivered++;
    seen(topic, number, text);
    Publication publication = byText.get(text);
    if (publication != null && publication.at() >= confirmedAt) {
      delays.add(now() - publication.at());
    }
  }

  void lost(long count, String who) {
    if (count > 0) {
      lost += count;
      wrong(count + " messages are lost to " + who);
    }
  }

  void duplicated(long number, String who) {
    duplicated++;
    wrong("number " + number + " came again to " + who);
  }

  void reordered(long number, String who) {
    reordered++;
    wrong("number " + number + " came late to " + who);
  }

  void beyond(long count, String topic) {
    if (count > 0) {
      beyond += count;
      wrong("%s has kept %d messages too many".formatted(topic, count));
    }
  }

  /**
   * Whoever was confirmed before a message was published is to get it: its number is not before the
   * first one that the subscriber was to get.
   */
  void checkBegin(String topic, long first, long confirmedAt, String who) {
    long early =
        publications.stream()
            .filter(each -> each.topic().equals(topic) && each.at() > confirmedAt)
            .filter(each -> numbers.getOrDefault(each.text(), first) < first)
            .count();
    lost(early, who + ", who was confirmed too early");
  }

  // ---- groups

  /** A member of a group is handed a message. */
  void handed(String topic, long number, String text) {
    seen(topic, number, text);
  }

  /**
   * A member of a group acknowledges a message.
   *
   * @param again whether one has done so before
   */
  void acknowledgedByMember(boolean again) {
    handled++;
    handledAgain += again ? 1 : 0;
  }

  /** How many of a topic's messages that were published after {@code since} are not among these. */
  long unseen(String topic, long since, Set<Long> numbersSeen) {
    return topics.getOrDefault(topic, new TreeMap<>()).entrySet().stream()
        .filter(each -> !numbersSeen.contains(each.getKey()))
        .map(each -> byText.get(each.getValue()))
        .filter(publication -> publication != null && publication.at() > since)
        .count();
  }

  // ---- anycast

  /** A message that is offered to some of a topic's subscribers. */
  static final class Offered {
    private final String text;
    private final int takers;
    private final boolean idempotent;
    private int handled;
    private boolean nobody;
    private boolean answered;

    private Offered(String text, int takers, boolean idempotent) {
      this.text = text;
      this.takers = takers;
      this.idempotent = idempotent;
    }

    String text() {
      return text;
    }
  }

  Offered offer(int takers, boolean idempotent) {
    Offered offered = new Offered("offer %d".formatted(offers.size()), takers, idempotent);
    offers.add(offered);
    offersByText.put(offered.text, offered);
    return offered;
  }

  /** A subscriber accepts it. */
  void handled(String text) {
    Offered offered = offersByText.get(text);
    if (offered == null) {
      wrong("'" + text + "' was offered by nobody");
    } else {
      offered.handled++;
    }
  }

  /**
   * The asker hears what came of it.
   *
   * @param nobody whether it was told that certainly nobody has handled it
   */
  void told(Offered offered, boolean nobody, boolean wasRefused) {
    if (offered.answered) {
      wrong("whoever offered '" + offered.text + "' was told twice");
    }
    offered.answered = true;
    offered.nobody = nobody;
    noTaker += wasRefused ? 1 : 0;
  }

  private long handledTwice() {
    return offers.stream().filter(each -> !each.idempotent && each.handled > each.takers).count();
  }

  // ---- the verdict

  void wrong(String what) {
    wrong = wrong.or(() -> Optional.of(what));
  }

  /** The first thing that must not be. */
  Optional<String> wrong() {
    for (Offered each : offers) {
      if (!each.idempotent && each.handled > each.takers) {
        wrong("'%s' was handled %d times".formatted(each.text, each.handled));
      }
      if (!each.idempotent && each.nobody && each.handled > 0) {
        wrong("'%s' was handled, though its asker was told that it was not".formatted(each.text));
      }
    }
    return wrong;
  }

  Delays delays() {
    return delays;
  }

  TopicsCounts counts() {
    return new TopicsCounts(
        published,
        delivered,
        lost,
        duplicated,
        reordered,
        beyond,
        offers.size(),
        handledTwice(),
        noTaker,
        handled,
        handledAgain);
  }
}
