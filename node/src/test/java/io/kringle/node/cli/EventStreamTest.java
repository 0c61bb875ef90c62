package io.kringle.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EventStreamTest {

  @Test
  void eventsAreReadAsTheStandardSays() throws IOException {
    String text =
        ": hello\n\nid: 7\ndata: one\ndata:two\n\nevent: anycast\ndata:  x\n\ndata: cut off";
    try (EventStream events =
        new EventStream(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))) {
      assertThat(events.next()).hasValue(new EventStream.Event("7", "message", "one\ntwo"));
      assertThat(events.next()).hasValue(new EventStream.Event("", "anycast", " x"));
      assertThat(events.next()).isEmpty();
    }
  }
}
