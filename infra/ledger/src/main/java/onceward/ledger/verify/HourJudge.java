package onceward.ledger.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import onceward.ledger.source.Hours;
import onceward.ledger.source.Ids;
import onceward.ledger.source.Subscribed;
import onceward.ledger.source.Sum;
import onceward.ledger.verify.HourFacts.ConsumerHours;
import onceward.ledger.verify.HourFacts.OutboxHours;
import onceward.ledger.verify.Verdict.ConsumerVerdict;
import onceward.ledger.verify.Verdict.TopicVerdict;

/**
 * Decides which hours are proven: the sums of what was appended, published and claimed agree. Asks
 * nobody. What it doubts may be fine; what it does not doubt has every row published and claimed.
 * For one thread.
 */
final class HourJudge {

  private final HourFacts facts;

  HourJudge(HourFacts facts) {
    this.facts = facts;
  }

  /** Why an hour is not proven, without a full stop; empty if it is. */
  Optional<String> doubt(long hour) {
    for (var outbox : facts.outboxes()) {
      var doubt = published(outbox, hour).or(() -> inTheSameTopics(outbox, hour));
      if (doubt.isPresent()) {
        return doubt;
      }
    }
    for (var consumer : facts.consumers()) {
      var doubt = claimed(consumer, hour);
      if (doubt.isPresent()) {
        return doubt;
      }
    }
    return Optional.empty();
  }

  /** Whether Kafka may have deleted records of that hour by age. */
  boolean isExpired(long hour) {
    return facts.outboxes().stream()
        .flatMap(outbox -> outbox.kindsOf(hour).keySet().stream())
        .anyMatch(kind -> isExpired(facts.topicOf(kind), hour));
  }

  private boolean isExpired(String topic, long hour) {
    var keptFrom = facts.keptFrom().get(topic);
    return keptFrom != null && Hours.start(hour).isBefore(keptFrom);
  }

  /**
   * What a topic must hold at least.
   *
   * @param fromHour the first hour of which it still has all records
   * @param messages made and published since that hour began
   */
  record Least(long fromHour, long messages) {}

  /**
   * What topics must hold since the first proven hour of which they keep all records, by topic: all
   * that relays have counted since then, also of hours that are not proven. Otherwise the messages
   * of the present hour would stand for as many that are lost.
   */
  Map<String, Least> least(Iterable<Long> proven) {
    var from = new HashMap<String, Long>();
    for (long hour : proven) {
      for (var outbox : facts.outboxes()) {
        for (var kind : outbox.kindsOf(hour).keySet()) {
          var topic = facts.topicOf(kind);
          if (!isExpired(topic, hour)) {
            from.merge(topic, hour, Math::min);
          }
        }
      }
    }
    var least = new HashMap<String, Least>();
    from.forEach((topic, hour) -> least.put(topic, new Least(hour, counted(topic, hour))));
    return least;
  }

  private long counted(String topic, long fromHour) {
    return facts.outboxes().stream()
        .flatMap(outbox -> outbox.covered().hours().entrySet().stream())
        .filter(hour -> hour.getKey() >= fromHour)
        .flatMap(hour -> hour.getValue().entrySet().stream())
        .filter(kind -> facts.topicOf(kind.getKey()).equals(topic))
        .mapToLong(kind -> kind.getValue().count())
        .sum();
  }

  /** What a proven hour has of each topic. */
  List<TopicVerdict> topics(long hour) {
    return facts.outboxes().stream()
        .flatMap(outbox -> outbox.kindsOf(hour).entrySet().stream())
        .map(kind ->
            new TopicVerdict(
                facts.topicOf(kind.getKey()), kind.getValue().count(), kind.getValue().count()))
        .toList();
  }

  /** What each consumer has handled of a proven hour. */
  List<ConsumerVerdict> consumers(long hour) {
    return facts.consumers().stream()
        .flatMap(consumer ->
            rowsFor(consumer, hour).stream()
                .map(due ->
                    new ConsumerVerdict(
                        consumer.consumer(),
                        due.topic,
                        due.handles == Handles.YES ? due.sum.count() : 0)))
        .toList();
  }

