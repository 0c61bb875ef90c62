package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way out when a majority of an arc's members is gone for good: one replica goes on alone, as
 * the first of a new lineage (see {@link Claim}). Before that everybody is asked who might know
 * better; one survey at a time.
 */
final class Recoveries {
  private static final Logger LOG = LoggerFactory.getLogger(Recoveries.class);
  private static final Duration ASK_AGAIN = Duration.ofMillis(700);
  private static final int TIMES = 3;

  private final Context node;
  private final Map<Long, Group> groups;
  private Optional<Under> underWay = Optional.empty();

  /** A survey, and what has come in. */
  private record Under(
      long number,
      Group group,
      Recovery.Consent consent,
      Consumer<Result<Recovery>> done,
      Map<Id, Survey.Answer> answers) {}

  Recoveries(Context node, Map<Long, Group> groups) {
    this.node = node;
    this.groups = groups;
  }

  void recover(long arc, Recovery.Consent consent, Consumer<Result<Recovery>> done) {
    Group group = groups.get(arc);
    if (group == null) {
      done.accept(
          Result.failed(
              Failure.Kind.INVALID, "this node keeps no replica of arc %016x".formatted(arc)));
    } else if (underWay.isPresent()) {
      done.accept(Result.failed(Failure.Kind.OVERLOADED, "another arc is being looked at"));
    } else {
      Under survey =
          new Under(node.world.random().nextLong(), group, consent, done, new TreeMap<>());
      underWay = Optional.of(survey);
      ask(survey, 1);
    }
  }

  /** The members, and all neighbours: the group may have moved on without this replica. */
  private void ask(Under survey, int time) {
    Group group = survey.group();
    List<Peer> all = Survey.asked(group);
    boolean isComplete = all.stream().allMatch(peer -> survey.answers().containsKey(peer.id()));
    if (isComplete || time > TIMES) {
      underWay = Optional.empty();
      decide(survey);
      return;
    }
    for (Peer peer : all) {
      if (!survey.answers().containsKey(peer.id())) {
        node.send(
            peer,
            new ReplicationMessage.Survey(
                group.arc,
                group.generation(),
                group.epoch(),
                survey.number(),
                group.range().from(),
                group.range().to()));
      }
    }
    node.world.after(ASK_AGAIN, () -> ask(survey, time + 1));
  }

  void asked(Peer from, ReplicationMessage.Survey survey) {
    Arc range = new Arc(survey.from(), survey.to());
    List<ReplicationMessage.Holding> holdings =
        groups.values().stream()
            .filter(group -> group.range().overlaps(range))
            .map(Survey::holding)
            .toList();
    node.send(
        from,
        new ReplicationMessage.Surveyed(
            survey.arc(), survey.generation(), survey.epoch(), survey.number(), holdings));
  }

  void answered(Peer from, ReplicationMessage.Surveyed surveyed) {
    underWay
        .filter(survey -> survey.number() == surveyed.number())
        .ifPresent(
            survey ->
                survey.answers().put(from.id(), new Survey.Answer(from, surveyed.replicas())));
  }

  private void decide(Under survey) {
    Group group = survey.group();
    if (groups.get(group.arc) != group) {
      survey
          .done()
          .accept(Result.failed(Failure.Kind.UNAVAILABLE, "the replica went away meanwhile"));
      return;
    }
    Recovery found = new Survey(group, List.copyOf(survey.answers().values())).found();
    boolean isEnough =
        survey.consent() == Recovery.Consent.LOSE_RECORDS
            || (survey.consent() == Recovery.Consent.LOSE_WRITES && found.filled());
    if (isEnough && found.obstacles().isEmpty()) {
      carryOut(group, found, survey.done());
    } else {
      survey.done().accept(Result.ok(found));
    }
  }

  /** What is in the log is taken for decided: nobody is left to say otherwise. */
  private void carryOut(Group group, Recovery found, Consumer<Result<Recovery>> done) {
    LOG.warn(
        "{} is recovered without a majority, as of entry {} of epoch {}: what others have decided"
            + " beyond that is lost; it was {}",
        group,
        found.lastIndex(),
        found.lastEpoch(),
        group.configuration());
    group.follow(group.epoch(), Optional.empty());
    group.commitTo(group.log.last());
    if (!group.isAlive() || group.applied() < group.log.last()) {
      done.accept(
          Result.failed(
              Failure.Kind.UNAVAILABLE,
              "the rest of the log cannot be applied, or ends with this replica's removal"));
      return;
    }
    Configuration alone =
        group.configuration().recovered(group.arc, node.self(), node.world.random());
    group.replaceBy(
        group.meta().recovered(alone),
        result -> done.accept(result.map(stored -> found.carriedOut())));
    node.recovered++;
  }
}
