package io.kringle.replication;

import io.kringle.ring.Failure;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Calls that carry out many requests at once, at most {@value #MOST} of those under way. */
final class Batches {
  private static final int MOST = 65_536;

  private final Client client;
  private int underWay;

  Batches(Client client) {
    this.client = client;
  }

  /**
   * Carries out these requests, all reads or all writes.
   *
   * @param done called once, a moment after {@code timeout} at the latest: what became of each
   */
  void carryOut(
      List<? extends ClientMessage.ByKey> requests,
      Duration timeout,
      Consumer<Result<List<Result<ClientMessage.Reply>>>> done) {
    int count = requests.size();
    if (count == 0) {
      done.accept(Result.ok(List.of()));
      return;
    }
    if (underWay + count > MOST) {
      done.accept(
          Result.failed(Failure.Kind.OVERLOADED, "too many operations in batches under way here"));
      return;
    }
    underWay += count;
    new Batch(
            client,
            requests,
            timeout,
            results -> {
              underWay -= count;
              done.accept(Result.ok(results));
            })
        .begin();
  }
}
