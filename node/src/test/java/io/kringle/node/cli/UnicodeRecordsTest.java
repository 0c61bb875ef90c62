package io.kringle.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class UnicodeRecordsTest {

  @Test
  void thereAreMoreThanThirtyThousandWithAKeyOfTheirOwn() {
    List<UnicodeRecords.Row> records = UnicodeRecords.all();
    assertThat(records).hasSizeGreaterThan(30_000);
    assertThat(records.stream().map(UnicodeRecords.Row::key).distinct()).hasSize(records.size());
  }

  @Test
  void aRecordTellsNameBlockScriptAndCategory() {
    assertThat(UnicodeRecords.all())
        .filteredOn(row -> row.key().equals("U+1F600"))
        .singleElement()
        .extracting(row -> row.value().toUtf8())
        .isEqualTo(
            "{\"name\":\"GRINNING"
                + " FACE\",\"block\":\"EMOTICONS\",\"script\":\"COMMON\",\"category\":\"So\"}");
  }
}
