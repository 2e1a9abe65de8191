package onceward.user.directory;

import onceward.problem.InvalidFieldException;
import org.jspecify.annotations.Nullable;

/**
 * One page of a search in the directory.
 *
 * @param prefix with which the names begin, as {@link SearchName} has it
 * @param after the place behind which the page begins
 * @param limit how many people the page has at most
 */
record DirectorySearch(String prefix, Cursor after, int limit) {

  private static final int PREFIX_MIN = 3;
  private static final int PREFIX_MAX = 100;
  private static final int LIMIT_MAX = 100;
  private static final int LIMIT_DEFAULT = 20;

  /**
   * Reads the parameters of a request.
   *
   * @throws InvalidFieldException for the first one that is not valid
   */
  static DirectorySearch of(
      @Nullable String prefix, @Nullable String limit, @Nullable String cursor) {
    var searched = prefix(prefix);
    return new DirectorySearch(searched, after(cursor, searched), limit(limit));
  }

  /** The same, and one more: whether another page follows. */
  DirectorySearch withOneMore() {
    return new DirectorySearch(prefix, after, limit + 1);
  }

  private static String prefix(@Nullable String given) {
    if (given == null) {
      throw new InvalidFieldException("prefix", "is missing: send the beginning of a name");
    }
    var composed = SearchName.composed(given);
    var length = composed.codePointCount(0, composed.length());
    if (length < PREFIX_MIN || length > PREFIX_MAX) {
      throw new InvalidFieldException(
          "prefix",
          "has %d characters without the blanks around it; allowed: %d to %d"
              .formatted(length, PREFIX_MIN, PREFIX_MAX));
    }
    if (composed.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidFieldException(
          "prefix", "has a control character; allowed: characters that names have");
    }
    return SearchName.of(composed);
  }

  private static int limit(@Nullable String given) {
    if (given == null) {
      return LIMIT_DEFAULT;
    }
    try {
      var limit = Integer.parseInt(given);
      if (limit >= 1 && limit <= LIMIT_MAX) {
        return limit;
      }
    } catch (NumberFormatException unreadable) {
      // As wrong as a number out of range.
    }
    throw new InvalidFieldException(
        "limit", "must be a whole number; allowed: 1 to %d".formatted(LIMIT_MAX));
  }

  private static Cursor after(@Nullable String given, String prefix) {
    return given == null
        ? Cursor.before(prefix)
        : Cursor.parse(given)
            .filter(cursor -> cursor.searchName().startsWith(prefix))
            .orElseThrow(() ->
                new InvalidFieldException(
                    "cursor",
                    "is not of this search: send the 'next' of a page of the same prefix, or none to begin"));
  }
}
