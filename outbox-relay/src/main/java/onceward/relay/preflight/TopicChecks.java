package onceward.relay.preflight;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import onceward.relay.publish.Topics.TopicFacts;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import org.jspecify.annotations.Nullable;

/** What the topics must be like that are published to. */
final class TopicChecks {

  /** A payload of 512 KiB, which the outbox allows, and 32 KiB for key, headers and framing. */
  static final int MESSAGE_BYTES = 544 * 1024;

  private final String toolArguments;
  private final String positionsTopic;
  private final Map<String, TopicFacts> facts;

  /**
   * @param toolArguments how Kafka's own tools reach the brokers, to mend them
   */
  TopicChecks(String toolArguments, String positionsTopic, Map<String, TopicFacts> facts) {
    this.toolArguments = toolArguments;
    this.positionsTopic = positionsTopic;
    this.facts = facts;
  }

  /** The first of the topics that is not there, or does not take what may come. */
  Optional<Stop> stop(Set<String> topics) {
    return Stream.concat(positions().stream(), topics.stream().sorted().flatMap(this::stop))
        .findFirst();
  }

  private Optional<Stop> positions() {
    var topic = facts.get(positionsTopic);
    return topic == null || topic.compacted()
        ? Optional.empty()
        : Optional.of(
            new Stop(
                StopReason.TOPIC_UNFIT,
                "topic %s, in which positions are written down, is not compacted: they would expire"
                    .formatted(positionsTopic),
                alter(positionsTopic, "cleanup.policy=compact")));
  }

  /** That one is not there. */
  Optional<Stop> missing(String name) {
    return facts.containsKey(name)
        ? Optional.empty()
        : Optional.of(
            new Stop(
                StopReason.TOPIC_MISSING,
                "there is no topic " + name,
                "kafka-topics.sh %s --create --topic %s --partitions 12"
                    .formatted(toolArguments, name)));
  }

  private Stream<Stop> stop(String name) {
    return missing(name).or(() -> tooSmall(name, facts.get(name))).stream();
  }

  private Optional<Stop> tooSmall(String name, @Nullable TopicFacts topic) {
    return topic == null || topic.messageBytesMax() >= MESSAGE_BYTES
        ? Optional.empty()
        : Optional.of(
            new Stop(
                StopReason.TOPIC_UNFIT,
                "topic %s takes messages of %d bytes; the outbox allows %d with what belongs to them"
                    .formatted(name, topic.messageBytesMax(), MESSAGE_BYTES),
                alter(name, "max.message.bytes=1048588")));
  }

  private String alter(String topic, String setting) {
    return "kafka-configs.sh %s --alter --topic %s --add-config %s"
        .formatted(toolArguments, topic, setting);
  }
}
