package onceward.ledger.source;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * That a relay has published a message again, because an operator requested that. Immutable.
 *
 * @param message its id
 * @param request as {@code republish} names it, such as {@code auth/3}
 * @param from when the request was started
 * @param until when the relay noted that Kafka had acknowledged the message
 */
public record Republished(UUID message, String request, Instant from, Instant until) {

  /** By how much the clocks of database and relay may differ. */
  private static final Duration SKEW = Duration.ofSeconds(10);

  /**
   * Whether a record is the one that was published for the request. While a relay carries out a
   * request, it publishes nothing that it captures.
   */
  public boolean covers(Published record) {
    var time = Instant.ofEpochMilli(record.millis());
    return message.equals(record.id())
        && !time.isBefore(from.minus(SKEW))
        && !time.isAfter(until.plus(SKEW));
  }
}
