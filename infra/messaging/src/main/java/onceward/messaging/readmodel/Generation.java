package onceward.messaging.readmodel;

import java.util.regex.Pattern;

/**
 * One of the two tables of a read model.
 *
 * @param number 1 or 2
 * @param table becomes part of SQL, so only plain lower-case names are allowed
 */
public record Generation(int number, String table) {

  private static final Pattern PLAIN = Pattern.compile("[a-z][a-z0-9_]{0,62}");

  public Generation {
    if (number != 1 && number != 2) {
      throw new IllegalArgumentException("the generation is %d; allowed: 1, 2".formatted(number));
    }
    if (!PLAIN.matcher(table).matches()) {
      throw new IllegalArgumentException(
          "the table of a read model is '%s'; allowed: a lower-case letter, then at most 62 lower-case letters, digits and underscores"
              .formatted(table));
    }
  }
}
