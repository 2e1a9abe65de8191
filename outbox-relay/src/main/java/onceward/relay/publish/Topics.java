package onceward.relay.publish;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import onceward.messaging.kafka.KafkaConnection;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * What Kafka says of its topics. Every call is bounded in time, and fails with {@link
 * KafkaAwayException}. Safe for use by many threads.
 */
// Not final, so that a test can deny a topic that is there.
public class Topics {

  private final KafkaAdmin kafka;
  private final LogEnds ends;

  public Topics(KafkaConnection connection) {
    this(connection, new LogEnds());
  }

  /**
   * @param ends hear of topics that were made anew
   */
  public Topics(KafkaConnection connection, LogEnds ends) {
    this.kafka = new KafkaAdmin(connection);
    this.ends = ends;
  }

  /** How Kafka's own tools reach them. */
  public String toolArguments() {
    return kafka.connection().toolArguments();
  }

  /** What is known of each of the topics; those that do not exist are missing. */
  public Map<String, TopicFacts> look(Collection<String> names) {
    var facts = kafka.ask("about its topics", admin -> TopicFacts.of(admin, names));
    facts.forEach((name, topic) -> ends.seen(name, topic.identity().id()));
    return facts;
  }

  /** For looking again and again over one connection. To be closed. */
  public TopicLook topicLook() {
    return new TopicLook(kafka);
  }

  /**
   * Makes a compacted topic of one partition, with the brokers' default replication.
   *
   * @return whether it was not there before
   */
  public boolean createCompacted(String name) {
    return create(
        name,
        Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_COMPACT,
            // Compaction passes over the segment being written; by default that is 1 GiB.
            TopicConfig.SEGMENT_BYTES_CONFIG,
            Integer.toString(16 * 1024 * 1024)));
  }

  /**
   * Makes a topic of one partition, with the brokers' default replication.
   *
   * @return whether it was not there before
   */
  boolean create(String name, Map<String, String> settings) {
    return kafka.ask(
        "about its topics",
        admin -> {
          var topic = new NewTopic(name, Optional.of(1), Optional.empty()).configs(settings);
          try {
            KafkaAdmin.await(admin.createTopics(List.of(topic)).all());
            return true;
          } catch (TopicExistsException another) {
            return false;
          }
        });
  }
}
