package onceward.ledger.verify;

import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import onceward.ledger.source.Names;
import onceward.ledger.source.Published;
import org.jspecify.annotations.Nullable;

/**
 * Checks that each aggregate's versions are in their topic without gaps and in order. Takes the
 * records by aggregate, version and place. What was published again does not count. For one thread.
 */
final class KeyOrder {

  private final Names names;
  private final Findings findings;
  private final Set<UUID> strangers;
  private final Set<Judge.Version> discarded;
  private final Predicate<Published> hasAllSinceTheFirst;
  private @Nullable Published before;

  /**
   * A check that knows what was decided of each message.
   *
   * @param strangers messages that do not belong into their topic
   * @param discarded versions that are missing rightly
   * @param hasAllSinceTheFirst whether the record's partition has all records that it ever had
   */
  KeyOrder(
      Names names,
      Findings findings,
      Set<UUID> strangers,
      Set<Judge.Version> discarded,
      Predicate<Published> hasAllSinceTheFirst) {
    this.names = names;
    this.findings = findings;
    this.strangers = strangers;
    this.discarded = discarded;
    this.hasAllSinceTheFirst = hasAllSinceTheFirst;
  }

  void next(Published record) {
    if (record.version() == 0 || strangers.contains(record.id())) {
      return;
    }
    var previous = before;
    if (previous == null || previous.topic() != record.topic() || previous.key() != record.key()) {
      if (record.version() > 1 && hasAllSinceTheFirst.test(record)) {
        gap(record, 1);
      }
    } else if (previous.version() == record.version()) {
      if (!previous.id().equals(record.id())) {
        add(Kind.OUT_OF_ORDER, record, "the same version as message " + previous.id());
      }
      return;
    } else {
      gap(record, previous.version() + 1);
      order(previous, record);
    }
    before = record;
  }

  private void order(Published previous, Published record) {
    if (previous.partition() != record.partition()) {
      add(
          Kind.OUT_OF_ORDER,
          record,
          "version %d is in partition %d".formatted(previous.version(), previous.partition()));
    } else if (record.offset() < previous.offset()) {
      add(
          Kind.OUT_OF_ORDER,
          previous,
          "version %d came first, at offset %d".formatted(record.version(), record.offset()));
    }
  }

  private void gap(Published record, long from) {
    var first = from;
    while (first < record.version()
        && discarded.contains(new Judge.Version(record.topic(), record.key(), first))) {
      first++;
    }
    if (first < record.version()) {
      add(
          Kind.GAP,
          record,
          first == record.version() - 1
              ? "version %d is not in the topic".formatted(first)
              : "versions %d to %d are not in the topic".formatted(first, record.version() - 1));
    }
  }

  private void add(Kind kind, Published record, String why) {
    var topic = names.name(record.topic());
    findings.add(
        kind,
        topic,
        record.id(),
        "%s-%d@%d, version %d: %s"
            .formatted(topic, record.partition(), record.offset(), record.version(), why));
  }
}
