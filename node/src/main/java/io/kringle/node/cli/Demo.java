package io.kringle.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * What the demo shows, one chapter after the other. Each checks what it shows, and ends the demo if
 * it is not so.
 */
final class Demo {
  private static final int NODES = 5;
  private static final int REPLICAS = 3;
  private static final int UPDATES_PER_NODE = 50;
  private static final int LOOKUPS = 1_000;
  private static final int AT_LEAST_RECORDS = 30_000;
  private static final Duration SETTLE_LIMIT = Duration.ofSeconds(30);
  private static final String HOT = "hot counter";

  private final DemoRing ring;
  private final PrintStream out;
  private final boolean terminal = Boolean.getBoolean("kringle.terminal.out");
  private final long start = System.nanoTime();

  Demo(DemoRing ring, PrintStream out) {
    this.ring = ring;
    this.out = out;
  }

  void run() throws InterruptedException {
    form();
    List<UnicodeRecords.Row> records = load();
    lookUp(records);
    count();
    String killed = killDaddy();
    readBack(records);
    publishAndAnycast();
    joinSixth();
    comeBack(killed);
    readThrough(killed, records);
    say("");
  }

  private void form() throws InterruptedException {
    chapter("Five processes find each other and form a ring");
    ring.start(IntStream.rangeClosed(1, NODES).mapToObj(i -> "node-" + i).toList());
    ring.awaitSettled(REPLICAS, SETTLE_LIMIT);
    draw();
  }

  private void draw() throws InterruptedException {
    say(RingPicture.of(ring.https().get(0).getJson("/v1/ring/nodes")));
  }

  private List<UnicodeRecords.Row> load() throws InterruptedException {
    chapter("The named characters of Unicode go into the store, three copies each");
    List<UnicodeRecords.Row> records = UnicodeRecords.all();
    DemoFailure.unless(
        records.size() >= AT_LEAST_RECORDS,
        "this JDK knows only " + records.size() + " characters");
    Progress progress =
        new Progress("loaded", done -> (double) done / records.size(), out, terminal);
    Loader loader = new Loader(ring.https(), progress);
    for (int i = 0; i < records.size(); i++) {
      loader.put(i + 1L, records.get(i).key(), records.get(i).value());
    }
    loader.finish();
    progress.finish();
    DemoFailure.unless(
        loader.stored() == records.size() && loader.refused() == 0,
        loader.refused() + " of " + records.size() + " records were refused: " + loader.refusals());
    return records;
  }

  private void lookUp(List<UnicodeRecords.Row> records) throws InterruptedException {
    chapter("Lookups are routed from any node to the owner of the key");
    Map<Integer, AtomicLong> byHops = new ConcurrentSkipListMap<>();
    List<HttpNode> nodes = ring.https();
    InFlight lookups = new InFlight(Loader.IN_FLIGHT);
    for (int i = 0; i < LOOKUPS; i++) {
      HttpNode node = nodes.get(i % nodes.size());
      String key = records.get((int) ((long) i * records.size() / LOOKUPS)).key();
      lookups.submit(
          () ->
              node.sendAsync(node.request("/v1/locate/" + HttpNode.segment(key)).GET().build())
                  .thenAccept(
                      place -> {
                        int hops =
                            HttpNode.json(HttpNode.expect(place, 200)).path("hops").asInt(-1);
                        byHops.computeIfAbsent(hops, none -> new AtomicLong()).incrementAndGet();
                      }));
    }
    lookups.await();
    DemoFailure.unless(!byHops.containsKey(-1), "a lookup did not tell its hops");
    byHops.forEach(
        (hops, count) ->
            say(
                String.format(
                    Locale.ROOT,
                    "  %d hop%s  %,5d lookups",
                    hops,
                    hops == 1 ? " " : "s",
                    count.get())));
  }

  private void count() throws InterruptedException {
    int expected = NODES * UPDATES_PER_NODE;
    chapter("Five nodes update one record " + UPDATES_PER_NODE + " times each, all at once");
    DemoCounter counter = new DemoCounter("counter");
    List<HttpNode> nodes = ring.https();
    counter.create(nodes.get(0));
    InFlight updates = new InFlight(expected);
    for (int i = 0; i < expected; i++) {
      HttpNode node = nodes.get(i % nodes.size());
      updates.submit(() -> counter.increment(node));
    }
    updates.await();
    long value = counter.read(nodes.get(nodes.size() - 1));
    say("  the counter is at " + value + ", after " + counter.conflicts() + " conflicts");
    DemoFailure.unless(value == expected, "the counter is at " + value + ", not " + expected);
  }

