package io.kringle.node.http;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpMethod;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.stream.Materializer;
import akka.stream.SystemMaterializer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kringle.node.Health;
import io.kringle.node.Kringle;
import io.kringle.node.KringleTopics;
import io.kringle.node.NodeConfig;
import io.kringle.ring.Endpoint;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A node's HTTP server. Every error is a problem document. It runs on threads of its own; nothing
 * here waits on the node's loop.
 */
public final class HttpGateway {
  /** What bytes become that are not UTF-8; a key that has it could be any of many. */
  private static final char NOT_UTF_8 = '\uFFFD';

  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

  private final Kringle node;
  private final NodeConfig.Gateway config;
  private final KeyResource keys;
  private final ScanResource scan;
  private final ArcResource arcs;
  private final TopicRoutes topics;
  private final BroadcastResource broadcasts;
  private final EventStreams streams;
  private final WatchStreams watches;

  private HttpGateway(Kringle node, NodeConfig config, Materializer materializer) {
    this.node = node;
    this.config = config.gateway();
    Bodies bodies = new Bodies(config.store().maxValueBytes(), materializer);
    keys = new KeyResource(node.store(), bodies);
    scan = new ScanResource(node.store());
    arcs = new ArcResource(node, bodies);
    Bodies messages = new Bodies(KringleTopics.MAX_MESSAGE_BYTES, materializer);
    broadcasts = new BroadcastResource(node.broadcasts(), bodies, this.config.walkTimeout());
    streams = new EventStreams(node.topics(), this.config, node.id(), materializer);
    topics =
        new TopicRoutes(
            new TopicResource(node.topics(), messages, bodies, this.config.anycastTimeout()),
            new TopicUpkeep(node.topics()),
            streams);
    watches = new WatchStreams(node.store(), this.config, materializer);
  }

  /**
   * Starts serving a node.
   *
   * @param at where; port 0 lets the system choose
   * @return the server, once it listens; or why it cannot
   */
  public static CompletionStage<Server> start(
      Kringle node, NodeConfig config, Endpoint at, ActorSystem<?> system) {
    HttpGateway gateway =
        new HttpGateway(node, config, SystemMaterializer.get(system).materializer());
    return Http.get(system)
        .newServerAt(at.host(), at.port())
        .bind(gateway::handle)
        .thenApply(binding -> new Server(gateway, binding));
  }

  /** A gateway that listens. */
  public static final class Server {
    private final HttpGateway gateway;
    private final ServerBinding binding;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    private Server(HttpGateway gateway, ServerBinding binding) {
      this.gateway = gateway;
      this.binding = binding;
    }

    /** Where it listens. */
    public Endpoint endpoint() {
      InetSocketAddress address = binding.localAddress();
      return new Endpoint(address.getAddress().getHostAddress(), address.getPort());
    }

    /**
     * Ends event streams, lets requests under way finish, for two seconds at most, and stops
     * listening. Calling it again waits for the same.
     */
    public CompletionStage<Void> stop() {
      if (stopping.compareAndSet(false, true)) {
        gateway.streams.close();
        gateway.watches.close();
        binding
            .terminate(CLOSE_WITHIN)
            .whenComplete((terminated, failure) -> stopped.complete(null));
      }
      return stopped;
    }
  }

  // Justification for the broad catch: whatever a request runs into is answered, and is no reason
  // to end the server.
  @SuppressWarnings("IllegalCatch")
  private CompletionStage<HttpResponse> handle(HttpRequest request) {
    long begin = System.nanoTime();
    CompletionStage<HttpResponse> response;
    try {
      response = dispatch(request);
    } catch (RuntimeException thrown) {
      response = CompletableFuture.failedFuture(thrown);
    }
    return response
        .exceptionally(thrown -> Problem.of(thrown).response())
        .whenComplete((answer, never) -> measure(request, answer, System.nanoTime() - begin));
  }

