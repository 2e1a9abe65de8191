package onceward.ledger.verify;

import static java.util.stream.Collectors.toSet;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import onceward.ledger.sort.Sorter;
import onceward.ledger.source.Names;
import onceward.ledger.source.Outbox;
import onceward.ledger.source.Progress;
import onceward.ledger.source.Published;
import onceward.ledger.source.Scope;
import onceward.ledger.source.Topics;
import onceward.ledger.verify.Facts.TopicFacts;
import org.apache.kafka.common.TopicPartition;

/** Reads topics once, and gives what they have in two orders. For one thread. */
final class TopicReading implements Topics.Reader {

  private final Scope scope;
  private final Names names;
  private final Findings findings;
  private final Sorter<Published> byId;
  private final Sorter<Published> byVersion;
  private final Optional<Long> key;
  private final Map<TopicPartition, Instant> firsts = new HashMap<>();

  TopicReading(Scope scope, Names names, Findings findings, Opened opened) {
    this.scope = scope;
    this.names = names;
    this.findings = findings;
    this.byId = opened.add(new Sorter<>(Published.CODEC, Published.BY_ID));
    this.byVersion = opened.add(new Sorter<>(Published.CODEC, Published.BY_VERSION));
    this.key = scope.aggregate().map(Outbox::keyDigest);
  }

  /**
   * Reads to the present end, or to a time.
   *
   * @param publishedBefore if given, later records are not read
   * @param suffix of the topics that belong to outboxes
   * @param ofConsumers the topics that consumers read
   * @return what is known of each topic, by the number of its name
   */
  Map<Integer, TopicFacts> read(
      Topics topics,
      String suffix,
      Set<String> ofConsumers,
      Optional<Instant> publishedBefore,
      Progress progress)
      throws InterruptedException {
    var counts = topics.named(topic -> isMeant(topic, suffix, ofConsumers));
    progress.report("waiting for open transactions", 0, 1);
    var withheld = topics.withheld(counts);
    var ranges = topics.ranges(counts, scope.since(), publishedBefore);
    var total = ranges.values().stream().mapToLong(Topics.Range::length).sum();
    topics.read(
        ranges,
        names,
        this,
        done -> progress.report("reading topics", Math.min(done, total), total));
    var deleted = deleted(ranges);
    var keeps = topics.keeps(deleted.stream().map(TopicPartition::topic).collect(toSet()));
    var keptFrom = keptFrom(deleted, keeps);
    var facts = new HashMap<Integer, TopicFacts>();
    counts.forEach((topic, partitions) ->
        facts.put(
            names.number(topic),
            new TopicFacts(
                partitions,
                keptFrom.getOrDefault(topic, Map.of()),
                begun(topic, ranges),
                ofTopic(topic, emptied(ranges)),
                ofTopic(topic, withheld),
                Optional.ofNullable(keeps.get(topic)))));
    return facts;
  }

  Iterator<Published> byId() {
    return byId.sorted();
  }

  Iterator<Published> byVersion() {
    return byVersion.sorted();
  }

  @Override
  public void published(Published record) {
    if (scope.includes(record.id()) && key.map(one -> one == record.key()).orElse(true)) {
      byId.add(record);
      byVersion.add(record);
    }
  }

  @Override
  public void unreadable(String topic, String place) {
    findings.add(Kind.GHOST, topic, null, place + " names no message");
  }

  @Override
  public void first(TopicPartition partition, Instant published) {
    firsts.put(partition, published);
  }

  private boolean isMeant(String topic, String suffix, Set<String> ofConsumers) {
    if (!scope.topics().isEmpty()) {
      return scope.topics().contains(topic);
    }
    return ofConsumers.contains(topic) || (scope.consumer().isEmpty() && topic.endsWith(suffix));
  }

  private static Set<Integer> ofTopic(String topic, Set<TopicPartition> places) {
    return places.stream()
        .filter(place -> place.topic().equals(topic))
        .map(TopicPartition::partition)
        .collect(toSet());
  }

  private Set<TopicPartition> emptied(Map<TopicPartition, Topics.Range> ranges) {
    return deleted(ranges).stream().filter(place -> !firsts.containsKey(place)).collect(toSet());
  }

  private Map<Integer, Instant> begun(String topic, Map<TopicPartition, Topics.Range> ranges) {
    var begun = new HashMap<Integer, Instant>();
    ranges.forEach((place, range) -> {
      if (place.topic().equals(topic) && range.begin() == 0 && range.from() == 0) {
        begun.put(place.partition(), firsts.getOrDefault(place, Instant.MAX));
      }
    });
    return begun;
  }

  /**
   * Where Kafka has deleted records, and the first that is left was read. If reading began later,
   * records of an earlier time than asked for are left, so none of the time asked for is deleted.
   */
  private static Set<TopicPartition> deleted(Map<TopicPartition, Topics.Range> ranges) {
    return ranges.entrySet().stream()
        .filter(
            one -> one.getValue().begin() > 0 && one.getValue().from() == one.getValue().begin())
        .map(Map.Entry::getKey)
        .collect(toSet());
  }

  /**
   * @param deleted where Kafka has deleted records
   * @return from when on records are there, by topic and partition
   */
  private Map<String, Map<Integer, Instant>> keptFrom(
      Set<TopicPartition> deleted, Map<String, Duration> keeps) {
    var keptFrom = new HashMap<String, Map<Integer, Instant>>();
    for (var place : deleted) {
      var first = firsts.get(place);
      keptFrom
          .computeIfAbsent(place.topic(), _ -> new HashMap<>())
          .put(
              place.partition(),
              first == null
                  // Nothing is left: unless Kafka says how long it keeps records, nobody can tell.
                  ? Optional.ofNullable(keeps.get(place.topic()))
                      .map(Topics::deletedBefore)
                      .orElse(Instant.MAX)
                  : first.plus(Topics.CLOCKS_DIFFER_MAX));
    }
    return keptFrom;
  }
}
