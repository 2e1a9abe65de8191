package onceward.messaging;

/**
 * Whether PostgreSQL can store a text, and how long it gets. Java's strings may hold U+0000 and
 * halves of surrogate pairs; PostgreSQL's may not.
 */
final class StorableText {

  /** Instead of a length. */
  static final int NOT_STORABLE = -1;

  private static final int ESCAPE_LENGTH = "\\u0000".length();
  private static final int SHORT_ESCAPE_LENGTH = "\\n".length();

  private StorableText() {}

  /** Bytes in UTF-8, counted without encoding; {@link #NOT_STORABLE} if it cannot be stored. */
  static int utf8Bytes(String text) {
    var bytes = 0;
    for (var at = 0; at < text.length(); ) {
      var point = text.codePointAt(at);
      if (isUnstorable(point)) {
        return NOT_STORABLE;
      }
      bytes += utf8Bytes(point);
      at += Character.charCount(point);
    }
    return bytes;
  }

  /** Whether the first character of a JSON text that is no white space is this one. */
  static boolean startsWith(char first, String json) {
    for (var at = 0; at < json.length(); at++) {
      if (!Character.isWhitespace(json.charAt(at))) {
        return json.charAt(at) == first;
      }
    }
    return false;
  }

  /**
   * Whether a well-formed JSON text spells U+0000 or half a surrogate pair as an escape, which the
   * database refuses as it refuses the character.
   */
  static boolean escapesUnstorable(String json) {
    for (var at = json.indexOf('\\'); at >= 0; ) {
      var length = SHORT_ESCAPE_LENGTH;
      if (json.charAt(at + 1) == 'u') {
        var point = escapedPoint(json, at);
        if (isUnstorable(point)) {
          return true;
        }
        length = ESCAPE_LENGTH * Character.charCount(point);
      }
      at = json.indexOf('\\', at + length);
    }
    return false;
  }

  // A pair counts as one only if both halves are escaped, one right after the other.
  private static int escapedPoint(String json, int at) {
    var first = escapedChar(json, at);
    var next = at + ESCAPE_LENGTH;
    if (!Character.isHighSurrogate(first) || !json.startsWith("\\u", next)) {
      return first;
    }
    var second = escapedChar(json, next);
    return Character.isLowSurrogate(second) ? Character.toCodePoint(first, second) : first;
  }

  private static char escapedChar(String json, int at) {
    return (char) Integer.parseInt(json, at + 2, at + ESCAPE_LENGTH, 16);
  }

  private static boolean isUnstorable(int point) {
    return point == 0 || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
  }

  private static int utf8Bytes(int point) {
    if (point < 0x80) {
      return 1;
    }
    if (point < 0x800) {
      return 2;
    }
    return Character.isBmpCodePoint(point) ? 3 : 4;
  }
}
