package onceward.ledger.verify;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import onceward.ledger.source.CoverageTopic;
import onceward.ledger.source.Covered;
import onceward.ledger.source.Hours;
import onceward.ledger.source.Hours.HourSum;
import onceward.ledger.source.LedgerException;
import onceward.ledger.source.LedgerSettings;
import onceward.ledger.source.Progress;
import onceward.ledger.source.Scope;
import onceward.ledger.source.Subscribed;
import onceward.ledger.source.Sum;
import onceward.ledger.source.Topics;
import onceward.ledger.verify.HourFacts.ConsumerHours;
import onceward.ledger.verify.HourFacts.OutboxHours;
import onceward.ledger.verify.HourFacts.Rows;

/**
 * Asks for sums instead of messages. The order does not matter: sums of different moments differ,
 * and then the hour is read. For one thread.
 */
final class HourReading {

  private final LedgerSettings settings;
  private final Scope scope;
  private final Progress progress;
  private final List<Source> sources;
  private final Topics topics;
  private final Optional<Instant> from;

  HourReading(
      LedgerSettings settings,
      Scope scope,
      Progress progress,
      List<Source> sources,
      Topics topics) {
    this.settings = settings;
    this.scope = scope;
    this.progress = progress;
    this.sources = sources;
    this.topics = topics;
    this.from = from();
  }

  /** Sums are of no use: everything has to be read. */
  static final class NoUseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String why;

    NoUseException(String why) {
      super(why);
      this.why = why;
    }

