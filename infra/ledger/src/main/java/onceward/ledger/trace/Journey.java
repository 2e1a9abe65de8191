package onceward.ledger.trace;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * One message on its way from a transaction to its effects.
 *
 * @param appended the row of the outbox
 * @param published the records that carry it, oldest first; empty if none was found
 * @param atRelay what is known of the relay while no record is found, as a sentence: whether there
 *     is none, or only none near the time of the message
 * @param consumers those that handle messages of this type
 * @param caused the messages that were appended because this one was handled
 */
public record Journey(
    Appended appended,
    List<Place> published,
    Optional<String> atRelay,
    List<Consumer> consumers,
    List<UUID> caused) {

  /**
   * A row of an outbox.
   *
   * @param database where it is
   * @param transaction by the number that PostgreSQL gave it
   * @param at by the database's clock; empty for an id without a time
   * @param cause the message whose handling appended this one
   * @param correlation the first message of the chain
   */
  public record Appended(
      UUID id,
      String database,
      String aggregateType,
      String aggregateId,
      long version,
      String type,
      long transaction,
      Optional<Instant> at,
      Optional<UUID> cause,
      Optional<UUID> correlation,
      Optional<String> traceparent) {}

  /**
   * A record.
   *
   * @param at by the relay's clock
   */
  public record Place(String topic, int partition, long offset, Instant at) {

    @Override
    public String toString() {
      return topic + "-" + partition + "@" + offset;
    }
  }

  /**
   * A consumer that handles messages of this type.
   *
   * @param at when it got there, by its database's clock
   * @param detail the reason of a dead letter, who closed it and why, or how far the consumer is
   */
  public record Consumer(String name, Step step, Optional<Instant> at, Optional<String> detail) {}

  /** How far a consumer is with a message. */
  public enum Step {
    HANDLED,
    DEAD_LETTER,
    ARCHIVED,
    DISCARDED,
    PARKED,
    /** The consumer has not reached it. */
    WAITS,
    /** The consumer is past it, and nothing says that it was handled. */
    PASSED;

    /** For people and scripts, e.g. {@code dead-letter}. */
    public String words() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Where the message is now, in a few words. */
  public String now() {
    if (published.isEmpty()) {
      return atRelay.orElse("not published");
    }
    var elsewhere =
        consumers.stream()
            .filter(consumer -> consumer.step != Step.HANDLED)
            .map(consumer -> consumer.step.words() + " at " + consumer.name)
            .toList();
    if (!elsewhere.isEmpty()) {
      return String.join(", ", elsewhere);
    }
    return consumers.isEmpty() ? "published; no consumer here handles it" : "handled";
  }
}
