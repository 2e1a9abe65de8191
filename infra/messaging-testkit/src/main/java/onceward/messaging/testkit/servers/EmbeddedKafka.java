package onceward.messaging.testkit.servers;

import onceward.localstack.kafka.KafkaBroker;
import onceward.localstack.kafka.Topic;

record EmbeddedKafka(KafkaBroker broker) implements TestKafka {

  @Override
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  @Override
  public void createTopics(Topic... topics) {
    broker.createTopics(topics);
  }
}
