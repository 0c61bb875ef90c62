package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is sent for an operation in a quiet group of three, until its caller is answered. */
final class RoundTripTest {
  private static final Duration QUIET = Duration.ofSeconds(5);
  private static final String KEY = "k";

  private final Cluster cluster = new Cluster(3);
  private final List<Message> sent = new ArrayList<>();
  private Cluster.Node daddy;
  private Cluster.Node other;

  @BeforeEach
  void grow() {
    cluster.grow(3);
    assertThat(cluster.settles(Duration.ofSeconds(60))).isTrue();
    Group leading =
        cluster.daddies().stream()
            .filter(group -> group.range().contains(Id.ofKey(KEY)))
            .findFirst()
            .orElseThrow();
    daddy = cluster.live().stream().filter(this::leads).findFirst().orElseThrow();
    other = cluster.live().stream().filter(node -> !node.equals(daddy)).findFirst().orElseThrow();
    assertThat(daddy.peer).isEqualTo(leading.node.self());
    assertThat(daddy.put(KEY, "first")).isInstanceOf(Result.Ok.class);
    assertThat(other.put(KEY, "second")).isInstanceOf(Result.Ok.class);
    cluster.run(QUIET);
    cluster.tap = sent::add;
  }

  private boolean leads(Cluster.Node node) {
    return node.replication.groups().stream()
        .anyMatch(group -> group.isLeader() && group.range().contains(Id.ofKey(KEY)));
  }

  private long count(Class<? extends Message> type) {
    return sent.stream().filter(type::isInstance).count();
  }

  /** One append to each follower, one answer from those who were in time, and nothing else. */
  private void expectOneRoundTrip(int besides) {
    long appends = count(ReplicationMessage.Append.class);
    long replies = count(ReplicationMessage.AppendReply.class);
    assertThat(appends).isEqualTo(2);
    assertThat(replies).isBetween(1L, 2L);
    assertThat(sent).hasSize((int) (appends + replies) + besides);
  }

  private void expectWritten(Result<WriteOutcome> result, long version) {
    assertThat(result).isEqualTo(Result.ok(new WriteOutcome.Written(version, false)));
  }

  @Test
  void aWriteAtTheDaddyIsOneRoundTrip() {
    expectWritten(daddy.put(KEY, "third"), 3);
    expectOneRoundTrip(0);
  }

  @Test
  void aWriteFromElsewhereIsARequestAndItsAnswerMore() {
    cluster.tap =
        message -> {
          if (count(FakeRouting.Reply.class) == 0) {
            sent.add(message);
          }
        };
    expectWritten(other.put(KEY, "third"), 3);
    assertThat(count(FakeRouting.Request.class)).isEqualTo(1);
    assertThat(count(FakeRouting.Reply.class)).isEqualTo(1);
    expectOneRoundTrip(2);
  }

  @Test
  void aConditionalWriteIsOneRoundTrip() {
    expectWritten(daddy.put(KEY, Write.Condition.version(2), "third"), 3);
    expectOneRoundTrip(0);
  }

  @Test
  void aConflictIsOneRoundTrip() {
    assertThat(daddy.put(KEY, Write.Condition.version(1), "third"))
        .isEqualTo(Result.ok(new WriteOutcome.Conflict(2, true)));
    expectOneRoundTrip(0);
  }

  @Test
  void aDeletionIsOneRoundTrip() {
    expectWritten(daddy.delete(KEY), 3);
    expectOneRoundTrip(0);
  }

  @Test
  void anUpdateIsOneRoundTripToReadAndOneToWrite() {
    Versioned read = daddy.get(KEY).fold(found -> found, failure -> Versioned.NEVER);
    assertThat(read).isEqualTo(new Versioned(2, Optional.of(Bytes.utf8("second"))));
    expectOneRoundTrip(0);
    cluster.run(QUIET);
    sent.clear();
    expectWritten(daddy.put(KEY, Write.Condition.version(read.version()), "third"), 3);
    expectOneRoundTrip(0);
  }

  @Test
  void writesThatComeTogetherShareTheirRoundTrip() {
    List<Cluster.Answer<WriteOutcome>> answers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Write write = new Write(KEY, Write.Condition.NONE, Optional.of(Bytes.utf8("value " + i)));
      answers.add(daddy.write(write, Cluster.PATIENCE));
    }
    assertThat(cluster.run(() -> answers.stream().allMatch(Cluster.Answer::isThere), QUIET))
        .isTrue();
    expectOneRoundTrip(0);
  }

  @Test
  void theOthersHearOfTheCommitmentSoonAfter() {
    expectWritten(daddy.put(KEY, "third"), 3);
    cluster.run(QUIET);
    assertThat(count(ReplicationMessage.Append.class)).isEqualTo(4);
    assertThat(count(ReplicationMessage.AppendReply.class)).isEqualTo(4);
    assertThat(sent).hasSize(8);
  }
}
