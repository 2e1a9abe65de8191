package onceward.messaging.offsets;

import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import onceward.messaging.kafka.KafkaConnection;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** {@link Brokers} by Kafka's admin client. */
final class KafkaBrokers implements Brokers {

  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);

  private final Admin admin;

  KafkaBrokers(KafkaConnection kafka, String clientId) {
    var settings = kafka.settings();
    settings.put(AdminClientConfig.CLIENT_ID_CONFIG, clientId);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) ANSWER_MAX.toMillis());
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER_MAX.toMillis());
    admin = Admin.create(settings);
  }

  @Override
  public Optional<UUID> topicId(String topic) {
    return describe(topic).map(description -> uuid(description.topicId()));
  }

  @Override
  public Map<Integer, PartitionLog> logs(String topic) {
    var described = describe(topic);
    if (described.isEmpty()) {
      return Map.of();
    }
    var topicId = uuid(described.get().topicId());
    var partitions = partitions(described);
    var starts = offsets(partitions, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
    var ends = offsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
    var logs = new HashMap<Integer, PartitionLog>();
    starts.forEach((partition, start) -> {
      var end = ends.get(partition);
      if (end != null) {
        logs.put(partition.partition(), new PartitionLog(topicId, start.offset(), end.offset()));
      }
    });
    return logs;
  }

  @Override
  public Map<Integer, Long> openTransactions(String topic) {
    var partitions = partitions(describe(topic));
    // In this order: what is committed between the two answers does not look open.
    var ends = offsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
    var committed = offsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
    var open = new HashMap<Integer, Long>();
    committed.forEach((partition, stable) -> {
      var end = ends.get(partition);
      if (end != null && stable.offset() < end.offset()) {
        open.put(partition.partition(), stable.offset());
      }
    });
    return open;
  }

  @Override
  public TopicRetention retention(String topic) {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    var settings = get(admin.describeConfigs(List.of(resource)).all()).get(resource);
    if (settings == null) {
      throw new KafkaException("Kafka does not tell the settings of " + topic);
    }
    return TopicRetention.of(
        settings.get(TopicConfig.CLEANUP_POLICY_CONFIG).value(),
        Long.parseLong(settings.get(TopicConfig.RETENTION_MS_CONFIG).value()),
        Long.parseLong(settings.get(TopicConfig.SEGMENT_MS_CONFIG).value()));
  }

  @Override
  public Map<TopicPartition, OffsetAndMetadata> committed(String group) {
    try {
      return get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    } catch (GroupIdNotFoundException nobodyYet) {
      return Map.of();
    }
  }

  @Override
  public boolean hasInstance(String group, String instance) {
    try {
      var description = get(admin.describeConsumerGroups(List.of(group)).all()).get(group);
      return description != null
          && description.members().stream()
              .anyMatch(member -> member.groupInstanceId().filter(instance::equals).isPresent());
    } catch (GroupIdNotFoundException nobody) {
      return false;
    }
  }

  @Override
  public void close() {
    admin.close(CLOSE_WAIT);
  }

  private Optional<TopicDescription> describe(String topic) {
    try {
      return Optional.ofNullable(
          get(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic));
    } catch (UnknownTopicOrPartitionException missing) {
      return Optional.empty();
    }
  }

  private static List<TopicPartition> partitions(Optional<TopicDescription> described) {
    return described.stream()
        .flatMap(topic ->
            topic.partitions().stream()
                .map(partition -> new TopicPartition(topic.name(), partition.partition())))
        .toList();
  }

  private Map<TopicPartition, ListOffsetsResultInfo> offsets(
      List<TopicPartition> partitions, OffsetSpec which, IsolationLevel isolation) {
    var wanted = partitions.stream().collect(toMap(it -> it, _ -> which));
    return get(admin.listOffsets(wanted, new ListOffsetsOptions(isolation)).all());
  }

  private static UUID uuid(Uuid id) {
    return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }

  private static <T> T get(KafkaFuture<T> answer) {
    try {
      return answer.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      throw new InterruptException(interrupted);
    } catch (TimeoutException late) {
      throw new org.apache.kafka.common.errors.TimeoutException("Kafka does not answer", late);
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof KafkaException refused
          ? refused
          : new KafkaException("Kafka does not answer", failed.getCause());
    }
  }
}
