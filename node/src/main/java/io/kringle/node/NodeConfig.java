package io.kringle.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.store.engine.Durability;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that can be set of a node. {@code reference.conf} holds the defaults and says what
 * each means; {@link #load} is the only place where settings are read by name.
 *
 * @param listen where it listens for other nodes; port 0 lets the system choose
 * @param advertise where others reach it, if that differs
 * @param seeds nodes to join through
 * @param data where its identity and records are kept; empty: nowhere
 * @param http where HTTP is served; empty: nowhere
 * @param id its id; empty: drawn at random, or as the data directory says
 * @param mayStartRing whether it may start a ring of its own when no seed answers
 * @param replicas how many nodes keep each record; 1 to 9
 * @param durability when a write counts as written down
 * @param startTimeout until joining is given up; positive
 * @param stopTimeout until an orderly stop is given up; positive
 * @param restarts how often a broken node comes back by itself within the window; at least 0
 * @param restartWindow how long a restart counts; positive
 * @param maxCalls how many calls may wait at a time; at least 1
 * @param store of the store
 * @param gateway of the HTTP gateway
 */
public record NodeConfig(
    Endpoint listen,
    Optional<Endpoint> advertise,
    List<Endpoint> seeds,
    Optional<Path> data,
    Optional<Endpoint> http,
    Optional<Id> id,
    boolean mayStartRing,
    int replicas,
    Durability durability,
    Duration startTimeout,
    Duration stopTimeout,
    int restarts,
    Duration restartWindow,
    int maxCalls,
    Store store,
    Gateway gateway) {
  private static final int MAX_REPLICAS = 9;
  private static final int MAX_VALUE_BYTES = 900 * 1024;

  /** Checks the ranges and copies the list. */
  public NodeConfig {
    seeds = List.copyOf(seeds);
    require(
        replicas >= 1 && replicas <= MAX_REPLICAS, "replicas", "is 1 to " + MAX_REPLICAS, replicas);
    require(restarts >= 0, "restarts", "is not negative", restarts);
    require(maxCalls >= 1, "max-calls", "is at least 1", maxCalls);
    requirePositive("start-timeout", startTimeout);
    requirePositive("stop-timeout", stopTimeout);
    requirePositive("restart-window", restartWindow);
    require(
        advertise.isEmpty() || advertise.get().port() != 0, "advertise", "needs a port", advertise);
  }

  /** Whether the records of one life are there in the next. */
  boolean remembersRecords() {
    return data.isPresent() && durability != Durability.MEMORY;
  }

  /**
   * Settings of the store.
   *
   * @param maxValueBytes the largest value, in bytes; 1 to 921 600
   * @param timeout until an operation is given up; positive
   * @param reserveBytes no values are taken with less than this free on disk; at least 0
   * @param tombstoneAge how long at the least a deleted record leaves a trace; not negative
   * @param auditEvery how often, in the mean, the copies of an arc are compared; positive
   * @param transferRate how many bytes a second the node sends at the most to fill others; positive
   */
  public record Store(
      int maxValueBytes,
      Duration timeout,
      long reserveBytes,
      Duration tombstoneAge,
      Duration auditEvery,
      long transferRate) {
    /** Checks the ranges. */
    public Store {
      boolean inRange = maxValueBytes >= 1 && maxValueBytes <= MAX_VALUE_BYTES;
      require(inRange, "store.max-value", "is 1 to " + MAX_VALUE_BYTES + " bytes", maxValueBytes);
      requirePositive("store.timeout", timeout);
      require(reserveBytes >= 0, "store.reserve", "is not negative", reserveBytes);
      require(!tombstoneAge.isNegative(), "store.tombstone-age", "is not negative", tombstoneAge);
      requirePositive("store.audit-every", auditEvery);
      require(transferRate >= 1, "store.transfer-rate", "is positive", transferRate);
    }
  }

  /**
   * Settings of the HTTP gateway.
   *
   * @param heartbeat between two comments on a silent event stream; positive
   * @param eventBuffer how many events wait for a slow subscriber; at least 1
   * @param maxEventStreams how many event streams may be open at a time; at least 0
   * @param anycastTimeout how long an anycast may look for a taker; positive
   * @param walkTimeout how long walking the ring, or a broadcast, may take; positive
   */
  public record Gateway(
      Duration heartbeat,
      int eventBuffer,
      int maxEventStreams,
      Duration anycastTimeout,
      Duration walkTimeout) {
    /** Checks the ranges. */
    public Gateway {
      requirePositive("http-gateway.heartbeat", heartbeat);
      require(eventBuffer >= 1, "http-gateway.event-buffer", "is at least 1", eventBuffer);
      require(
          maxEventStreams >= 0,
          "http-gateway.max-event-streams",
          "is not negative",
          maxEventStreams);
      requirePositive("http-gateway.anycast-timeout", anycastTimeout);
      requirePositive("http-gateway.walk-timeout", walkTimeout);
    }
  }

  private static void require(boolean holds, String key, String rule, Object actual) {
    if (!holds) {
      throw new IllegalArgumentException("kringle." + key + " " + rule + ", not " + actual);
    }
  }

  private static void requirePositive(String key, Duration value) {
    require(!value.isNegative() && !value.isZero(), key, "is positive", value);
  }

  /** The defaults. */
  public static NodeConfig defaults() {
    return load(Optional.empty(), Map.of());
  }

  /**
   * Reads settings.
   *
   * @param file HOCON with an object {@code kringle}
   * @param overrides settings by their name below {@code kringle}, which win over the file
   * @throws IllegalArgumentException if the file cannot be read, or a setting is unknown or out of
   *     range; the message is one line and names it
   */
  public static NodeConfig load(Optional<Path> file, Map<String, ?> overrides) {
    Config reference = ConfigFactory.defaultReference().getConfig("kringle");
    try {
      Config fromFile = file.map(NodeConfig::parse).orElseGet(ConfigFactory::empty);
      refuseUnknown(fromFile, reference, file.map(Path::toString).orElse(""));
      Config fromCaller = ConfigFactory.parseMap(overrides, "the command line");
      refuseUnknown(fromCaller, reference, "the command line");
      return read(fromCaller.withFallback(fromFile).withFallback(reference).resolve());
    } catch (ConfigException wrong) {
      throw new IllegalArgumentException(firstLine(wrong), wrong);
    }
  }

  private static Config parse(Path file) {
    if (!Files.isReadable(file)) {
      throw new IllegalArgumentException("cannot read the configuration file " + file);
    }
    Config parsed = ConfigFactory.parseFile(file.toFile()).resolve();
    return parsed.hasPath("kringle") ? parsed.getConfig("kringle") : ConfigFactory.empty();
  }

  private static void refuseUnknown(Config given, Config reference, String where) {
    given.entrySet().stream()
        .map(Map.Entry::getKey)
        .filter(key -> !reference.hasPathOrNull(key))
        .sorted()
        .findFirst()
        .ifPresent(
            key -> {
              throw new IllegalArgumentException("unknown setting kringle." + key + " in " + where);
            });
  }

  private static NodeConfig read(Config config) {
    return new NodeConfig(
        Endpoint.parse(config.getString("listen")),
        text(config, "advertise").map(Endpoint::parse),
        config.getStringList("seeds").stream().map(Endpoint::parse).toList(),
        text(config, "data").map(Path::of),
        text(config, "http").map(Endpoint::parse),
        text(config, "id").map(NodeConfig::id),
        config.getBoolean("may-start-ring"),
        config.getInt("replicas"),
        durability(config.getString("durability")),
        config.getDuration("start-timeout"),
        config.getDuration("stop-timeout"),
        config.getInt("restarts"),
        config.getDuration("restart-window"),
        config.getInt("max-calls"),
        new Store(
            bytes(config, "store.max-value"),
            config.getDuration("store.timeout"),
            config.getBytes("store.reserve"),
            config.getDuration("store.tombstone-age"),
            config.getDuration("store.audit-every"),
            config.getBytes("store.transfer-rate")),
        new Gateway(
            config.getDuration("http-gateway.heartbeat"),
            config.getInt("http-gateway.event-buffer"),
            config.getInt("http-gateway.max-event-streams"),
            config.getDuration("http-gateway.anycast-timeout"),
            config.getDuration("http-gateway.walk-timeout")));
  }

  private static int bytes(Config config, String key) {
    return (int) Math.min(Integer.MAX_VALUE, config.getBytes(key));
  }

  private static Optional<String> text(Config config, String key) {
    return Optional.of(config.getString(key)).filter(text -> !text.isBlank());
  }

  private static Id id(String hex) {
    try {
      return Id.ofHex(hex);
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException(
          "kringle.id is not '" + hex + "': " + malformed.getMessage(), malformed);
    }
  }

  private static Durability durability(String name) {
    try {
      return Durability.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      throw new IllegalArgumentException(
          "kringle.durability is memory, os or fsync, not '" + name + "'", unknown);
    }
  }

  private static String firstLine(ConfigException problem) {
    String text = String.valueOf(problem.getMessage());
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }
}
