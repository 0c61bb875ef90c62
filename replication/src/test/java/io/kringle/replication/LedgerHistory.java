package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import java.util.TreeMap;

/** What was told of a ledger, and whether what is in it at the end agrees with that. */
final class LedgerHistory {
  private final TreeMap<Long, Bytes> told = new TreeMap<>();

  /** An append was acknowledged. */
  Bytes told(Bytes payload, Ledgers.Appended appended) {
    Bytes other = told.put(appended.sequence(), payload);
    assertThat(other).as("two items have number %s", appended.sequence()).isNull();
    return payload;
  }

  /** All that is in it. */
  Ledgers.Page is(Ledgers.Page page) {
    assertThat(page.items()).hasSize((int) page.last());
    assertThat(page.items()).extracting(Ledgers.Item::payload).doesNotHaveDuplicates();
    told.forEach(
        (sequence, payload) ->
            assertThat(page.items()).contains(new Ledgers.Item(sequence, payload)));
    return page;
  }
}
