package io.kringle.pubsub;

import io.kringle.ring.Id;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Which group.
 *
 * @param topic the topic that it shares
 * @param group its name there
 */
public record GroupName(String topic, String group) {

  /**
   * Where the group's ledger is: a hash of what is no name of a topic, since no UTF-8 has the byte
   * 0xFF; nor of another group, for the same reason.
   */
  Id ledger() {
    ByteArrayOutputStream name = new ByteArrayOutputStream();
    name.write(0xff);
    name.writeBytes(topic.getBytes(StandardCharsets.UTF_8));
    name.write(0xff);
    name.writeBytes(group.getBytes(StandardCharsets.UTF_8));
    return Id.hash(name.toByteArray());
  }
}
