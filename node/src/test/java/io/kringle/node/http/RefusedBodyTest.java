package io.kringle.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.node.Kringle;
import io.kringle.ring.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Bodies that are not taken, over sockets: the answer reaches who has not read it yet. */
class RefusedBodyTest {
  private static final int LIMIT = 1 << 10;

  /** More than the buffers of both sides hold. */
  private static final int LARGE = 24 << 20;

  private static final int PATIENCE_MILLIS = 20_000;

  private static Kringle node;

  @BeforeAll
  static void start() {
    node = Kringle.builder().http("127.0.0.1:0").set("store.max-value", "1 KiB").startAndWait();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  /** A client that sends all before it reads anything, as many do. */
  private static final class Client implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader lines;

    Client() throws IOException {
      Endpoint at = Endpoint.parse(node.httpEndpoint().orElseThrow());
      socket = new Socket(at.host(), at.port());
      socket.setSoTimeout(PATIENCE_MILLIS);
      lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    void head(String... lines) throws IOException {
      send((String.join("\r\n", lines) + "\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.UTF_8));
    }

    void send(byte[] bytes) throws IOException {
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      out.flush();
    }

    /** The status line of an answer, of which the rest is read as well. */
    String answer() throws IOException {
      String status = lines.readLine();
      int length = 0;
      for (String line = lines.readLine(); line != null && !line.isEmpty(); ) {
        length =
            line.startsWith("Content-Length: ") ? Integer.parseInt(line.substring(16)) : length;
        line = lines.readLine();
      }
      assertThat(lines.skip(length)).isEqualTo(length);
      return status;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void whoSendsTooMuchBeforeItReadsIsToldSoAndGoesOn() throws IOException {
    try (Client client = new Client()) {
      client.head("PUT /v1/kv/large HTTP/1.1", "Content-Length: " + LARGE);
      client.send(new byte[LARGE]);
      assertThat(client.answer()).startsWith("HTTP/1.1 413");
      client.head("GET /healthz HTTP/1.1");
      assertThat(client.answer()).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void soIsWhoDoesNotSayHowMuchItIs() throws IOException {
    byte[] chunk = new byte[1 << 20];
    byte[] size = (Integer.toHexString(chunk.length) + "\r\n").getBytes(StandardCharsets.UTF_8);
    byte[] end = "\r\n".getBytes(StandardCharsets.UTF_8);
    try (Client client = new Client()) {
      client.head("PUT /v1/kv/large HTTP/1.1", "Transfer-Encoding: chunked");
      for (int sent = 0; sent < LARGE; sent += chunk.length) {
        client.send(size);
        client.send(chunk);
        client.send(end);
      }
      client.send("0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      assertThat(client.answer()).startsWith("HTTP/1.1 413");
      client.head("GET /healthz HTTP/1.1");
      assertThat(client.answer()).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void whoSaysThatItIsTooMuchAndWaitsIsToldSo() throws IOException {
    try (Client client = new Client()) {
      client.head("PUT /v1/kv/large HTTP/1.1", "Content-Length: " + LARGE);
      client.send(new byte[LIMIT]);
      assertThat(client.answer()).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void anEncodedBodyIsRefusedLikeThat() throws IOException {
    try (Client client = new Client()) {
      client.head(
          "PUT /v1/kv/large HTTP/1.1", "Content-Encoding: gzip", "Content-Length: " + LARGE);
      client.send(new byte[LARGE]);
      assertThat(client.answer()).startsWith("HTTP/1.1 415");
    }
  }

  @Test
  void whoAsksFirstIsRefusedBeforeItSends() throws IOException {
    try (Client client = new Client()) {
      client.head("PUT /v1/kv/large HTTP/1.1", "Content-Length: " + LARGE, "Expect: 100-continue");
      assertThat(client.answer()).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void whoAsksFirstMayGoOnWhereTheLengthIsFine() throws IOException {
    try (Client client = new Client()) {
      client.head("PUT /v1/kv/fine HTTP/1.1", "Content-Length: " + LIMIT, "Expect: 100-continue");
      assertThat(client.answer()).startsWith("HTTP/1.1 100");
      client.send(new byte[LIMIT]);
      assertThat(client.answer()).startsWith("HTTP/1.1 201");
    }
  }

  @Test
  void anotherExpectationFails() throws IOException {
    try (Client client = new Client()) {
      client.head("PUT /v1/kv/fine HTTP/1.1", "Content-Length: 1", "Expect: the-unexpected");
      assertThat(client.answer()).startsWith("HTTP/1.1 417");
    }
  }

  /** A refusal it waits for in vain, before 17.0.17, whatever the server does (JDK-8286171). */
  @Test
  void javasClientMayExpectAnAnswer() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://" + node.httpEndpoint().orElseThrow() + "/v1/kv/java"))
            .timeout(Duration.ofMillis(PATIENCE_MILLIS))
            .version(HttpClient.Version.HTTP_1_1)
            .expectContinue(true)
            .PUT(BodyPublishers.ofByteArray(new byte[LIMIT]))
            .build();
    assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode())
        .isEqualTo(201);
  }
}
