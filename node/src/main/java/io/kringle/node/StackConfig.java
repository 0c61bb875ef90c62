package io.kringle.node;

import io.kringle.pubsub.TopicsConfig;
import io.kringle.replication.ReplicationConfig;
import io.kringle.ring.RingConfig;
import io.kringle.routing.RouterConfig;
import io.kringle.store.StoreConfig;

/**
 * How the layers of a node behave.
 *
 * @param ring of the ring
 * @param router of routing
 * @param replication of the replica groups
 * @param store of the store
 * @param topics of the topics
 */
public record StackConfig(
    RingConfig ring,
    RouterConfig router,
    ReplicationConfig replication,
    StoreConfig store,
    TopicsConfig topics) {
  /** What each layer does by default. */
  public static final StackConfig DEFAULT =
      new StackConfig(
          RingConfig.defaults(),
          RouterConfig.DEFAULT,
          ReplicationConfig.DEFAULT,
          StoreConfig.DEFAULT,
          TopicsConfig.DEFAULT);

  /** What a node's settings mean for its layers. */
  static StackConfig of(NodeConfig node) {
    return new StackConfig(
        RingConfig.defaults().withJoinTimeout(node.startTimeout()),
        RouterConfig.DEFAULT,
        ReplicationConfig.DEFAULT
            .withReplicas(node.replicas())
            .withTombstoneAge(node.store().tombstoneAge())
            .withAuditEvery(node.store().auditEvery())
            .withTransfer(ReplicationConfig.Transfer.DEFAULT.withRate(node.store().transferRate())),
        new StoreConfig(node.store().maxValueBytes(), node.store().timeout()),
        TopicsConfig.DEFAULT);
  }
}
