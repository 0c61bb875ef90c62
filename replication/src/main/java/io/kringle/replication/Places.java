package io.kringle.replication;

import io.kringle.ring.Id;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where things lie: a record at the hash of its key, and a ledger with its items at the ledger's
 * id, under keys that say so. Those begin with U+10FFFF, which is no character and so begins no key
 * of a record.
 */
final class Places {
  private static final String LEDGER = "\uDBFF\uDFFF";
  private static final int HEX = 2 * Id.BYTES;
  private static final Pattern LEDGER_KEY =
      Pattern.compile(LEDGER + "([0-9a-f]{" + HEX + "})(?:[0-9a-f]{16})?");

  private Places() {}

  /** Whether a key, or all that begin with it, are none that a record may have. */
  static boolean isReserved(String key) {
    return key.startsWith(LEDGER);
  }

  static String ofLedger(Id ledger) {
    return LEDGER + ledger;
  }

  /** In the order of the numbers, after the ledger itself. */
  static String ofItem(Id ledger, long sequence) {
    return ofLedger(ledger) + HexFormat.of().toHexDigits(sequence);
  }

  /** Where the thing of this key lies, whatever it is. */
  static ArcStorage.RecordKey of(String key) {
    Matcher ledger = LEDGER_KEY.matcher(key);
    Id id = ledger.matches() ? Id.ofHex(ledger.group(1)) : Id.ofKey(key);
    return new ArcStorage.RecordKey(id, key);
  }
}
