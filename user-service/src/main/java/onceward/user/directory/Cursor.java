package onceward.user.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * A place in the order of the directory. A page begins behind it, whoever came or went meanwhile.
 *
 * @param searchName the name there, as {@link SearchName} has it
 * @param accountId the account there; tells people of one name apart
 */
record Cursor(String searchName, UUID accountId) {

  /** The longest name that a profile may have fits, in capitals and in UTF-8. */
  private static final int TEXT_MAX = 2_000;

  private static final UUID BEFORE_ALL = new UUID(0, 0);
  private static final int ID_LENGTH = 36;

  /** The place before every name that begins so. */
  static Cursor before(String prefix) {
    return new Cursor(prefix, BEFORE_ALL);
  }

  /** The place of somebody who is found. */
  static Cursor of(DirectoryEntry entry) {
    return new Cursor(SearchName.of(requireNonNull(entry.name())), entry.accountId());
  }

  /** As the caller gets it and sends it back. */
  String text() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((accountId + searchName).getBytes(UTF_8));
  }

  /** Reads what {@link #text} has written; empty for anything else. */
  static Optional<Cursor> parse(String text) {
    if (text.length() > TEXT_MAX) {
      return Optional.empty();
    }
    try {
      var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      var decoded = UTF_8.newDecoder().decode(bytes).toString();
      if (decoded.length() < ID_LENGTH || decoded.chars().anyMatch(Character::isISOControl)) {
        return Optional.empty();
      }
      var cursor =
          new Cursor(
              decoded.substring(ID_LENGTH), UUID.fromString(decoded.substring(0, ID_LENGTH)));
      return cursor.text().equals(text) ? Optional.of(cursor) : Optional.empty();
    } catch (CharacterCodingException | IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  /** Names the account only: the rest is personal data. */
  @Override
  public String toString() {
    return "place behind " + accountId;
  }
}
