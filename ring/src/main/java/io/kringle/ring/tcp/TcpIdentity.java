package io.kringle.ring.tcp;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import java.util.Optional;

/**
 * Who a node says it is.
 *
 * @param id its place on the ring
 * @param incarnation as {@link io.kringle.ring.Peer#incarnation}
 * @param advertised where others reach it; absent: where it listens
 */
public record TcpIdentity(Id id, long incarnation, Optional<Endpoint> advertised) {}
