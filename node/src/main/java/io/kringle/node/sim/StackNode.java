package io.kringle.node.sim;

import io.kringle.node.NodeStack;
import io.kringle.node.StackConfig;
import io.kringle.pubsub.Broadcasting;
import io.kringle.pubsub.Messaging;
import io.kringle.pubsub.TopicsStats;
import io.kringle.replication.ArcStatus;
import io.kringle.replication.ArcStorage;
import io.kringle.replication.Records;
import io.kringle.ring.Arc;
import io.kringle.ring.Codec;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.RememberedPeers;
import io.kringle.ring.Result;
import io.kringle.ring.RingView;
import io.kringle.ring.World;
import io.kringle.store.KeyValues;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A node with all of its layers, as far as an exploration looks into it. */
final class StackNode implements ExploredNode {
  private final NodeStack stack;
  private final ArcStorage storage;

  StackNode(
      World world,
      Codec codec,
      Peer self,
      StackConfig config,
      RememberedPeers remembered,
      ArcStorage storage) {
    this.storage = storage;
    stack = new NodeStack(world, codec, self, config, storage, remembered);
  }

  Messaging topics() {
    return stack.topics();
  }

  Broadcasting broadcasts() {
    return stack.broadcasts();
  }

  /** How deep in trees it is, and how many children it has in one of them, at the most. */
  TopicsStats topicsStats() {
    return stack.topicsStats();
  }

  KeyValues store() {
    return stack.store();
  }

  Records records() {
    return stack.records();
  }

  /** The arcs that it keeps, as it knows them. */
  List<ArcStatus> arcs() {
    return stack.records().arcs();
  }

  /** Everything that it keeps of an arc. */
  List<ArcStorage.StoredRecord> recordsOf(Arc arc) {
    return storage.scan(arc, Optional.empty(), Integer.MAX_VALUE);
  }

  @Override
  public void create(Id ringId) {
    stack.create(ringId, List.of(), done -> {});
  }

  @Override
  public void join(List<Endpoint> seeds, Consumer<Result<Id>> done) {
    stack.join(seeds, done);
  }

  @Override
  public void resume(Id ringId, List<Endpoint> seeds, Consumer<Result<Id>> done) {
    stack.resume(ringId, seeds, done);
  }

  @Override
  public void leave(Runnable whenDone) {
    stack.stop(whenDone);
  }

  @Override
  public RingView ring() {
    return stack.ring();
  }

  @Override
  public void received(Peer from, Message message) {
    stack.received(from, message);
  }

  @Override
  public void unreachable(Peer peer, String reason) {
    stack.unreachable(peer, reason);
  }

  @Override
  public void contactFailed(Endpoint endpoint, String reason) {
    stack.contactFailed(endpoint, reason);
  }

  @Override
  public void contactRefused(Endpoint endpoint, String reason) {
    stack.contactRefused(endpoint, reason);
  }

  @Override
  public void checkInvariants() {
    stack.checkInvariants();
  }
}
