package onceward.messaging.testkit.servers;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import onceward.localstack.kafka.Topic;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.utils.AppInfoParser;
import org.testcontainers.kafka.KafkaContainer;

record ContainerKafka(KafkaContainer container) implements TestKafka {

  private static final int CALL_LIMIT_S = 30;

  static ContainerKafka start() {
    var container =
        new KafkaContainer("apache/kafka:" + AppInfoParser.getVersion())
            .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
    container.start();
    return new ContainerKafka(container);
  }

  @Override
  public String bootstrapServers() {
    return container.getBootstrapServers();
  }

  @Override
  public void createTopics(Topic... topics) {
    var settings =
        Map.<String, Object>of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    try (var admin = Admin.create(settings)) {
      var existing = admin.listTopics().names().get(CALL_LIMIT_S, TimeUnit.SECONDS);
      var missing =
          Arrays.stream(topics)
              .filter(topic -> !existing.contains(topic.name()))
              .map(ContainerKafka::newTopic)
              .collect(Collectors.toSet());
      admin.createTopics(missing).all().get(CALL_LIMIT_S, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException refused) {
      throw new IllegalStateException("Kafka did not create the topics", refused);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while creating topics", interrupted);
    }
  }

  void close() {
    container.stop();
  }

  private static NewTopic newTopic(Topic topic) {
    return new NewTopic(topic.name(), topic.partitions(), (short) 1)
        .configs(
            Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(topic.messageBytesMax()),
                TopicConfig.RETENTION_MS_CONFIG, Long.toString(topic.retention().toMillis())));
  }
}
