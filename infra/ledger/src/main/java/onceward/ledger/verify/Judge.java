package onceward.ledger.verify;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import onceward.ledger.source.Appended;
import onceward.ledger.source.Claimed;
import onceward.ledger.source.Ids;
import onceward.ledger.source.Published;
import onceward.ledger.source.SetAside.Where;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is to be said of each message. Asks nobody: what cannot be decided by what is known
 * is left to the caller as {@link #suspects}. For one thread.
 */
final class Judge {

  /** A place in the order of an aggregate. */
  record Version(int topic, long key, long version) {}

  /** Beyond so many, what goes with a finding is reported as well. */
  private static final int REMEMBERED_MAX = 100_000;

  private final Facts facts;
  private final Findings findings;
  private final Map<Integer, TopicCount> topics = new HashMap<>();
  private final Map<Integer, Map<Integer, Long>> handled = new HashMap<>();
  private final List<Trail> suspects = new ArrayList<>();
  private final Set<UUID> strangers = new HashSet<>();
  private final Set<Version> discarded = new HashSet<>();

  Judge(Facts facts, Findings findings) {
    this.facts = facts;
    this.findings = findings;
  }

  /** How many rows a topic should have, how many it has. */
  static final class TopicCount {
    long appended;
    long published;
  }

  void judge(Trail trail) {
    if (trail.rows().isEmpty()) {
      withoutRow(trail);
    } else {
      var row = trail.rows().getFirst();
      var topic = facts.topicOf(row.aggregateType());
      if (facts.isMeant(topic)) {
        withRow(trail, row, topic);
      }
    }
  }

  /** Published or handled, and not among the rows: either appended since, or ghosts. */
  List<Trail> suspects() {
    return suspects;
  }

  /**
   * Says so of a suspect that no outbox has even now.
   *
   * @param outboxFrom before when outboxes have dropped rows by now
   */
  void isGhost(Trail trail, Optional<Instant> outboxFrom) {
    var mayBeDropped =
        outboxFrom
            .map(from -> Ids.time(trail.id()).map(time -> time.isBefore(from)).orElse(true))
            .orElse(false);
    for (var record : trail.records()) {
      var topic = name(record.topic());
      if (facts.isLost(record)) {
        // It follows the order of its aggregate like any other.
        findings.add(Kind.OUTBOX_LOST, topic, trail.id(), at(record));
        continue;
      }
      stranger(trail.id());
      if (mayBeDropped) {
        findings.add(
            Kind.UNPROVEN,
            topic,
            trail.id(),
            at(record) + ", and the outbox keeps no rows of that time");
      } else {
        findings.add(Kind.GHOST, topic, trail.id(), at(record));
      }
    }
    if (trail.records().isEmpty() && !mayBeDropped) {
      for (var claim : trail.claims()) {
        if (!isMeant(claim)) {
          continue;
        }
        if (facts.mayHaveBeen(trail.id(), claim.consumer())) {
          findings.add(
              Kind.UNPROVEN,
              name(claim.consumer()),
              trail.id(),
              "handled; its row was lost with an outbox, and its record is older than the first of its topic");
        } else {
          findings.add(Kind.GHOST, name(claim.consumer()), trail.id(), "handled, and in no topic");
        }
      }
    }
  }

  /** By the number of a topic. */
  Map<Integer, TopicCount> topics() {
    return topics;
  }

  /** How many messages of the topic the consumer has handled. */
  long handled(int consumer, int topic) {
    return handled.getOrDefault(consumer, Map.of()).getOrDefault(topic, 0L);
  }

  /** Messages that are in a topic and do not belong there: they follow no order. */
  Set<UUID> strangers() {
    return strangers;
  }

  /** Versions that are missing because an operator decided so. */
  Set<Version> discarded() {
    return discarded;
  }

  private void withRow(Trail trail, Appended row, int topic) {
    var count = topics.computeIfAbsent(topic, _ -> new TopicCount());
    count.appended++;
    var rightRecords = 0;
    for (var record : trail.records()) {
      if (record.topic() != topic) {
        stranger(trail.id());
        findings.add(
            Kind.WRONG_TOPIC,
            name(record.topic()),
            trail.id(),
            "%s, and belongs to %s".formatted(at(record), name(topic)));
      } else {
        rightRecords++;
        compare(row, record);
        if (rightRecords > 1) {
          findings.add(Kind.DUPLICATE, name(topic), trail.id(), at(record));
        }
      }
    }
    if (rightRecords > 0) {
      count.published++;
      consumers(trail, topic, row.type());
    } else {
      absent(trail, row, topic);
    }
  }

  private void compare(Appended row, Published record) {
    var different = new ArrayList<String>(0);
    if (record.key() != row.key()) {
      different.add("key");
    }
    if (record.type() != row.type()) {
      different.add("type (%s)".formatted(name(record.type())));
    }
    if (record.version() != row.version()) {
      different.add("version (%d)".formatted(record.version()));
    }
    if (record.payload() != row.payload()) {
      different.add("payload");
    }
    if (!different.isEmpty()) {
      findings.add(
          Kind.DIFFERS,
          name(record.topic()),
          row.id(),
          "%s: other %s".formatted(at(record), String.join(", ", different)));
    }
  }

  private void absent(Trail trail, Appended row, int topic) {
    var subject = name(topic);
    var read = facts.topics().get(topic);
    if (trail.isAt(Where.DISCARDED_AT_RELAY)) {
      if (discarded.size() < REMEMBERED_MAX) {
        discarded.add(new Version(topic, row.key(), row.version()));
      }
      findings.add(Kind.DISCARDED, subject, row.id(), "at the relay");
    } else if (trail.isAt(Where.HELD_BY_RELAY)) {
      findings.add(Kind.HELD_BY_RELAY, subject, row.id(), "of database " + name(row.database()));
    } else if (read != null && read.mayHaveExpired(row.keyHash(), row.id())) {
      findings.add(
          Kind.UNPROVEN, subject, row.id(), "older than the first record of its partition");
      expired(trail, row, topic, read);
    } else if (read != null && read.mayBeWithheld(row.keyHash())) {
      findings.add(Kind.WITHHELD, subject, row.id(), "of database " + name(row.database()));
    } else if (relayIsPast(row) && read != null && read.isEmptied(row.keyHash())) {
      findings.add(
          Kind.UNPROVEN,
          subject,
          row.id(),
          "its partition is empty, so somebody may have deleted its record");
      expired(trail, row, topic, read);
    } else if (relayIsPast(row)) {
      findings.add(
          Kind.MISSING,
          subject,
          row.id(),
          read == null ? "the topic does not exist" : "of database " + name(row.database()));
    } else if (read == null && !trail.claims().isEmpty()) {
      // A consumer had the record, so the topic was deleted after the relay had published it.
      findings.add(
          Kind.MISSING, subject, row.id(), "handled by a consumer; the topic does not exist");
    } else {
      findings.add(
          Kind.NOT_PUBLISHED_YET,
          subject,
          row.id(),
          "of database %s%s"
              .formatted(
                  name(row.database()),
                  read == null
                      ? "; the topic does not exist, so nobody can tell whether it ever had the record"
                      : ""));
    }
  }

  private boolean relayIsPast(Appended row) {
    return facts.relayIsPast().getOrDefault(row.database(), false);
  }

  /** While its relay is behind, it may be that nothing was published that could be lost. */
  private void expired(Trail trail, Appended row, int topic, Facts.TopicFacts read) {
    for (var consumer : facts.consumers()) {
      if (consumer.topic() != topic || !consumer.handles(row.type(), trail.id())) {
        continue;
      }
      if (isSetAside(trail, consumer)) {
        continue;
      }
      if (trail.isClaimedBy(consumer.consumer())) {
        countHandled(consumer);
      } else if (consumer.remembers(trail.id()) && relayIsPast(row)) {
        goneBefore(trail, consumer, read);
      }
    }
  }

  private void goneBefore(Trail trail, Facts.ConsumerFacts consumer, Facts.TopicFacts read) {
    var topic = name(consumer.topic());
    if (consumer.mayHaveBegunTooLate(trail.id(), read)) {
      findings.add(
          Kind.UNPROVEN,
          subject(consumer),
          trail.id(),
          "may have been deleted from %s before the consumer began".formatted(topic));
    } else {
      findings.add(Kind.LOST, subject(consumer), trail.id(), "deleted from " + topic);
    }
  }

  private void consumers(Trail trail, int topic, int type) {
    for (var consumer : facts.consumers()) {
      if (consumer.topic() == topic && consumer.handles(type, trail.id())) {
        consumer(trail, consumer);
      }
    }
  }

  /** What is set aside is claimed as well: so it is looked at before the claim. */
  private void consumer(Trail trail, Facts.ConsumerFacts consumer) {
    if (isSetAside(trail, consumer)) {
      return;
    }
    if (trail.isClaimedBy(consumer.consumer())) {
      countHandled(consumer);
    } else if (!consumer.remembers(trail.id())) {
      findings.add(Kind.UNPROVEN, subject(consumer), trail.id(), "older than what the inbox keeps");
    } else {
      var passed = passed(trail, consumer);
      if (passed == null) {
        findings.add(Kind.NOT_HANDLED_YET, subject(consumer), trail.id(), first(trail, consumer));
      } else {
        findings.add(Kind.NOT_HANDLED, subject(consumer), trail.id(), passed);
      }
    }
  }

  private boolean isSetAside(Trail trail, Facts.ConsumerFacts consumer) {
    var kind = setAside(trail, consumer.consumer());
    if (kind == null) {
      return false;
    }
    findings.add(kind, subject(consumer), trail.id(), first(trail, consumer));
    return true;
  }

  private static @Nullable Kind setAside(Trail trail, int consumer) {
    if (trail.isAt(Where.DEAD_LETTER, consumer)) {
      return Kind.DEAD_LETTER;
    }
    if (trail.isAt(Where.PARKED, consumer)) {
      return Kind.PARKED;
    }
    if (trail.isAt(Where.ARCHIVED, consumer)) {
      return Kind.ARCHIVED;
    }
    return trail.isAt(Where.DISCARDED, consumer) ? Kind.DISCARDED : null;
  }

  /** Where the record is that the consumer has passed; null if it has passed none. */
  private @Nullable String passed(Trail trail, Facts.ConsumerFacts consumer) {
    for (var record : trail.records()) {
      if (record.topic() == consumer.topic()
          && record.offset() < consumer.passed().getOrDefault(record.partition(), 0L)) {
        return at(record);
      }
    }
    return null;
  }

  private String first(Trail trail, Facts.ConsumerFacts consumer) {
    for (var record : trail.records()) {
      if (record.topic() == consumer.topic()) {
        return at(record);
      }
    }
    return "no longer in the topic";
  }

  private void withoutRow(Trail trail) {
    for (var record : trail.records()) {
      topics.computeIfAbsent(record.topic(), _ -> new TopicCount());
    }
    if (!trail.records().isEmpty()) {
      var record = trail.records().getFirst();
      consumers(trail, record.topic(), record.type());
      suspects.add(trail);
    } else if (trail.claims().stream().anyMatch(this::isMeant)
        && facts.scope().topics().isEmpty()
        && facts.scope().aggregate().isEmpty()) {
      suspects.add(trail);
    }
  }

  private boolean isMeant(Claimed claim) {
    var consumer = facts.scope().consumer();
    return consumer.isEmpty() || consumer.get().equals(name(claim.consumer()));
  }

  private void countHandled(Facts.ConsumerFacts consumer) {
    handled
        .computeIfAbsent(consumer.consumer(), _ -> new HashMap<>())
        .merge(consumer.topic(), 1L, Long::sum);
  }

  private void stranger(UUID id) {
    if (strangers.size() < REMEMBERED_MAX) {
      strangers.add(id);
    }
  }

  private String subject(Facts.ConsumerFacts consumer) {
    return subject(name(consumer.consumer()), name(consumer.topic()));
  }

  static String subject(String consumer, String topic) {
    return consumer + " on " + topic;
  }

  private String at(Published record) {
    return "%s-%d@%d".formatted(name(record.topic()), record.partition(), record.offset());
  }

  private String name(int number) {
    return facts.names().name(number);
  }
}
