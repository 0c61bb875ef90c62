package io.kringle.node;

import io.kringle.ring.Bytes;

/** A request to a service of an application. */
record ServiceRequest(String service, Bytes payload) implements NodeMessage {}
