package io.kringle.ring;

/**
 * A node as others know it.
 *
 * @param id its place on the ring, kept for as long as its data directory is
 * @param endpoint where it says that it can be reached
 * @param incarnation drawn at random when its data directory is made, or at every start of a node
 *     that has none. A node that lost its disk comes back under the same id, but as a stranger to
 *     every promise that it made before.
 */
public record Peer(Id id, Endpoint endpoint, long incarnation) {

  @Override
  public String toString() {
    return id.brief() + "@" + endpoint;
  }
}
