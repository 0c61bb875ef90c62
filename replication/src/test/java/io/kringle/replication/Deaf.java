package io.kringle.replication;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Inbound;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;

/** Hears nothing: for a world that only its clock is needed of. */
final class Deaf implements Inbound {
  @Override
  public void received(Peer from, Message message) {}

  @Override
  public void unreachable(Peer peer, String reason) {}

  @Override
  public void contactFailed(Endpoint endpoint, String reason) {}
}
