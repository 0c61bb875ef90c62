package io.kringle.node;

import io.kringle.ring.Bytes;

/** The answer of an application's service. */
record ServiceReply(Bytes payload) implements NodeMessage {}
