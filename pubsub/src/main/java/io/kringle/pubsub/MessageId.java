package io.kringle.pubsub;

import io.kringle.ring.Id;

/**
 * What makes a publish or an anycast the same one when it is sent again.
 *
 * @param publisher the node that it comes from
 * @param incarnation of that node
 * @param number counted by that node, from a random start at each start of the process
 */
public record MessageId(Id publisher, long incarnation, long number) {}
