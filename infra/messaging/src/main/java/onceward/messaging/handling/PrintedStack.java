package onceward.messaging.handling;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A failure with its words: of each cause its message and the frames at the top, where failures
 * differ. As much as the database takes.
 */
final class PrintedStack {

  private static final int WORDS_MAX = 1_000;
  private static final int FRAMES_MAX = 12;

  /** The database has the same bound. */
  private static final int CHARACTERS_MAX = 8_000;

  private PrintedStack() {}

  /**
   * At most 8,000 characters that PostgreSQL can store; null if the failure cannot be printed.
   *
   * @param causes the failure, then what caused it, and so on
   */
  static @Nullable String of(List<Throwable> causes) {
    var text = new StringBuilder();
    try {
      causes.forEach(cause -> append(cause, text));
    } catch (RuntimeException | StackOverflowError foreign) {
      // A message of its own may be computed, and fail.
      return null;
    }
    // Half a surrogate pair becomes a question mark.
    return new String(beginning(text.toString(), CHARACTERS_MAX).getBytes(UTF_8), UTF_8)
        .replace('\0', '\uFFFD');
  }

  private static void append(Throwable cause, StringBuilder text) {
    text.append(text.isEmpty() ? "" : "\nCaused by: ")
        .append(beginning(cause.toString(), WORDS_MAX));
    Arrays.stream(cause.getStackTrace())
        .limit(FRAMES_MAX)
        .forEach(frame -> text.append("\n\tat ").append(frame));
  }

  private static String beginning(String text, int length) {
    return text.substring(0, Math.min(text.length(), length));
  }
}