  /** Whether an hour has messages of a topic. */
  boolean concerns(String topic, long hour) {
    return facts.outboxes().stream()
        .flatMap(outbox -> outbox.rowsOf(hour).stream())
        .anyMatch(rows -> facts.topicOf(rows.kind()).equals(topic));
  }

  private Optional<String> published(OutboxHours outbox, long hour) {
    var rows = outbox.kindsOf(hour);
    var covered = outbox.covered().hours().getOrDefault(hour, Map.of());
    var kinds = new TreeSet<>(rows.keySet());
    kinds.addAll(covered.keySet());
    for (var kind : kinds) {
      var appended = rows.getOrDefault(kind, Sum.NONE);
      var published = covered.getOrDefault(kind, Sum.NONE);
      if (!appended.equals(published)) {
        var since = outbox.covered().since();
        if (since.isPresent() && hour < Hours.of(since.get())) {
          return Optional.of(
              "the relay of %s has counted only since %s: accept, a move or an older relay began its count anew"
                  .formatted(outbox.database(), since.get()));
        }
        return Optional.of(
            differ(
                "the outbox of %s has %%,d messages of %s, and its relay has published %%s"
                    .formatted(outbox.database(), kind),
                appended,
                published));
      }
    }
    return Optional.empty();
  }

  private static String differ(String sentence, Sum one, Sum other) {
    return sentence.formatted(
        one.count(), one.count() == other.count() ? "others" : "%,d".formatted(other.count()));
  }

  private Optional<String> inTheSameTopics(OutboxHours outbox, long hour) {
    for (var kind : new TreeSet<>(outbox.kindsOf(hour).keySet())) {
      var topic = facts.topicOf(kind);
      var published = outbox.covered().topicIds().get(topic);
      if (published == null) {
        return Optional.of("the relay does not name topic %s".formatted(topic));
      }
      if (!published.equals(facts.topicIds().get(topic))) {
        return Optional.of("topic %s is not the one that was published to".formatted(topic));
      }
    }
    return Optional.empty();
  }

  private Optional<String> claimed(ConsumerHours consumer, long hour) {
    if (consumer.setAside().contains(hour)) {
      return Optional.of("%s has set messages aside".formatted(consumer.consumer()));
    }
    var expected = Sum.NONE;
    for (var rows : rowsFor(consumer, hour)) {
      switch (rows.handles) {
        case YES -> expected = expected.plus(rows.sum);
        case NO -> {}
        case FROM_THEN_ON -> {
          return Optional.of(
              "%s handles %s since a moment in this hour"
                  .formatted(consumer.consumer(), rows.type));
        }
      }
    }
    var claims = consumer.claims().getOrDefault(hour, Sum.NONE);
    if (!expected.equals(claims)) {
      return Optional.of(
          differ(
              "%s has %%,d messages to handle and has claimed %%s".formatted(consumer.consumer()),
              expected,
              claims));
    }
    return expected.count() > 0
            && Ids.ORDER.compare(Ids.lowest(Hours.start(hour)), consumer.inboxFrom()) < 0
        ? Optional.of("the inbox of %s does not keep all of it".formatted(consumer.consumer()))
        : Optional.empty();
  }

  private enum Handles {
    YES,
    NO,
    FROM_THEN_ON
  }

  private record Due(String topic, String type, Sum sum, Handles handles) {}

  private List<Due> rowsFor(ConsumerHours consumer, long hour) {
    var due = new ArrayList<Due>();
    for (var subscribed : consumer.subscriptions()) {
      for (var outbox : facts.outboxes()) {
        for (var rows : outbox.rowsOf(hour)) {
          if (facts.topicOf(rows.kind()).equals(subscribed.topic())) {
            due.add(
                new Due(
                    subscribed.topic(),
                    rows.type(),
                    rows.sum(),
                    handles(subscribed, rows.type(), hour)));
          }
        }
      }
    }
    return due;
  }

  private static Handles handles(Subscribed subscribed, String type, long hour) {
    var since = subscribed.since().get(type);
    if (since == null) {
      return Handles.NO;
    }
    if (since.isEmpty() || !since.get().isAfter(Hours.start(hour))) {
      return Handles.YES;
    }
    return since.get().isBefore(Hours.start(hour + 1)) ? Handles.FROM_THEN_ON : Handles.NO;
  }
}
