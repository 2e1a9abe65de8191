package onceward.messaging.testkit.servers;

import onceward.localstack.kafka.Topic;

/**
 * A Kafka broker without encryption or login that all tests of this JVM share. Topics exist only
 * when created.
 *
 * <p>Safe for use by many threads.
 */
public sealed interface TestKafka permits EmbeddedKafka, ContainerKafka {

  /** Where clients in this JVM find it. */
  String bootstrapServers();

  /**
   * Creates those topics that are missing; the others stay as they are.
   *
   * @throws RuntimeException with what the broker said, if it refuses
   */
  void createTopics(Topic... topics);
}
