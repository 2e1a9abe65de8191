package onceward.relay.publish;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import onceward.relay.position.TopicIdentity;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * A topic and its settings, as far as they decide whether messages arrive, stay and keep their
 * order.
 *
 * @param replicas of the partition that has fewest
 * @param messageBytesMax the largest batch of records it takes
 * @param cleanupPolicy {@code delete}, {@code compact} or both
 * @param retentionMs after which messages are deleted; -1 for never
 * @param retentionBytes of a partition, beyond which its oldest messages are deleted; -1 for never
 * @param uncleanElection whether a replica that lacks messages may become the leader
 * @param inSyncLeast how many replicas acknowledge a message at least
 */
public record TopicFacts(
    TopicIdentity identity,
    int replicas,
    int messageBytesMax,
    String cleanupPolicy,
    long retentionMs,
    long retentionBytes,
    boolean uncleanElection,
    int inSyncLeast) {

  /** Whether it keeps the last record of every key, for ever. */
  public boolean isCompactedOnly() {
    return TopicConfig.CLEANUP_POLICY_COMPACT.equals(cleanupPolicy);
  }

  /** Of each of the topics; those that do not exist are missing. */
  static Map<String, TopicFacts> of(Admin admin, Collection<String> names) {
    var descriptions = admin.describeTopics(names).topicNameValues();
    var configs = admin.describeConfigs(names.stream().map(TopicFacts::resource).toList()).values();
    var facts = new HashMap<String, TopicFacts>();
    for (var name : names) {
      var description = found(descriptions.get(name));
      var config = found(configs.get(resource(name)));
      if (description.isPresent() && config.isPresent()) {
        facts.put(name, of(description.get(), config.get()));
      }
    }
    return facts;
  }

  private static TopicFacts of(TopicDescription topic, Config config) {
    return new TopicFacts(
        new TopicIdentity(topic.topicId().toString(), topic.partitions().size()),
        topic.partitions().stream()
            .mapToInt(partition -> partition.replicas().size())
            .min()
            .orElse(0),
        Integer.parseInt(value(config, TopicConfig.MAX_MESSAGE_BYTES_CONFIG)),
        value(config, TopicConfig.CLEANUP_POLICY_CONFIG),
        Long.parseLong(value(config, TopicConfig.RETENTION_MS_CONFIG)),
        Long.parseLong(value(config, TopicConfig.RETENTION_BYTES_CONFIG)),
        Boolean.parseBoolean(value(config, TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG)),
        Integer.parseInt(value(config, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG)));
  }

  private static String value(Config config, String name) {
    return config.get(name).value();
  }

  private static <T> Optional<T> found(@Nullable KafkaFuture<T> answer) {
    try {
      return answer == null ? Optional.empty() : Optional.of(KafkaAdmin.await(answer));
    } catch (UnknownTopicOrPartitionException missing) {
      return Optional.empty();
    }
  }

  private static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }
}
