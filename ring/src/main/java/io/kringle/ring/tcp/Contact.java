package io.kringle.ring.tcp;

import io.kringle.ring.Endpoint;

/**
 * A dial to whoever listens at an endpoint, and what it is to be sent.
 *
 * @param endpoint where
 * @param connection the dial
 * @param outbox what
 */
record Contact(Endpoint endpoint, Connection connection, Outbox outbox) {}