  private String killDaddy() throws InterruptedException {
    chapter("The daddy of a hot key is killed while reads and updates go on");
    DemoCounter counter = new DemoCounter(HOT);
    counter.create(ring.https().get(0));
    String daddy = daddyOf(HOT, ring.https().get(0));
    List<HttpNode> survivors =
        ring.live().stream().filter(name -> !name.equals(daddy)).map(ring::http).toList();
    DemoTraffic traffic = new DemoTraffic(counter, survivors);
    traffic.start();
    awaitProgress(traffic, 50);
    say(
        "  daddy of '"
            + HOT
            + "': "
            + daddy
            + ", process "
            + ring.process(daddy).pid()
            + "; kill -9");
    ring.process(daddy).kill();
    awaitProgress(traffic, 200);
    traffic.stop();
    long value = counter.read(survivors.get(0));
    say("  new daddy: " + daddyOf(HOT, survivors.get(0)));
    say(
        String.format(
            Locale.ROOT,
            "  longest pause: reads %d ms, updates %d ms; %,d reads, %,d updates acknowledged, %d"
                + " unknown, counter at %,d",
            traffic.reads().longestPauseMillis(),
            traffic.updates().longestPauseMillis(),
            traffic.reads().count(),
            traffic.updates().count(),
            traffic.unknown(),
            value));
    DemoFailure.unless(
        value >= traffic.updates().count()
            && value <= traffic.updates().count() + traffic.unknown(),
        "the counter is at " + value + ", which is not what was acknowledged");
    return daddy;
  }

  private static void awaitProgress(DemoTraffic traffic, long more) throws InterruptedException {
    long reads = traffic.reads().count() + more;
    long updates = traffic.updates().count() + more;
    long deadline = System.nanoTime() + SETTLE_LIMIT.toNanos();
    while (traffic.reads().count() < reads || traffic.updates().count() < updates) {
      DemoFailure.unless(System.nanoTime() < deadline, "reads and updates have stopped");
      Pause.of(Duration.ofMillis(10));
    }
  }

  private String daddyOf(String key, HttpNode node) throws InterruptedException {
    JsonNode place = node.getJson("/v1/locate/" + HttpNode.segment(key));
    return ring.nameOf(place.path("daddy").path("id").asText());
  }

  private void readBack(List<UnicodeRecords.Row> records) throws InterruptedException {
    chapter("Every record is read back and compared");
    Progress progress =
        new Progress("compared", done -> (double) done / records.size(), out, terminal);
    compare(records, ring.https(), progress);
    progress.finish();
  }

  /** Some records, asked of one node. */
  private void readThrough(String name, List<UnicodeRecords.Row> records)
      throws InterruptedException {
    List<UnicodeRecords.Row> some =
        IntStream.range(0, records.size()).filter(i -> i % 20 == 0).mapToObj(records::get).toList();
    compare(some, List.of(ring.http(name)), done -> {});
    say(String.format(Locale.ROOT, "  %,d records read through it and compared", some.size()));
  }

  private static void compare(
      List<UnicodeRecords.Row> records, List<HttpNode> nodes, LongConsumer progress)
      throws InterruptedException {
    AtomicLong compared = new AtomicLong();
    InFlight reads = new InFlight(Loader.IN_FLIGHT);
    for (int i = 0; i < records.size(); i++) {
      UnicodeRecords.Row record = records.get(i);
      HttpNode node = nodes.get(i % nodes.size());
      reads.submit(
          () ->
              node.sendAsync(node.request(HttpNode.key(record.key())).GET().build())
                  .thenAccept(
                      response -> {
                        byte[] value = HttpNode.expect(response, 200).body();
                        DemoFailure.unless(
                            Arrays.equals(value, record.value().array()),
                            record.key() + " has changed");
                        progress.accept(compared.incrementAndGet());
                      }));
    }
    reads.await();
  }

  private void publishAndAnycast() throws InterruptedException {
    chapter(
        "A message is published to a subscriber on each node; "
            + DemoTopics.ANYCASTS
            + " anycasts go to one each");
    new DemoTopics(ring, out).run();
  }

  private void joinSixth() throws InterruptedException {
    chapter("A sixth node joins and receives its arc");
    String name = "node-" + (NODES + 1);
    ring.startOne(name, ring.process(ring.live().get(0)).listen());
    ring.awaitSettled(REPLICAS, SETTLE_LIMIT);
    sayHoldings(name);
    draw();
  }

  private void comeBack(String killed) throws InterruptedException {
    chapter("The killed node comes back with its data");
    String before = ring.process(killed).id();
    ring.startOne(killed, ring.process(ring.live().get(0)).listen());
    DemoFailure.unless(
        ring.process(killed).id().equals(before), killed + " came back under another id");
    ring.awaitSettled(REPLICAS, SETTLE_LIMIT);
    sayHoldings(killed);
  }

  private void sayHoldings(String name) throws InterruptedException {
    JsonNode view = ring.http(name).getJson("/v1/ring");
    long records = 0;
    for (JsonNode arc : view.path("arcs")) {
      records += arc.path("records").asLong();
    }
    say(
        String.format(
            Locale.ROOT, "  %s leads its arc and keeps about %,d records", name, records));
    DemoFailure.unless(records > 0, name + " has no records");
  }

  private void chapter(String title) {
    say(String.format(Locale.ROOT, "%n%5.1f s  %s", (System.nanoTime() - start) / 1e9, title));
  }

  private void say(String line) {
    out.println(line);
  }
}
