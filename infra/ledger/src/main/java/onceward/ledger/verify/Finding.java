package onceward.ledger.verify;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * How many messages of one topic or consumer have one thing in common, and which.
 *
 * @param subject a topic; or a consumer and its topic; or a database
 * @param count of all, however many are named
 * @param oldest when the oldest message was made; empty if no id carries a time
 * @param examples some of them
 */
public record Finding(
    Kind kind, String subject, long count, Optional<Instant> oldest, List<Example> examples) {

  /**
   * One of them.
   *
   * @param messageId empty for a record that names none
   * @param message what the outbox says that it is; empty if no outbox has it
   * @param detail where it is or what differs
   */
  public record Example(Optional<UUID> messageId, Optional<String> message, String detail) {

    Example describedAs(String words) {
      return new Example(messageId, Optional.of(words), detail);
    }
  }
}
