package io.kringle.node.sim;

import io.kringle.replication.Forgery;
import io.kringle.replication.ReplicationMessage;
import io.kringle.replication.ReplicationMessage.Append;
import io.kringle.replication.ReplicationMessage.AppendReply;
import io.kringle.replication.ReplicationMessage.RequestVote;
import io.kringle.ring.Codec;
import io.kringle.ring.Id;
import io.kringle.ring.Inbound;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.World;
import io.kringle.routing.RoutingMessage.Hop;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Bugs that a replicated store may have, as worlds that make a sound node behave as if it had them.
 * A filter is for one run.
 */
final class PlantedBugs {
  private static final Duration SHORTLY = Duration.ofMillis(1);
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private PlantedBugs() {}

  /** What one node sends, altered, with answers that it did not get. */
  @FunctionalInterface
  private interface Alteration {
    Message altered(World world, Peer to, Message message, Inbound node);
  }

  private static WorldFilter sending(Supplier<Alteration> ofNode) {
    return (self, world, node) -> {
      Alteration alteration = ofNode.get();
      return new Faulty(world) {
        @Override
        public boolean send(Peer to, Message message) {
          return super.send(to, alteration.altered(this, to, message, node.get()));
        }
      };
    };
  }

  /**
   * A quorum one short: of three members the daddy alone takes a write for chosen. In each epoch it
   * takes the first whom it sends entries for one that has them at once; and sends them to it until
   * that is so.
   */
  static WorldFilter quorumOneShort() {
    Map<Holding, Long> held = new HashMap<>();
    return (self, world, node) -> {
      Map<Term, Peer> accomplices = new HashMap<>();
      return new Faulty(world) {
        @Override
        public boolean send(Peer to, Message message) {
          if (message instanceof AppendReply reply && reply.accepted()) {
            Term term = new Term(reply.arc(), reply.epoch());
            held.merge(new Holding(self, term), reply.index(), Math::max);
          } else if (message instanceof Append append && !append.entries().isEmpty()) {
            Term term = new Term(append.arc(), append.epoch());
            if (accomplices.computeIfAbsent(term, any -> to).equals(to)) {
              AppendReply taken = accepted(append, last(append), 0);
              after(SHORTLY, () -> node.get().received(to, taken));
              after(PATIENCE, () -> insist(new Holding(to, term), append));
            }
          }
          return super.send(to, message);
        }

        private void insist(Holding by, Append append) {
          if (held.getOrDefault(by, 0L) < last(append)) {
            super.send(by.member, append);
            after(PATIENCE, () -> insist(by, append));
          }
        }
      };
    };
  }

  private static long last(Append append) {
    return append.previous() + append.entries().size();
  }

  /** What a member has of an epoch. */
  private record Holding(Peer member, Term term) {}

  private record Term(long arc, long epoch) {}

  private static AppendReply accepted(Append append, long index, long round) {
    return new AppendReply(
        append.arc(), append.generation(), append.epoch(), true, index, 0, round, true);
  }

  /**
   * An epoch not compared: members take entries of a daddy that was replaced, and it is not told.
   */
  static WorldFilter epochNotCompared() {
    Map<Member, Long> epochs = new HashMap<>();
    Map<Term, Id> daddies = new HashMap<>();
    return (self, world, node) ->
        new Faulty(world) {
          @Override
          public boolean send(Peer to, Message message) {
            if (!(message instanceof ReplicationMessage replicated)) {
              return super.send(to, message);
            }
            epochs.put(new Member(self.id(), replicated.arc()), replicated.epoch());
            long there =
                epochs.getOrDefault(new Member(to.id(), replicated.arc()), replicated.epoch());
            if (message instanceof RequestVote request && !request.pre()) {
              daddies.putIfAbsent(new Term(request.arc(), request.epoch()), self.id());
            }
            if (message instanceof Append append) {
              daddies.put(new Term(append.arc(), append.epoch()), self.id());
              boolean leads = to.id().equals(daddies.get(new Term(append.arc(), there)));
              return super.send(
                  to, there > append.epoch() && !leads ? inEpoch(there, append) : message);
            }
            return super.send(
                to,
                message instanceof AppendReply reply && there < reply.epoch()
                    ? inEpoch(there, reply)
                    : message);
          }
        };
  }

