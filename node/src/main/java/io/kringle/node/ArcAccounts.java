package io.kringle.node;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What several nodes say of the same arc, made one. */
final class ArcAccounts {
  private static final String OK = "ok";
  private static final String UNAVAILABLE = "unavailable";

  private ArcAccounts() {}

  /** A replica with the one who tells of it. */
  private record Account(String keeper, NodeInfo.Replica replica) {
    boolean isOfDaddy() {
      return replica.daddy().filter(keeper::equals).isPresent();
    }
  }

  static List<NodeInfo.Replica> of(List<NodeInfo> nodes) {
    Map<String, List<Account>> byNumber = new TreeMap<>();
    for (NodeInfo node : nodes) {
      for (NodeInfo.Replica replica : node.arcs()) {
        byNumber
            .computeIfAbsent(replica.number(), number -> new ArrayList<>())
            .add(new Account(node.id(), replica));
      }
    }
    return byNumber.values().stream()
        .map(ArcAccounts::one)
        .sorted(Comparator.comparing(NodeInfo.Replica::from))
        .toList();
  }

  /**
   * The daddy of the highest epoch knows best. Who knows of no daddy has nothing to add where there
   * is one.
   */
  private static NodeInfo.Replica one(List<Account> accounts) {
    Comparator<Account> byTrust =
        Comparator.comparing(Account::isOfDaddy)
            .thenComparing(account -> account.replica().epoch())
            .thenComparing(account -> account.replica().applied());
    NodeInfo.Replica best = accounts.stream().max(byTrust).orElseThrow().replica();
    Set<String> problems = new LinkedHashSet<>(best.problems());
    accounts.stream()
        .map(Account::replica)
        .filter(each -> best.health().equals(UNAVAILABLE) || !each.health().equals(UNAVAILABLE))
        .forEach(each -> problems.addAll(each.problems()));
    boolean isWorse = best.health().equals(OK) && !problems.isEmpty();
    return new NodeInfo.Replica(
        best.number(),
        best.from(),
        best.to(),
        best.epoch(),
        best.daddy(),
        best.members(),
        best.learners(),
        best.records(),
        best.applied(),
        best.lags(),
        isWorse ? "degraded" : best.health(),
        List.copyOf(problems));
  }
}
