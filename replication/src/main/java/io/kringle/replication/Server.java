package io.kringle.replication;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.routing.Routing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The daddy's side of operations; whoever is not the daddy tells what it knows. */
final class Server {
  private static final int HINTS = 6;

  private final Context node;
  private final Collection<Group> groups;

  /** Who leads what this node should keep, and does not yet. */
  private final Daddies afar = new Daddies();

  /**
   * Serves from these groups.
   *
   * @param groups a live view
   */
  Server(Context node, Collection<Group> groups) {
    this.node = node;
    this.groups = groups;
  }

  void listen() {
    Routing routing = node.routing;
    routing.onDeliver(
        ClientMessage.Locate.class, (delivery, request, to) -> serve(request, to::reply));
    routing.onDeliver(
        ClientMessage.Read.class, (delivery, request, to) -> serve(request, to::reply));
    routing.onDeliver(
        ClientMessage.ReadStale.class, (delivery, request, to) -> serve(request, to::reply));
    routing.onDeliver(
        ClientMessage.Browse.class, (delivery, request, to) -> serve(request, to::reply));
    routing.onDeliver(
        ClientMessage.WatchArc.class, (delivery, request, to) -> serve(request, to::reply));
    routing.onDeliver(
        ClientMessage.Operate.class, (delivery, request, to) -> serve(request, to::reply));
    routing.onDeliver(
        ClientMessage.ReadAll.class, (delivery, request, to) -> serve(request, to::reply));
    routing.onDeliver(
        ClientMessage.OperateAll.class, (delivery, request, to) -> serve(request, to::reply));
    routing.onDeliver(
        ClientMessage.Add.class, (delivery, request, to) -> serve(request, to::reply));
    routing.onDeliver(
        ClientMessage.ReadLedger.class, (delivery, request, to) -> serve(request, to::reply));
    routing.onDeliver(
        ClientMessage.LookAround.class, (delivery, request, to) -> serve(request, to::reply));
    routing.onDeliver(
        ClientMessage.Retain.class, (delivery, request, to) -> serve(request, to::reply));
  }

  private Optional<Group> covering(Id id) {
    for (Group group : groups) {
      if (group.isAlive() && group.range().contains(id)) {
        return Optional.of(group);
      }
    }
    return Optional.empty();
  }

  boolean leads(Id id) {
    return covering(id).filter(Group::isLeader).isPresent();
  }

  /** Whether a replica here leads, with everything applied that was ever decided. */
  boolean isSettledAt(Id id) {
    return settled(id).isPresent();
  }

  /** For how long the replica here has led like that; zero if it does not. */
  Duration ledFor(Id id) {
    return settled(id).map(Leadership::settledFor).orElse(Duration.ZERO);
  }

  private Optional<Leadership> settled(Id id) {
    return covering(id).flatMap(Group::leadership).filter(Leadership::isSettled);
  }

  /** Some items, from the replica here; none if there is no replica, or it is damaged. */
  Optional<Ledgers.Page> ledgerPage(Id ledger, long after) {
    return covering(ledger).flatMap(group -> new LedgerReader(group).page(ledger, after));
  }

  /** How far the records of an id are here. */
  long applied(Id id) {
    return covering(id).map(Group::applied).orElse(0L);
  }

  /** Whom a replica here follows. */
  Optional<Peer> daddy(Id id) {
    return covering(id).flatMap(Group::leader);
  }

  /** Whom a replica here follows, and where. */
  Optional<Daddies.Known> known(Id id) {
    return covering(id)
        .flatMap(
            group ->
                group
                    .leader()
                    .map(peer -> new Daddies.Known(group.range(), peer, group.applied())));
  }

