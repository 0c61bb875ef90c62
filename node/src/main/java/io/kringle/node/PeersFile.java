package io.kringle.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.RememberedPeers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The remembered peers on the disk. They are a hint: a file that cannot be read is as good as none,
 * and one that cannot be written is tried again with the next change; both are logged. Called by
 * one thread at a time.
 */
final class PeersFile {
  private static final Logger LOG = LoggerFactory.getLogger(PeersFile.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;

  PeersFile(Path file) {
    this.file = file;
  }

  /** What the file holds; nobody if there is none. */
  RememberedPeers load() {
    if (!Files.exists(file)) {
      return new RememberedPeers();
    }
    try {
      List<RememberedPeers.Remembered> peers = new ArrayList<>();
      for (JsonNode peer : JSON.readTree(file.toFile())) {
        peers.add(read(peer));
      }
      return new RememberedPeers(peers);
    } catch (IOException | IllegalArgumentException unreadable) {
      LOG.warn(
          "ignoring {}, which cannot be read: {}", file, unreadable.getClass().getSimpleName());
      return new RememberedPeers();
    }
  }

  /** Puts a snapshot in the place of what the file held. */
  void save(List<RememberedPeers.Remembered> peers) {
    ArrayNode json = JSON.createArrayNode();
    for (RememberedPeers.Remembered peer : peers) {
      json.addObject()
          .put("id", peer.peer().id().toString())
          .put("endpoint", peer.peer().endpoint().toString())
          .put("incarnation", peer.peer().incarnation())
          .put("heat", peer.heat())
          .put("failures", peer.failures())
          .put("hoursSilent", peer.hoursSilent());
    }
    try {
      AtomicFile.write(file, JSON.writeValueAsBytes(json));
    } catch (IOException unwritable) {
      LOG.warn("cannot write {}: {}", file, unwritable.toString());
    }
  }

  private static RememberedPeers.Remembered read(JsonNode json) {
    Peer peer =
        new Peer(
            Id.ofHex(json.path("id").asText()),
            Endpoint.parse(json.path("endpoint").asText()),
            json.path("incarnation").asLong());
    return new RememberedPeers.Remembered(
        peer,
        json.path("heat").asDouble(),
        json.path("failures").asInt(),
        json.path("hoursSilent").asInt());
  }
}
