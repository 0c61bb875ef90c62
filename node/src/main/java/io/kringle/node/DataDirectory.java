package io.kringle.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kringle.ring.Id;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a node keeps what it must not forget: {@code identity.json}, {@code peers.json} and {@code
 * records/}, and {@code scratch/} for records that are not to be remembered. Held by one process at
 * a time, through a lock on the file {@code lock}. Every error is a {@link KringleException} of
 * kind {@code CANNOT_START} that names the directory.
 */
final class DataDirectory implements AutoCloseable {
  /** The format that this version writes and reads. */
  static final int FORMAT = 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path path;
  private final FileChannel lockFile;
  private Identity identity;

  private DataDirectory(Path path, FileChannel lockFile, Identity identity) {
    this.path = path;
    this.lockFile = lockFile;
    this.identity = identity;
  }

  /**
   * Opens a directory, and makes it if there is none.
   *
   * @param wanted the id that the node is to have, if that matters; an existing directory has its
   *     own already
   * @param random draws what a new identity needs
   */
  static DataDirectory open(Path path, Optional<Id> wanted, RandomGenerator random) {
    FileChannel lock = lock(path);
    try {
      Path file = path.resolve("identity.json");
      Identity identity;
      if (Files.exists(file)) {
        identity = read(file);
      } else {
        refuseOrphans(path);
        identity =
            new Identity(
                wanted.orElseGet(() -> Id.random(random)), random.nextLong(), Optional.empty());
        write(file, identity);
      }
      requireSameId(path, identity, wanted);
      return new DataDirectory(path, lock, identity);
    } catch (RuntimeException refused) {
      closeQuietly(lock, refused);
      throw refused;
    }
  }

  private static FileChannel lock(Path path) {
    FileChannel channel;
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw KringleException.cannotStart("the data directory " + path + " is not a directory");
    }
    try {
      Files.createDirectories(path);
      channel =
          FileChannel.open(
              path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException unwritable) {
      throw KringleException.cannotStart(
          "cannot write to the data directory " + path + ": " + reason(unwritable), unwritable);
    }
    if (!tryLock(path, channel)) {
      KringleException inUse =
          KringleException.cannotStart("the data directory " + path + " is in use by another node");
      closeQuietly(channel, inUse);
      throw inUse;
    }
    return channel;
  }

  private static boolean tryLock(Path path, FileChannel channel) {
    try {
      @Nullable FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException heldByThisProcess) {
      return false;
    } catch (IOException impossible) {
      throw KringleException.cannotStart(
          "cannot lock the data directory " + path + ": " + reason(impossible), impossible);
    }
  }

  /**
   * Records without an identity are somebody's: taking them over under a new identity could break
   * promises.
   */
  private static void refuseOrphans(Path path) {
    if (Files.exists(path.resolve("records"))) {
      throw KringleException.cannotStart(
          "the data directory " + path + " holds records but no identity.json");
    }
  }

  private static void requireSameId(Path path, Identity identity, Optional<Id> wanted) {
    if (wanted.isPresent() && !wanted.get().equals(identity.id())) {
      throw KringleException.cannotStart(
          "the data directory "
              + path
              + " belongs to node "
              + identity.id()
              + ", not to "
              + wanted.get());
    }
  }

  private static Identity read(Path file) {
    try {
      JsonNode json = JSON.readTree(file.toFile());
      int format = json.path("format").asInt();
      if (format != FORMAT) {
        throw KringleException.cannotStart(
            file + " has format " + format + "; this version reads format " + FORMAT);
      }
      JsonNode incarnation = json.path("incarnation");
      if (!incarnation.isIntegralNumber()) {
        throw KringleException.cannotStart("cannot read " + file + ": no incarnation");
      }
      Optional<Id> ringId =
          Optional.ofNullable(json.get("ringId")).map(node -> Id.ofHex(node.asText()));
      return new Identity(Id.ofHex(json.path("id").asText()), incarnation.asLong(), ringId);
    } catch (IOException | IllegalArgumentException unreadable) {
      throw KringleException.cannotStart(
          "cannot read " + file + ": " + reason(unreadable), unreadable);
    }
  }

  private static void write(Path file, Identity identity) {
    ObjectNode json = JSON.createObjectNode();
    json.put("format", FORMAT)
        .put("id", identity.id().toString())
        .put("incarnation", identity.incarnation());
    identity.ringId().ifPresent(ring -> json.put("ringId", ring.toString()));
    try {
      AtomicFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
    } catch (IOException unwritable) {
      throw KringleException.cannotStart(
          "cannot write " + file + ": " + reason(unwritable), unwritable);
    }
  }

  /** The first line of what an exception says, and what it is when it says only a file's name. */
  private static String reason(Exception problem) {
    String text = problem.getMessage() == null ? "" : problem.getMessage();
    int end = text.indexOf('\n');
    return problem.getClass().getSimpleName()
        + (text.isEmpty() ? "" : ": " + (end < 0 ? text : text.substring(0, end)));
  }

  private static void closeQuietly(FileChannel channel, RuntimeException because) {
    try {
      channel.close();
    } catch (IOException alsoFailed) {
      because.addSuppressed(alsoFailed);
    }
  }

  /** Who the node is. */
  Identity identity() {
    return identity;
  }

  /** Notes which ring the node belongs to, for good. On the disk when this returns. */
  void joinedRing(Id ringId) {
    if (identity.ringId().filter(ringId::equals).isEmpty()) {
      Identity changed = identity.inRing(ringId);
      write(path.resolve("identity.json"), changed);
      identity = changed;
    }
  }

  /** Notes that the node belongs to no ring, and drops the records of the one that it was in. */
  void leftRing() {
    Identity changed = new Identity(identity.id(), identity.incarnation(), Optional.empty());
    write(path.resolve("identity.json"), changed);
    identity = changed;
    delete(records());
  }

  /** Where the storage engine keeps its files. */
  Path records() {
    return path.resolve("records");
  }

  /** Whether there are records of a life that was to be remembered. */
  boolean holdsRecords() {
    return Files.exists(records());
  }

  /** A directory for the records of one life, empty whatever an earlier one has left there. */
  Path scratch() {
    Path scratch = path.resolve("scratch");
    delete(scratch);
    return scratch;
  }

  private static void delete(Path tree) {
    try (Stream<Path> left = Files.exists(tree) ? Files.walk(tree) : Stream.empty()) {
      for (Path file : left.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException | UncheckedIOException failed) {
      throw KringleException.cannotStart("cannot empty " + tree + ": " + reason(failed), failed);
    }
  }

  /** Where the remembered peers are kept. */
  Path peers() {
    return path.resolve("peers.json");
  }

  /** Gives the directory up, for another process to open. */
  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException failed) {
      throw new KringleException(KringleException.Kind.CLOSED, "cannot unlock " + path, failed);
    }
  }
}
