package io.kringle.node.sim;

import io.kringle.node.sim.StoreHistory.Answer;
import io.kringle.node.sim.StoreHistory.Question;
import io.kringle.node.sim.StoreHistory.Told;
import io.kringle.replication.Scan;
import io.kringle.ring.Id;
import io.kringle.store.StoreConfig;
import io.kringle.testkit.history.Operation.Get;
import io.kringle.testkit.history.Operation.Nothing;
import io.kringle.testkit.history.Operation.Outcome;
import io.kringle.testkit.history.Operation.Read;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One client's walks over all records, a page at a time, each page at whichever node is well; one
 * walk after the other. A page reads every key between its beginning and its end: those that it
 * lists, and those that it does not, which have no value. So the keys of a walk are each met once,
 * for the pages meet end to end.
 */
final class StoreWalk {
  private static final Comparator<Scan.Position> ORDER =
      Comparator.comparing(Scan.Position::id).thenComparing(Scan.Position::key);

  private final int client;
  private final StoreHistory history;
  private final List<String> keys;
  private Scan.Position from = Scan.START;

  /**
   * A walk that has not begun.
   *
   * @param keys all that there are
   */
  StoreWalk(int client, StoreHistory history, List<String> keys) {
    this.client = client;
    this.history = history;
    this.keys = keys;
  }

  /** Asks for the next page; of a new walk if the last has come to its end. */
  Question step(ExploreProcess<StackNode> at, int limit) {
    Scan scan = new Scan(from, "", limit);
    Question question = history.ask(client, at, List.of());
    at.node()
        .orElseThrow()
        .records()
        .scan(
            scan,
            StoreConfig.DEFAULT.timeout(),
            result ->
                question.told(
                    result.isOk() ? Answer.OK : Answer.UNAVAILABLE,
                    result.fold(page -> read(scan, page), failure -> List.of())));
    return question;
  }

  /** Whether the next step begins a walk. */
  boolean isAtStart() {
    return from.equals(Scan.START);
  }

  private List<Told> read(Scan scan, Scan.Page page) {
    Map<String, Outcome> listed = new HashMap<>();
    for (Scan.Listed each : page.records()) {
      Outcome read = new Read(each.version(), Optional.of(StoreCalls.text(each.value())));
      boolean isNew = listed.put(each.key(), read) == null;
      if (!isNew || !keys.contains(each.key()) || !isWithin(each.key(), scan, page)) {
        history.wrong("%s lists '%s' of %s".formatted(scan, each.key(), page));
      }
    }
    boolean stands = page.next().filter(next -> ORDER.compare(next, scan.from()) <= 0).isPresent();
    if (stands || page.records().size() > scan.limit()) {
      history.wrong("%s is answered by %s".formatted(scan, page));
    }
    from = page.next().orElse(Scan.START);
    List<Told> told = new ArrayList<>();
    for (String key : keys) {
      if (isWithin(key, scan, page)) {
        told.add(new Told(key, new Get(), listed.getOrDefault(key, new Nothing())));
      }
    }
    return told;
  }

  private static boolean isWithin(String key, Scan scan, Scan.Page page) {
    Scan.Position place = new Scan.Position(Id.ofKey(key), key);
    return ORDER.compare(place, scan.from()) > 0
        && page.next().filter(next -> ORDER.compare(place, next) > 0).isEmpty();
  }
}
