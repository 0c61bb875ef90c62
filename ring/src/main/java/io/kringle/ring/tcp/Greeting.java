package io.kringle.ring.tcp;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.util.Optional;

/** What two nodes say to each other before the first message. */
sealed interface Greeting {

  /**
   * Who speaks: the first word of the one who dialled, and the answer of one who accepts.
   *
   * @param answer whether it is an answer
   * @param minVersion lowest protocol version spoken; in an answer, the one chosen
   * @param maxVersion highest one; in an answer, the one chosen
   * @param features optional abilities, one bit each; what both have is used
   * @param id the speaker's id
   * @param incarnation the speaker's incarnation
   * @param session drawn at every start of a transport, so that a restart is told from a second
   *     connection
   * @param dial counts the connections that the speaker has begun: this one is the latest; in an
   *     answer, those before it
   * @param ring the speaker's ring; absent: it wants to join one
   * @param wanted whom the speaker means to reach; absent: whoever it is
   * @param advertised where the speaker can be reached
   */
  record Hello(
      boolean answer,
      int minVersion,
      int maxVersion,
      long features,
      Id id,
      long incarnation,
      long session,
      int dial,
      Optional<Id> ring,
      Optional<Id> wanted,
      Endpoint advertised)
      implements Greeting {

    Peer peer() {
      return new Peer(id, advertised, incarnation);
    }
  }

  /**
   * No.
   *
   * @param forGood whether asking again makes no sense
   * @param reason why, for a person
   */
  record Refusal(boolean forGood, String reason) implements Greeting {}
}
