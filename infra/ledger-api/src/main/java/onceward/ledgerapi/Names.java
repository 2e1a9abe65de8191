package onceward.ledgerapi;

import java.time.Instant;
import onceward.ledger.source.Moments;
import onceward.problem.InvalidFieldException;

/** The texts that callers give. */
final class Names {

  /** An outbox allows no longer id of an aggregate. */
  private static final int LENGTH_MAX = 256;

  private static final int SHOWN_MAX = 64;

  private Names() {}

  /**
   * A name or an id, without the spaces around it.
   *
   * @throws InvalidFieldException if it is empty, too long, or holds characters of control, which
   *     no database takes
   */
  static String require(String field, String given) {
    var name = given.strip();
    if (name.isEmpty()
        || name.length() > LENGTH_MAX
        || name.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidFieldException(
          field,
          "is '%s'; allowed are 1 to %d characters, none of control"
              .formatted(shown(name), LENGTH_MAX));
    }
    return name;
  }

  /**
   * A moment.
   *
   * @throws InvalidFieldException if the text names none
   */
  static Instant moment(String field, String given) {
    try {
      return Moments.parse(shown(given));
    } catch (IllegalArgumentException noMoment) {
      throw new InvalidFieldException(field, String.valueOf(noMoment.getMessage()));
    }
  }

  /** Of bounded length, and in one line. */
  static String shown(String text) {
    return text.substring(0, Math.min(text.length(), SHOWN_MAX)).replaceAll("\\p{Cntrl}", "?");
  }
}
