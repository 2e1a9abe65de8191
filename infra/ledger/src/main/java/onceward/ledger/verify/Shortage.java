package onceward.ledger.verify;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What topics, or a consumer, lack of what an outbox has.
 *
 * @param at when the comparison began
 * @param topics the topics that lack messages, by name
 * @param messages the ids of the oldest lacking messages, oldest first, up to a limit
 * @param beyond how many more lack
 * @param notes what an operator should know of the comparison
 */
public record Shortage(
    Instant at, List<OfTopic> topics, List<UUID> messages, long beyond, List<String> notes) {

  public Shortage {
    topics = List.copyOf(topics);
    messages = List.copyOf(messages);
    notes = List.copyOf(notes);
  }

  /**
   * What one topic lacks.
   *
   * @param messages how many messages
   * @param oldest when the oldest of them was appended; empty if its id carries no time
   * @param newest when the newest of them was appended
   * @param laterVersions how many records of the same keys with later versions the topic has: the
   *     lacking messages come behind these
   * @param expired how many messages are not counted above, as Kafka may have deleted their records
   *     by age
   * @param heldByRelay how many messages are not counted above, as the relay holds them or an
   *     operator has discarded them
   * @param withheld how many messages are not counted above, as their records may be behind a
   *     transaction in the topic that has not ended
   */
  public record OfTopic(
      String topic,
      long messages,
      Optional<Instant> oldest,
      Optional<Instant> newest,
      long laterVersions,
      long expired,
      long heldByRelay,
      long withheld) {}

  /** How many messages are missing in all. */
  public long total() {
    return messages.size() + beyond;
  }
}