  private void measure(HttpRequest request, HttpResponse answer, long nanos) {
    List<String> path = segments(request);
    String route = path.size() > 1 && path.get(0).equals("v1") ? path.get(1) : "other";
    node.meters()
        .timer(
            "kringle.http.requests",
            "method",
            KNOWN_METHODS.contains(request.method()) ? request.method().name() : "other",
            "route",
            KNOWN_ROUTES.contains(route) ? route : "other",
            "status",
            String.valueOf(answer.status().intValue()))
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private static final List<String> KNOWN_ROUTES =
      List.of("kv", "topics", "broadcast", "watch", "locate", "arcs", "ring");
  private static final List<HttpMethod> KNOWN_METHODS =
      List.of(
          HttpMethods.GET, HttpMethods.HEAD, HttpMethods.PUT, HttpMethods.POST, HttpMethods.DELETE);

  private static List<String> segments(HttpRequest request) {
    List<String> segments = new ArrayList<>();
    request.getUri().pathSegments().forEach(segments::add);
    return segments;
  }

  private static boolean cannotBeMet(HttpHeader expectation) {
    return !expectation.value().equalsIgnoreCase("100-continue");
  }

  private CompletionStage<HttpResponse> dispatch(HttpRequest request) {
    List<String> path = segments(request);
    if (path.stream().anyMatch(segment -> segment.indexOf(NOT_UTF_8) >= 0)) {
      throw new Problem.Refusal(400, "the path is not UTF-8");
    }
    if (request.getHeader("Expect").filter(HttpGateway::cannotBeMet).isPresent()) {
      throw new Problem.Refusal(417, "no other expectation than 100-continue can be met");
    }
    if (path.size() == 1 && path.get(0).equals("healthz")) {
      return Routes.on(request, List.of(HttpMethods.GET, HttpMethods.HEAD), this::health);
    }
    if (path.size() == 1 && path.get(0).equals("metrics")) {
      return Routes.on(request, List.of(HttpMethods.GET), this::metrics);
    }
    if (path.size() < 2 || !path.get(0).equals("v1")) {
      return Routes.notFound(request);
    }
    String last = path.size() > 2 ? path.get(2) : "";
    return switch (path.get(1)) {
      case "kv" ->
          request.getUri().getPathString().equals("/v1/kv")
              ? Routes.on(request, List.of(HttpMethods.GET), () -> scan.handle(request))
              : path.size() <= 3 ? key(request, last) : Routes.notFound(request);
      case "topics" -> topics.handle(request, path);
      case "watch" ->
          path.size() == 2
              ? Routes.on(request, List.of(HttpMethods.GET), () -> watches.open(request))
              : Routes.notFound(request);
      case "broadcast" ->
          path.size() == 2
              ? Routes.on(request, List.of(HttpMethods.POST), () -> broadcasts.send(request))
              : Routes.notFound(request);
      case "locate" -> path.size() == 3 ? locate(request, last) : Routes.notFound(request);
      case "arcs" -> arc(request, path);
      case "ring" -> ring(request, path);
      default -> Routes.notFound(request);
    };
  }

  private CompletionStage<HttpResponse> key(HttpRequest request, String key) {
    List<HttpMethod> methods =
        List.of(HttpMethods.GET, HttpMethods.HEAD, HttpMethods.PUT, HttpMethods.DELETE);
    return Routes.on(request, methods, () -> keys.handle(request, key));
  }

  private CompletionStage<HttpResponse> locate(HttpRequest request, String key) {
    return Routes.on(
        request,
        List.of(HttpMethods.GET),
        () -> node.locate(key).thenApply(location -> Json.response(200, Json.location(location))));
  }

  private CompletionStage<HttpResponse> arc(HttpRequest request, List<String> path) {
    return path.size() == 4 && path.get(3).equals("recover")
        ? Routes.on(request, List.of(HttpMethods.POST), () -> arcs.recover(request, path.get(2)))
        : Routes.notFound(request);
  }

  private CompletionStage<HttpResponse> ring(HttpRequest request, List<String> path) {
    if (path.size() == 2) {
      return Routes.on(
          request,
          List.of(HttpMethods.GET),
          () -> node.describe().thenApply(self -> Json.response(200, Json.node(self))));
    }
    if (path.size() == 3 && path.get(2).equals("nodes")) {
      return Routes.on(
          request,
          List.of(HttpMethods.GET),
          () ->
              node.nodes(config.walkTimeout())
                  .thenApply(ring -> Json.response(200, Json.ring(ring))));
    }
    return Routes.notFound(request);
  }

  private CompletionStage<HttpResponse> health() {
    return node.health().thenApply(HttpGateway::health);
  }

  private static HttpResponse health(Health health) {
    ObjectNode json = Json.object().put("status", health.isOk() ? "ok" : "unavailable");
    health.problems().forEach(json.withArray("problems")::add);
    return Json.response(health.isOk() ? 200 : 503, json);
  }

  private CompletionStage<HttpResponse> metrics() {
    node.meters().gauge("kringle.http.event.streams", streams, EventStreams::count);
    node.meters().gauge("kringle.http.watch.streams", watches, WatchStreams::count);
    return node.metrics()
        .thenApply(
            text ->
                HttpResponse.create()
                    .withEntity(HttpEntities.create(ContentTypes.TEXT_PLAIN_UTF8, text)));
  }
}
