package io.kringle.node.cli;

import java.io.PrintStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

/** The demo's chapter on topics: one message to everybody, many anycasts to one each. */
final class DemoTopics {
  static final int ANYCASTS = 100;

  private static final String TOPIC = HttpNode.topic("news");
  private static final String MESSAGE = "fresh kringles";
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final DemoRing ring;
  private final PrintStream out;
  private final List<String> names;

  DemoTopics(DemoRing ring, PrintStream out) {
    this.ring = ring;
    this.out = out;
    this.names = ring.live();
  }

  void run() throws InterruptedException {
    try (DemoSubscribers subscribers = new DemoSubscribers()) {
      for (String name : names) {
        subscribers.subscribe(name, ring.http(name), "news");
      }
      publish(subscribers);
      anycast(subscribers);
      // Looked at last, so that a second copy would have had the time to come.
      for (String name : names) {
        List<String> got = subscribers.messages(name);
        out.println("  " + name + " got " + got);
        DemoFailure.unless(got.equals(List.of(MESSAGE)), name + " got " + got);
      }
    }
  }

  private void publish(DemoSubscribers subscribers) throws InterruptedException {
    HttpNode node = ring.http(names.get(0));
    HttpNode.expect(
        node.send(node.request(TOPIC).POST(BodyPublishers.ofString(MESSAGE)).build()), 202);
    await(
        () -> names.stream().noneMatch(name -> subscribers.messages(name).isEmpty()),
        "a subscriber was not reached");
  }

  private void anycast(DemoSubscribers subscribers) throws InterruptedException {
    ConcurrentLinkedQueue<String> replies = new ConcurrentLinkedQueue<>();
    InFlight offers = new InFlight(10);
    for (int i = 0; i < ANYCASTS; i++) {
      HttpNode node = ring.http(names.get(i % names.size()));
      HttpRequest offer =
          node.request(TOPIC + "/anycast").POST(BodyPublishers.ofString("job " + i)).build();
      offers.submit(
          () ->
              node.sendAsync(offer)
                  .thenAccept(
                      reply ->
                          replies.add(
                              new String(
                                  HttpNode.expect(reply, 200).body(), StandardCharsets.UTF_8))));
    }
    offers.await();
    await(
        () -> names.stream().mapToInt(name -> subscribers.anycasts(name).size()).sum() >= ANYCASTS,
        "an anycast was answered but not seen by its taker");
    tell(subscribers, replies.size());
  }

  private void tell(DemoSubscribers subscribers, int replies) {
    Map<String, Integer> takers = new TreeMap<>();
    List<String> jobs = new ArrayList<>();
    for (String name : names) {
      takers.put(name, subscribers.anycasts(name).size());
      jobs.addAll(subscribers.anycasts(name));
    }
    out.println("  anycasts taken: " + takers);
    DemoFailure.unless(replies == ANYCASTS, replies + " replies to " + ANYCASTS + " anycasts");
    DemoFailure.unless(
        jobs.size() == ANYCASTS && jobs.stream().distinct().count() == ANYCASTS,
        "an anycast was handled twice");
    DemoFailure.unless(
        takers.values().stream().allMatch(taken -> taken > 0), "a subscriber was never asked");
  }

  private static void await(BooleanSupplier condition, String otherwise)
      throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      DemoFailure.unless(System.nanoTime() < deadline, otherwise);
      Pause.of(Duration.ofMillis(10));
    }
  }
}
