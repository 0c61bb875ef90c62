package io.kringle.replication;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.routing.Routing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The daddy's side of operations; whoever is not the daddy tells what it knows. */
final class Server {
  private static final int HINTS = 6;

  private final Context node;
  private final Collection<Group> groups;

  /**
   * Serves from these groups.
   *
   * @param groups a live view
   */
  Server(Context node, Collection<Group> groups) {
    this.node = node;
    this.groups = groups;
  }

  void listen(Routing routing) {
    routing.onDeliver(
        ClientMessage.Locate.class, (delivery, request, to) -> serve(request, to::reply));
    routing.onDeliver(
        ClientMessage.Read.class, (delivery, request, to) -> serve(request, to::reply));
    routing.onDeliver(
        ClientMessage.Operate.class, (delivery, request, to) -> serve(request, to::reply));
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

  /** How far the records of an id are here. */
  long applied(Id id) {
    return covering(id).map(Group::applied).orElse(0L);
  }

  /** Whom a replica here follows. */
  Optional<Peer> daddy(Id id) {
    return covering(id).flatMap(Group::leader);
  }

  void serve(ClientMessage request, Consumer<ClientMessage.Reply> reply) {
    if (request instanceof ClientMessage.Operate operate) {
      lead(Id.ofKey(operate.write().key()), reply).ifPresent(lead -> lead.write(operate, reply));
    } else if (request instanceof ClientMessage.Read read) {
      Id id = Id.ofKey(read.key());
      lead(id, reply).ifPresent(lead -> lead.read(new ArcStorage.RecordKey(id, read.key()), reply));
    } else if (request instanceof ClientMessage.Locate locate) {
      Optional<Group> group = covering(locate.id());
      group.filter(each -> isSuspect(each, locate)).ifPresent(each -> each.election.doubtLeader());
      lead(locate.id(), reply)
          .ifPresent(lead -> group.ifPresent(each -> reply.accept(account(each))));
    }
  }

  private static boolean isSuspect(Group group, ClientMessage.Locate locate) {
    return locate.unreachable().isPresent()
        && group.leader().map(Peer::id).equals(locate.unreachable());
  }

  /** The leadership of an id, or a hint to who asks. */
  private Optional<Leadership> lead(Id id, Consumer<ClientMessage.Reply> reply) {
    Optional<Group> group = covering(id);
    Optional<Leadership> lead = group.flatMap(Group::leadership);
    if (lead.isEmpty()) {
      List<Peer> others = new ArrayList<>();
      group.ifPresentOrElse(
          each -> others.addAll(each.configuration().voters()),
          () -> others.addAll(node.ring.leafSet().closest(id, HINTS)));
      others.removeIf(node::isSelf);
      reply.accept(new ClientMessage.NotDaddy(group.flatMap(Group::leader), others));
    }
    return lead;
  }

  private ClientMessage.Located account(Group group) {
    ArcStatus status = group.status();
    return new ClientMessage.Located(
        status.arc().from(),
        status.arc().to(),
        node.self(),
        status.epoch(),
        status.members(),
        status.learners(),
        status.records(),
        status.applied());
  }
}
