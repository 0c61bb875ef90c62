package io.kringle.node.cli;

import io.kringle.ring.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Real records that every JVM carries: the characters of Unicode that have a name of their own.
 * Those that are merely named after their block and number, as ideographs are, are left out.
 */
final class UnicodeRecords {
  private UnicodeRecords() {}

  /** All of them, in the order of their code points. */
  static List<Row> all() {
    List<Row> rows = new ArrayList<>();
    for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
      String name = Character.getName(point);
      Character.UnicodeBlock block = Character.UnicodeBlock.of(point);
      if (name != null
          && block != null
          && !name.endsWith(" " + Integer.toHexString(point).toUpperCase(Locale.ROOT))) {
        rows.add(new Row(String.format(Locale.ROOT, "U+%04X", point), value(point, name, block)));
      }
    }
    return rows;
  }

  private static Bytes value(int point, String name, Character.UnicodeBlock block) {
    return Bytes.utf8(
        HttpNode.JSON
            .createObjectNode()
            .put("name", name)
            .put("block", block.toString())
            .put("script", Character.UnicodeScript.of(point).name())
            .put("category", category(Character.getType(point)))
            .toString());
  }

  /** The two letters of the general category (Unicode Standard, table 4-4). */
  static String category(int type) {
    return switch (type) {
      case Character.UPPERCASE_LETTER -> "Lu";
      case Character.LOWERCASE_LETTER -> "Ll";
      case Character.TITLECASE_LETTER -> "Lt";
      case Character.MODIFIER_LETTER -> "Lm";
      case Character.OTHER_LETTER -> "Lo";
      case Character.NON_SPACING_MARK -> "Mn";
      case Character.ENCLOSING_MARK -> "Me";
      case Character.COMBINING_SPACING_MARK -> "Mc";
      case Character.DECIMAL_DIGIT_NUMBER -> "Nd";
      case Character.LETTER_NUMBER -> "Nl";
      case Character.OTHER_NUMBER -> "No";
      case Character.SPACE_SEPARATOR -> "Zs";
      case Character.LINE_SEPARATOR -> "Zl";
      case Character.PARAGRAPH_SEPARATOR -> "Zp";
      case Character.CONTROL -> "Cc";
      case Character.FORMAT -> "Cf";
      case Character.PRIVATE_USE -> "Co";
      case Character.SURROGATE -> "Cs";
      case Character.DASH_PUNCTUATION -> "Pd";
      case Character.START_PUNCTUATION -> "Ps";
      case Character.END_PUNCTUATION -> "Pe";
      case Character.CONNECTOR_PUNCTUATION -> "Pc";
      case Character.OTHER_PUNCTUATION -> "Po";
      case Character.MATH_SYMBOL -> "Sm";
      case Character.CURRENCY_SYMBOL -> "Sc";
      case Character.MODIFIER_SYMBOL -> "Sk";
      case Character.OTHER_SYMBOL -> "So";
      case Character.INITIAL_QUOTE_PUNCTUATION -> "Pi";
      case Character.FINAL_QUOTE_PUNCTUATION -> "Pf";
      default -> "Cn";
    };
  }

  /** A key with its value. */
  record Row(String key, Bytes value) {}
}
