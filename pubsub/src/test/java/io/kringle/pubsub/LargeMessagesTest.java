package io.kringle.pubsub;

import static io.kringle.pubsub.Cluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.pubsub.Cluster.Node;
import io.kringle.pubsub.Cluster.Outcome;
import io.kringle.pubsub.SubscribeOptions.Start;
import io.kringle.pubsub.SubscribeOptions.WhenSlow;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Messages that travel in pieces: whole, in their place, or not at all. */
class LargeMessagesTest {
  private static final int LARGE = 3_000_000;
  private static final SubscribeOptions OLDEST = SubscribeOptions.DEFAULT.from(new Start.Oldest());

  private final Cluster cluster = Cluster.fixed(1, 6);
  private final Node node = cluster.nodes.get(0);

  private static Bytes message(int seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return Bytes.of(bytes);
  }

  private static List<Bytes> listen(Node at) {
    List<Bytes> heard = new ArrayList<>();
    at.topics.subscribe(
        TOPIC,
        event -> heard.add(event.payload()),
        OLDEST,
        result -> assertThat(result.isOk()).isTrue());
    return heard;
  }

  private Outcome<Messaging.Published> publish(Bytes message) {
    Outcome<Messaging.Published> outcome = new Outcome<>();
    node.topics.publish(TOPIC, message, outcome);
    cluster.run(2);
    return outcome;
  }

  @Test
  void largeAndSmallOnesComeWholeAndInOrderNumberedWithoutGap() {
    cluster.ledgers.unreadable(0.2);
    List<Bytes> live = listen(cluster.nodes.get(3));
    cluster.run(2);
    List<Bytes> all = new ArrayList<>();
    for (int i = 1; i <= 10; i++) {
      all.add(message(i, i % 2 == 0 ? LARGE + i : i));
      assertThat(publish(all.get(i - 1)).value().sequence()).isEqualTo(i);
    }
    List<Bytes> late = listen(cluster.nodes.get(4));
    cluster.run(60);
    assertThat(live).isEqualTo(all);
    assertThat(late).isEqualTo(all);
  }

  private long publishOnce(String key, Bytes message) {
    Outcome<Messaging.Published> outcome = new Outcome<>();
    node.topics.publish(TOPIC, Optional.of(key), message, outcome);
    cluster.run(2);
    return outcome.value().sequence();
  }

  @Test
  void whatIsPublishedAgainWithItsKeyIsOneMessageOfAnySize() {
    List<Bytes> heard = listen(cluster.nodes.get(3));
    cluster.run(2);
    Bytes small = message(1, 10);
    Bytes large = message(2, LARGE);
    for (int i = 0; i < 2; i++) {
      assertThat(publishOnce("small", small)).isEqualTo(1);
      assertThat(publishOnce("large", large)).isEqualTo(2);
    }
    cluster.run(10);
    assertThat(heard).containsExactly(small, large);
    for (String key : List.of("", "x".repeat(Messaging.MAX_KEY + 1))) {
      Outcome<Messaging.Published> refused = new Outcome<>();
      node.topics.publish(TOPIC, Optional.of(key), small, refused);
      cluster.run(1);
      assertThat(refused.result.fold(any -> Failure.Kind.CLOSED, Failure::kind))
          .isEqualTo(Failure.Kind.INVALID);
    }
  }

  @Test
  void theLargestIsTakenAndWhatLooksLikeAManifestIsNone() {
    List<Bytes> heard = listen(cluster.nodes.get(3));
    cluster.run(2);
    Bytes largest = message(1, Messaging.MAX_MESSAGE_BYTES);
    Bytes sly = new Manifest(5, List.of(1L, 2L)).encode();
    assertThat(publish(largest).value().sequence()).isEqualTo(1);
    cluster.run(5);
    assertThat(publish(sly).value().sequence()).isEqualTo(2);
    cluster.run(5);
    assertThat(heard).containsExactly(largest, sly);
  }

