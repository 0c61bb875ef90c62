package io.kringle.node;

import io.kringle.ring.Message;

/** What nodes say to each other beyond the layers' protocols. */
sealed interface NodeMessage extends Message
    permits ServiceRequest, ServiceReply, DescribeNode, NodeDescription, CountHops, HopCount {}
