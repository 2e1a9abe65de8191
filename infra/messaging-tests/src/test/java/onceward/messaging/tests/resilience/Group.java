package onceward.messaging.tests.resilience;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import onceward.localstack.kafka.Topic;
import onceward.messaging.testkit.TestServers;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/** A consumer group as Kafka sees it, and its topic of 12 partitions. */
final class Group implements AutoCloseable {

  static final int PARTITIONS = 12;

  private final Admin admin;
  private final String topic;
  private final String name;

  Group(String consumer, String topic) {
    var like = Topic.named(topic);
    TestServers.kafka()
        .createTopics(new Topic(topic, PARTITIONS, like.messageBytesMax(), like.retention()));
    this.topic = topic;
    this.name = consumer + "." + topic;
    admin = Admin.create(Map.of("bootstrap.servers", TestServers.kafka().bootstrapServers()));
  }

  /** What the broker decides for the protocol "consumer". */
  void setSession(int sessionMs, int heartbeatMs) throws Exception {
    var group = new ConfigResource(ConfigResource.Type.GROUP, name);
    admin
        .incrementalAlterConfigs(
            Map.of(
                group,
                List.of(
                    set("consumer.session.timeout.ms", sessionMs),
                    set("consumer.heartbeat.interval.ms", heartbeatMs))))
        .all()
        .get(20, SECONDS);
  }

  private static AlterConfigOp set(String name, int value) {
    return new AlterConfigOp(new ConfigEntry(name, Integer.toString(value)), OpType.SET);
  }

  /** How many partitions each member has, by its id. */
  Map<String, Integer> assigned() throws Exception {
    var described = admin.describeConsumerGroups(List.of(name)).all().get(20, SECONDS);
    return requireNonNull(described.get(name)).members().stream()
        .collect(
            Collectors.toMap(
                member -> member.consumerId(),
                member -> member.assignment().topicPartitions().size()));
  }

  /** How many records lie between what the group has committed and the end of its topic. */
  long lag() throws Exception {
    var committed =
        admin.listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata().get(20, SECONDS);
    var partitions =
        IntStream.range(0, PARTITIONS)
            .mapToObj(partition -> new TopicPartition(topic, partition))
            .toList();
    var latest = partitions.stream().collect(Collectors.toMap(it -> it, _ -> OffsetSpec.latest()));
    var ends = admin.listOffsets(latest).all().get(20, SECONDS);
    return partitions.stream()
        .mapToLong(it -> {
          var at = committed.get(it);
          return requireNonNull(ends.get(it)).offset() - (at == null ? 0 : at.offset());
        })
        .sum();
  }

  @Override
  public void close() {
    admin.close();
  }
}