  private record Member(Id node, long arc) {}

  private static Append inEpoch(long epoch, Append append) {
    return new Append(
        append.arc(),
        append.generation(),
        epoch,
        append.previous(),
        append.previousEpoch(),
        append.entries(),
        append.commit(),
        append.round(),
        append.time(),
        append.needed());
  }

  private static AppendReply inEpoch(long epoch, AppendReply reply) {
    return new AppendReply(
        reply.arc(),
        reply.generation(),
        epoch,
        reply.accepted(),
        reply.index(),
        reply.commit(),
        reply.round(),
        reply.hasRoom());
  }

  /**
   * A lease kept after a pause: for half a second after a member has confirmed it a daddy reads
   * without asking again, which is too short for anybody else to take over; but it counts that time
   * by a clock that stands still while it does.
   */
  static WorldFilter leaseKeptAfterAPause() {
    Map<Id, OwnTime> times = new HashMap<>();
    Map<Term, Confirmed> leases = new HashMap<>();
    return (self, world, node) -> {
      times.put(self.id(), new OwnTime(world));
      return new Faulty(world) {
        private final Map<Long, Long> asked = new HashMap<>();

        @Override
        public boolean send(Peer to, Message message) {
          if (message instanceof AppendReply reply && reply.accepted()) {
            long time = times.get(to.id()).ticks;
            leases.put(
                new Term(reply.arc(), reply.epoch()), new Confirmed(self, reply.index(), time));
          } else if (message instanceof Append append
              && append.round() > asked.getOrDefault(append.arc(), 0L)) {
            asked.put(append.arc(), append.round());
            OwnTime time = times.get(self.id());
            time.run();
            Optional.ofNullable(leases.get(new Term(append.arc(), append.epoch())))
                .filter(lease -> time.ticks - lease.at <= LEASE_TICKS)
                .ifPresent(
                    lease -> {
                      AppendReply same = accepted(append, lease.index, append.round());
                      after(SHORTLY, () -> node.get().received(lease.by, same));
                    });
          }
          return super.send(to, message);
        }
      };
    };
  }

  /** A member's latest word to its daddy, at the daddy's own time. */
  private record Confirmed(Peer by, long index, long at) {}

  private static final Duration TICK = Duration.ofMillis(50);
  private static final long LEASE_TICKS = 10;

  /** A clock that counts the ticks that it has seen. */
  private static final class OwnTime {
    private final World world;
    private boolean runs;
    private long ticks;

    OwnTime(World world) {
      this.world = world;
    }

    void run() {
      if (!runs) {
        runs = true;
        world.after(TICK, this::tick);
      }
    }

    private void tick() {
      ticks++;
      world.after(TICK, this::tick);
    }
  }

  /** A takeover that skips the read of a majority: whoever stands claims to be up to date. */
  static WorldFilter takeoverWithoutALook() {
    return sending(
        () ->
            (world, to, message, node) ->
                message instanceof RequestVote request
                    ? new RequestVote(
                        request.arc(),
                        request.generation(),
                        request.epoch(),
                        request.pre(),
                        Long.MAX_VALUE,
                        Long.MAX_VALUE)
                    : message);
  }

  /** A tombstone collected too early: what it knew is forgotten with it. */
  static WorldFilter tombstoneForgotten(Codec codec) {
    return sending(
        () ->
            (world, to, message, node) ->
                message instanceof ReplicationMessage replicated
                    ? Forgery.withoutFloor(codec, replicated)
                    : message);
  }

  /** An operation id forgotten: each try of a write is one of its own. */
  static WorldFilter operationIdForgotten(Codec codec) {
    return sending(
        () ->
            (world, to, message, node) ->
                message instanceof Hop hop
                    ? new Hop(
                        hop.sequence(),
                        hop.kind(),
                        hop.key(),
                        hop.origin(),
                        hop.request(),
                        hop.hops(),
                        Forgery.withOperationNumber(codec, hop.body(), hop.request()))
                    : message);
  }
}