  @Test
  void withoutItsManifestAMessageIsNeverHeardOf() {
    List<Bytes> heard = listen(cluster.nodes.get(3));
    cluster.run(2);
    Outcome<Messaging.Published> lost = new Outcome<>();
    Node dying =
        cluster.nodes.stream()
            .filter(each -> each != node && each != cluster.rootOf(TOPIC))
            .findFirst()
            .orElseThrow();
    dying.topics.publish(TOPIC, message(1, LARGE), lost);
    cluster.run(0.1);
    cluster.simulation.vanish(dying.peer.id());
    cluster.run(2);
    publish(Bytes.utf8("after"));
    cluster.run(2);
    assertThat(lost.result).isNull();
    assertThat(heard).containsExactly(Bytes.utf8("after"));
  }

  @Test
  void ofWhichAPieceIsGoneItIsMissed() {
    publish(message(1, LARGE));
    publish(Bytes.utf8("small"));
    cluster.ledgers.trim(Pieces.ledger(TOPIC), 2);
    Taker taker = cluster.nodes.get(2).subscribe(OLDEST).confirmed();
    cluster.run(5);
    assertThat(taker.missed).containsExactly(new Messaging.Missed(TOPIC, 1, 1));
    assertThat(taker.sequences).containsExactly(2L);
  }

  @Test
  void boundsAreThoseOfTheWholeMessage() {
    SubscribeOptions few = SubscribeOptions.DEFAULT.buffer(10, LARGE);
    Taker taker = cluster.nodes.get(2).subscribe(few).confirmed().holding();
    Taker dropping = cluster.nodes.get(3).subscribe(few.whenSlow(WhenSlow.DROP_OLDEST)).confirmed();
    for (int i = 1; i <= 3; i++) {
      publish(message(i, LARGE / 2 + 1));
    }
    cluster.run(5);
    assertThat(taker.sequences).containsExactly(1L);
    assertThat(dropping.sequences).as("who is ready drops nothing").containsExactly(1L, 2L, 3L);
    taker.release();
    cluster.run(5);
    assertThat(taker.sequences).containsExactly(1L, 2L, 3L);
  }

  @Test
  void aMemberOfAGroupGetsTheWholeOne() {
    List<Bytes> handled = new ArrayList<>();
    Messaging.Member member =
        (event, done) -> {
          handled.add(event.payload());
          done.accept(true);
        };
    cluster.ledgers.unreadable(0.2);
    Outcome<Messaging.Membership> joined = new Outcome<>();
    cluster.nodes.get(5).topics.join(TOPIC, "group", member, GroupOptions.DEFAULT, joined);
    cluster.run(5);
    assertThat(joined.value()).isNotNull();
    publish(message(1, LARGE));
    publish(Bytes.utf8("small"));
    cluster.run(10);
    assertThat(handled).containsExactlyInAnyOrder(message(1, LARGE), Bytes.utf8("small"));
  }

  @Test
  void noPieceLiesWhereATopicDoes() {
    assertThat(Pieces.ledger("a")).isNotEqualTo(Id.ofKey("a")).isNotEqualTo(Pieces.ledger("b"));
    assertThat(Durables.ledger("a", "b")).isNotEqualTo(Durables.ledger("ab", ""));
  }

  @Property(tries = 100)
  void piecesMakeUpTheMessageAndManifestsComeBackAsTheyWere(
      @ForAll @IntRange(max = 4 * Manifest.PIECE_BYTES) int size,
      @ForAll @Size(max = 40) List<Long> numbers) {
    Bytes message = message(size, size);
    int sum = 0;
    for (int i = 0; i < Manifest.count(size); i++) {
      Bytes piece = Manifest.piece(message, i);
      assertThat(piece.size()).isLessThanOrEqualTo(Manifest.PIECE_BYTES);
      assertThat(piece.array())
          .isEqualTo(Arrays.copyOfRange(message.array(), sum, sum + piece.size()));
      sum += piece.size();
    }
    assertThat(sum).isEqualTo(size);
    Manifest manifest = new Manifest(size, numbers);
    assertThat(Manifest.isOne(manifest.encode())).isTrue();
    assertThat(Manifest.decode(manifest.encode())).isEqualTo(manifest);
    assertThat(Manifest.isOne(message(1, 100))).isFalse();
  }
}