    /** As a sentence. */
    String why() {
      return why;
    }
  }

  /**
   * Before that hour, outboxes do not keep all rows, so that sums of them prove nothing; empty if
   * they keep all, or nothing before was asked for.
   */
  Optional<Instant> keptFrom() {
    return outboxFrom()
        .filter(kept -> scope.since().map(since -> since.isBefore(kept)).orElse(true));
  }

  /**
   * Asks.
   *
   * @throws NoUseException if ids without a time are among the messages, or nothing is known of
   *     what relays have published
   */
  HourFacts read() {
    var coverage = coverage();
    // At once: what is published later would stand for what is lost.
    var ends = topics.ends(topics.named(topic -> topic.endsWith(settings.topicSuffix())));
    var outboxes =
        sources.stream()
            .filter(source -> source.catalog().hasOutbox())
            .map(source -> outbox(source, coverage))
            .toList();
    var consumers =
        sources.stream()
            .filter(source -> source.catalog().hasInbox())
            .flatMap(source -> consumers(source).stream())
            .toList();
    var names = new HashSet<String>();
    outboxes.forEach(outbox -> names.addAll(outbox.covered().topicIds().keySet()));
    requireOutboxes(consumers, outboxes, names);
    return new HourFacts(
        outboxes,
        consumers,
        settings.topicSuffix(),
        topics.ids(names),
        ends,
        topics.keptFrom(topics.named(names::contains)));
  }

  private Optional<Instant> outboxFrom() {
    return sources.stream()
        .flatMap(source -> source.catalog().outboxFrom().stream())
        .max(Comparator.naturalOrder());
  }

  /** Whole hours: sums of a part would differ from those of relays. */
  private Optional<Instant> from() {
    var asked = asked();
    return asked.isEmpty() || outboxFrom().map(asked.get()::isBefore).orElse(false)
        ? outboxFrom()
        : asked;
  }

  private Optional<Instant> asked() {
    return scope.since().map(since -> Hours.start(Hours.of(since)));
  }

  private Optional<Instant> until() {
    return scope
        .until()
        .map(until ->
            until.equals(Hours.start(Hours.of(until))) ? until : Hours.start(Hours.of(until) + 1));
  }

  private boolean isMeant(long hour) {
    return from.map(first -> hour >= Hours.of(first)).orElse(true)
        && until().map(end -> hour < Hours.of(end)).orElse(true);
  }

  private CoverageTopic coverage() {
    progress.report("reading what relays have published", 0, 1);
    try {
      return CoverageTopic.read(topics, settings.positionsTopic());
    } catch (LedgerException unreadable) {
      throw new NoUseException(
          "Topic %s, in which relays write down what they have published, cannot be read, so everything is: %s"
              .formatted(settings.positionsTopic(), unreadable.getMessage()));
    }
  }

  private OutboxHours outbox(Source source, CoverageTopic coverage) {
    var covered =
        coverage
            .of(source.catalog().slots())
            .orElseThrow(() ->
                new NoUseException(
                    "The relay of %s has not written down in topic %s what it has published, so everything is read."
                        .formatted(source.name(), settings.positionsTopic())));
    var rows = new HashMap<Long, List<Rows>>();
    // Also of days before those that were dropped: an outbox keeps doubtful days.
    for (var sum : source.outbox().sums(asked(), until(), daysOf("outbox", source))) {
      if (isMeantKind(sum.of().getFirst())) {
        requireTime(sum, "outbox", source);
        rows.computeIfAbsent(sum.hour(), _ -> new ArrayList<>()).add(Rows.of(sum));
      }
    }
    return new OutboxHours(source.name(), rows, meant(covered));
  }

  private boolean isMeantKind(String kind) {
    return scope.topics().isEmpty() || scope.topics().contains(kind + settings.topicSuffix());
  }

  private Covered meant(Covered covered) {
    var hours = new HashMap<Long, Map<String, Sum>>();
    covered
        .hours()
        .forEach((hour, sums) -> {
          var kinds = new HashMap<>(sums);
          kinds.keySet().removeIf(kind -> !isMeantKind(kind));
          if (isMeant(hour) && !kinds.isEmpty()) {
            hours.put(hour, kinds);
          }
        });
    return new Covered(covered.topicIds(), hours, covered.since());
  }

  private List<ConsumerHours> consumers(Source source) {
    var subscriptions = new HashMap<String, List<Subscribed>>();
    source.catalog().subscriptions().stream()
        .filter(one -> scope.topics().isEmpty() || scope.topics().contains(one.topic()))
        .forEach(
            one -> subscriptions.computeIfAbsent(one.consumer(), _ -> new ArrayList<>()).add(one));
    var sums = source.inbox().sums(from, until(), daysOf("inbox", source));
    if (source.catalog().subscriptions().isEmpty() && !sums.isEmpty()) {
      throw new NoUseException(
          "%s does not say which messages its consumers handle, so everything is read."
              .formatted(source.name()));
    }
    var claims = byConsumer(sums, subscriptions::containsKey, source);
    var setAside =
        byConsumer(source.inbox().setAsideSums(from, until()), subscriptions::containsKey, source);
    var inboxFrom = source.catalog().inboxFrom().orElse(new UUID(0, 0));
    return subscriptions.entrySet().stream()
        .map(entry ->
            new ConsumerHours(
                entry.getKey(),
                entry.getValue(),
                claims.getOrDefault(entry.getKey(), Map.of()),
                Set.copyOf(setAside.getOrDefault(entry.getKey(), Map.of()).keySet()),
                inboxFrom))
        .toList();
  }

  private Hours.DaysDone daysOf(String table, Source source) {
    var work = "summing up the %s of %s".formatted(table, source.name());
    return (done, total) -> progress.report(work, done, total);
  }

  /** What a consumer of a topic has to handle, only the outbox behind that topic says. */
  private void requireOutboxes(
      List<ConsumerHours> consumers, List<OutboxHours> outboxes, Set<String> published) {
    var known = new HashSet<>(published);
    outboxes.stream()
        .flatMap(outbox -> outbox.rows().values().stream())
        .flatMap(List::stream)
        .forEach(rows -> known.add(rows.kind() + settings.topicSuffix()));
    for (var consumer : consumers) {
      for (var subscribed : consumer.subscriptions()) {
        if (!known.contains(subscribed.topic())) {
          throw new NoUseException(
              "Topic %s, which %s reads, is of no outbox here, so everything is read."
                  .formatted(subscribed.topic(), consumer.consumer()));
        }
      }
    }
  }

  private static Map<String, Map<Long, Sum>> byConsumer(
      List<HourSum> sums, Predicate<String> isMeant, Source source) {
    var byConsumer = new HashMap<String, Map<Long, Sum>>();
    for (var sum : sums) {
      var consumer = sum.of().getFirst();
      if (isMeant.test(consumer)) {
        requireTime(sum, "inbox", source);
        byConsumer
            .computeIfAbsent(consumer, _ -> new HashMap<>())
            .merge(sum.hour(), sum.sum(), Sum::plus);
      }
    }
    return byConsumer;
  }

  private static void requireTime(HourSum sum, String table, Source source) {
    if (sum.hour() == Hours.NONE) {
      throw new NoUseException(
          "The %s of %s has %,d messages whose ids have no time and so belong to no hour: everything is read."
              .formatted(table, source.name(), sum.sum().count()));
    }
  }
}