  void serve(ClientMessage request, Consumer<ClientMessage.Reply> reply) {
    if (request instanceof ClientMessage.Operate operate) {
      lead(Id.ofKey(operate.write().key()), reply).ifPresent(lead -> lead.write(operate, reply));
    } else if (request instanceof ClientMessage.Read read) {
      Id id = Id.ofKey(read.key());
      lead(id, reply).ifPresent(lead -> lead.read(read.key(), reply));
    } else if (request instanceof ClientMessage.Add add) {
      lead(add.ledger(), reply)
          .ifPresent(lead -> lead.write(add.ledger(), to -> to.add(add, reply), reply));
    } else if (request instanceof ClientMessage.Retain retain) {
      lead(retain.ledger(), reply)
          .ifPresent(lead -> lead.write(retain.ledger(), to -> to.retain(retain, reply), reply));
    } else if (request instanceof ClientMessage.ReadLedger read) {
      lead(read.ledger(), reply).ifPresent(lead -> lead.read(read, reply));
    } else if (request instanceof ClientMessage.ReadAll all) {
      readAll(all, reply);
    } else if (request instanceof ClientMessage.OperateAll all) {
      operateAll(all, reply);
    } else if (request instanceof ClientMessage.Browse browse) {
      lead(browse.id(), reply).ifPresent(lead -> lead.browse(browse, reply));
    } else if (request instanceof ClientMessage.WatchArc watch) {
      lead(watch.at(), reply).ifPresent(lead -> lead.watch(watch, reply));
    } else if (request instanceof ClientMessage.ReadStale read) {
      reply.accept(
          readStale(read.key())
              .<ClientMessage.Reply>map(ClientMessage.Found::of)
              .orElseGet(() -> elsewhere(Id.ofKey(read.key()))));
    } else if (request instanceof ClientMessage.Locate locate) {
      Optional<Group> group = covering(locate.id());
      group.filter(each -> isSuspect(each, locate)).ifPresent(each -> each.election.doubtLeader());
      lead(locate.id(), reply)
          .ifPresent(lead -> group.ifPresent(each -> reply.accept(account(each))));
    } else if (request instanceof ClientMessage.LookAround look) {
      afar.remember(look.arc(), look.daddy(), 0);
      reply.accept(ClientMessage.Around.of(node.ring.leafSet()));
    }
  }

  private void readAll(ClientMessage.ReadAll all, Consumer<ClientMessage.Reply> reply) {
    Map<Leadership, Map<Integer, String>> here = new LinkedHashMap<>();
    for (int i = 0; i < all.keys().size(); i++) {
      String key = all.keys().get(i);
      Optional<Leadership> lead = covering(Id.ofKey(key)).flatMap(Group::leadership);
      if (lead.isPresent()) {
        here.computeIfAbsent(lead.get(), none -> new TreeMap<>()).put(i, key);
      }
    }
    if (here.isEmpty()) {
      reply.accept(ClientMessage.NotDaddy.UNKNOWN);
      return;
    }
    FoundTogether together = new FoundTogether(here.size(), reply);
    here.forEach((lead, keys) -> lead.readAll(keys, together));
  }

  private void operateAll(ClientMessage.OperateAll all, Consumer<ClientMessage.Reply> reply) {
    int count = all.writes().size();
    if (count == 0) {
      reply.accept(new ClientMessage.DecidedAll(List.of()));
      return;
    }
    Gathered replies = new Gathered(count, reply);
    for (int i = 0; i < count; i++) {
      int place = i;
      serve(all.writes().get(i), each -> replies.take(place, each));
    }
  }

  private static boolean isSuspect(Group group, ClientMessage.Locate locate) {
    return locate.unreachable().isPresent()
        && group.leader().map(Peer::id).equals(locate.unreachable());
  }

  /** What a replica here has under a key, maybe not the latest; empty if there is none to trust. */
  Optional<Versioned> readStale(String key) {
    Id id = Id.ofKey(key);
    return covering(id)
        .filter(group -> group.wholeness.holds())
        .flatMap(group -> group.read(id, key))
        .map(StoredState::versioned);
  }

  /** The leadership of an id, or a hint to who asks. */
  private Optional<Leadership> lead(Id id, Consumer<ClientMessage.Reply> reply) {
    Optional<Leadership> lead = covering(id).flatMap(Group::leadership);
    if (lead.isEmpty()) {
      reply.accept(elsewhere(id));
    }
    return lead;
  }

  private ClientMessage.NotDaddy elsewhere(Id id) {
    Optional<Group> group = covering(id);
    List<Peer> others = new ArrayList<>();
    group.ifPresentOrElse(
        each -> others.addAll(each.configuration().voters()),
        () -> others.addAll(node.ring.leafSet().closest(id, HINTS)));
    others.removeIf(node::isSelf);
    Optional<Peer> daddy =
        group.isPresent() ? group.get().leader() : afar.find(id).map(Daddies.Known::daddy);
    return new ClientMessage.NotDaddy(daddy, others);
  }

  private ClientMessage.Located account(Group group) {
    return new ClientMessage.Located(node.self(), group.status());
  }
}
