package io.kringle.node;

import io.kringle.ring.Schema;

/** The numbers of the node's own messages: 250 to 299. */
final class NodeMessages {
  private NodeMessages() {}

  static void register(Schema schema) {
    schema
        .add(250, ServiceRequest.class)
        .add(251, ServiceReply.class)
        .add(252, DescribeNode.class)
        .add(253, NodeDescription.class)
        .add(255, CountHops.class)
        .add(256, HopCount.class);
  }
}
