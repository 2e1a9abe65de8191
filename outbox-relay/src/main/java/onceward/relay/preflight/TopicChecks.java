package onceward.relay.preflight;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import onceward.relay.position.TopicIdentity;
import onceward.relay.publish.TopicFacts;
import onceward.relay.stop.Remedies;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;

/** What the topics must be like that are published to. Asks nobody: it judges facts. */
final class TopicChecks {

  /** A payload of 512 KiB, which the outbox allows, and 32 KiB for key, headers and framing. */
  static final int MESSAGE_BYTES = 544 * 1024;

  private static final String MESSAGE_BYTES_SETTING = "max.message.bytes=1048588";

  /** A night and a morning: a consumer that died in the evening is noticed and mended by then. */
  static final Duration RETENTION_LEAST = Duration.ofDays(1);

  /** Of a topic that its owners have not thought about: as many consumers may share its work. */
  private static final int PARTITIONS = 12;

  private final String pipeline;
  private final String toolArguments;
  private final TopicSettings settings;
  private final Map<String, TopicFacts> facts;

  /**
   * @param toolArguments how Kafka's own tools reach the brokers, to mend them
   */
  TopicChecks(
      String pipeline,
      String toolArguments,
      TopicSettings settings,
      Map<String, TopicFacts> facts) {
    this.pipeline = pipeline;
    this.toolArguments = toolArguments;
    this.settings = settings;
    this.facts = facts;
  }

  /**
   * The first of the topics that does not exist, does not take what may come, or may lose it. The
   * topic of positions is looked at as well, if there is one.
   */
  Optional<Stop> stop(Collection<String> topics) {
    return Stream.concat(positions().stream(), topics.stream().sorted().flatMap(this::stop))
        .findFirst();
  }

  /** That a topic does not exist, or is not fit for messages. */
  Stream<Stop> stop(String name) {
    var topic = facts.get(name);
    return topic == null
        ? Stream.of(missing(name))
        : Stream.of(tooSmall(name, topic), risk(name, topic)).flatMap(Optional::stream);
  }

  /**
   * What became of topics that were published to.
   *
   * @param known the topics as they were when the last message was published
   */
  Stream<Stop> changes(Map<String, TopicIdentity> known) {
    return new TreeMap<>(known)
        .entrySet().stream()
            .map(one -> change(one.getKey(), one.getValue()))
            .flatMap(Optional::stream);
  }

  private Optional<Stop> change(String name, TopicIdentity known) {
    var bringBack = Remedies.bringBackAndAccept(pipeline, StopReason.TOPIC_CHANGED);
    var topic = facts.get(name);
    if (topic == null) {
      return changed(
          "topic %s was deleted, with all messages that were published to it".formatted(name),
          Remedies.createBringBackAndAccept(
              name, known.partitions(), pipeline, StopReason.TOPIC_CHANGED));
    }
    var now = topic.identity();
    if (!now.id().equals(known.id())) {
      return changed(
          "topic %s was deleted and made anew (id %s, and now %s): what was published to it before is gone"
              .formatted(name, known.id(), now.id()),
          bringBack);
    }
    return now.partitions() == known.partitions()
        ? Optional.empty()
        : changed(
            "topic %s had %d partitions and has %d: messages of a key may go to another partition from now on, and be read before earlier ones of the key"
                .formatted(name, known.partitions(), now.partitions()),
            Remedies.accept(pipeline));
  }

  private static Optional<Stop> changed(String sentence, String remedy) {
    return Optional.of(new Stop(StopReason.TOPIC_CHANGED, sentence, remedy));
  }

  private Optional<Stop> positions() {
    var name = settings.positions();
    var topic = facts.get(name);
    if (topic == null) {
      return Optional.empty();
    }
    if (!topic.isCompactedOnly()) {
      return unfit(
          "topic %s, in which positions are written down, is not compacted: they would expire"
              .formatted(name),
          name,
          "cleanup.policy=compact");
    }
    if (topic.messageBytesMax() < MESSAGE_BYTES) {
      return unfit(
          "topic %s, in which positions are written down, takes records of %d bytes; a position that names parked keys may have %d"
              .formatted(name, topic.messageBytesMax(), MESSAGE_BYTES),
          name,
          MESSAGE_BYTES_SETTING);
    }
    return TopicRisk.first(topic, settings.acceptedRisks())
        .filter(TopicRisk.UNCLEAN_ELECTION::equals)
        .flatMap(risk -> risk(name, topic, risk));
  }

  private Stop missing(String name) {
    return new Stop(
        StopReason.TOPIC_MISSING, "there is no topic " + name, Remedies.create(name, PARTITIONS));
  }

  /**
   * A topic that is declared takes all that may come. Of others it is not known what does: a
   * message that is too large is refused when it comes, and can be quarantined.
   */
  private Optional<Stop> tooSmall(String name, TopicFacts topic) {
    return !settings.declared().contains(name) || topic.messageBytesMax() >= MESSAGE_BYTES
        ? Optional.empty()
        : unfit(
            "topic %s takes messages of %d bytes; the outbox allows %d with what belongs to them"
                .formatted(name, topic.messageBytesMax(), MESSAGE_BYTES),
            name,
            MESSAGE_BYTES_SETTING);
  }

  private Optional<Stop> risk(String name, TopicFacts topic) {
    return TopicRisk.first(topic, settings.acceptedRisks())
        .flatMap(risk -> risk(name, topic, risk));
  }

  private Optional<Stop> risk(String name, TopicFacts topic, TopicRisk risk) {
    return unfit(
        "topic %s %s; to publish to it all the same, add %s to relay.pipelines.%s.accepted-topic-risks"
            .formatted(name, risk.describe(topic), risk.code(), settings.configured()),
        name,
        risk.setting());
  }

  private Optional<Stop> unfit(String sentence, String topic, String setting) {
    return Optional.of(
        new Stop(
            StopReason.TOPIC_UNFIT,
            sentence,
            "kafka-configs.sh %s --alter --topic %s --add-config %s"
                .formatted(toolArguments, topic, setting)));
  }
}
