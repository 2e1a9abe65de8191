package onceward.ledger.verify;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import onceward.ledger.source.LedgerException;
import onceward.ledger.source.Names;
import onceward.ledger.source.Scope;
import onceward.ledger.source.Subscribed;
import onceward.ledger.source.Topics;
import onceward.ledger.source.UnknownNameException;
import onceward.ledger.verify.Facts.ConsumerFacts;
import org.apache.kafka.common.TopicPartition;

/** What the consumers that are meant say of themselves. */
final class Consumers {

  private record Of(Source source, Subscribed subscribed) {}

  private final List<Of> meant = new ArrayList<>();

  /**
   * @throws LedgerException if the scope names a consumer that no database knows
   */
  Consumers(List<Source> sources, Scope scope) {
    var known = new ArrayList<Of>();
    for (var source : sources) {
      source.catalog().subscriptions().forEach(one -> known.add(new Of(source, one)));
    }
    known.stream()
        .filter(one -> scope.consumer().map(one.subscribed.consumer()::equals).orElse(true))
        .forEach(meant::add);
    if (scope.consumer().isPresent() && meant.isEmpty()) {
      throw new UnknownNameException(
          "No consumer is called '%s'; known are: %s."
              .formatted(
                  scope.consumer().get(),
                  known.stream()
                      .map(one -> one.subscribed.consumer())
                      .distinct()
                      .sorted()
                      .collect(Collectors.joining(", "))));
    }
  }

  /** The topics that they read. */
  Set<String> topics() {
    return meant.stream().map(one -> one.subscribed.topic()).collect(Collectors.toSet());
  }

  /**
   * How far they are, of the topics that were read.
   *
   * @param isRead whether the topic of that number was
   * @param notes takes which topics do not exist
   */
  List<ConsumerFacts> facts(
      Topics topics, Names names, Set<Integer> isRead, boolean allTopics, List<String> notes) {
    var committed =
        topics.committed(meant.stream().map(one -> one.subscribed.group()).distinct().toList());
    var facts = new ArrayList<ConsumerFacts>();
    for (var one : meant) {
      var subscribed = one.subscribed;
      if (isRead.contains(names.number(subscribed.topic()))) {
        facts.add(facts(one, names, committed.getOrDefault(subscribed.group(), Map.of())));
      } else if (allTopics) {
        notes.add(
            "Topic %s, which %s reads, does not exist."
                .formatted(subscribed.topic(), subscribed.consumer()));
      }
    }
    return facts;
  }

  private static ConsumerFacts facts(Of one, Names names, Map<TopicPartition, Long> committed) {
    var subscribed = one.subscribed;
    var since = new HashMap<Integer, Optional<Instant>>();
    subscribed.since().forEach((type, from) -> since.put(names.number(type), from));
    return new ConsumerFacts(
        names.number(subscribed.consumer()),
        names.number(subscribed.topic()),
        since,
        subscribed.beganAt(),
        passed(subscribed, committed),
        one.source.catalog().inboxFrom().orElse(new UUID(0, 0)));
  }

  /** What Kafka has committed; what the consumer remembers itself where Kafka has forgotten. */
  private static Map<Integer, Long> passed(
      Subscribed subscribed, Map<TopicPartition, Long> committed) {
    var passed = new HashMap<>(subscribed.nextOffsets());
    committed.forEach((partition, offset) -> {
      if (partition.topic().equals(subscribed.topic())) {
        passed.put(partition.partition(), offset);
      }
    });
    return passed;
  }
}
