package onceward.user.directory;

import java.util.regex.Pattern;

/**
 * One generation of the directory: a table with the columns of {@code directory_entry}.
 *
 * @param name becomes part of SQL, so only plain lower-case names are allowed
 */
record DirectoryTable(String name) {

  private static final Pattern PLAIN = Pattern.compile("[a-z][a-z0-9_]{0,62}");

  /** The generation that answers callers. */
  static final DirectoryTable LIVE = new DirectoryTable("directory_entry");

  DirectoryTable {
    if (!PLAIN.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "the table of the directory is '%s'; allowed: a lower-case letter, then at most 62 lower-case letters, digits and underscores"
              .formatted(name));
    }
  }
}
