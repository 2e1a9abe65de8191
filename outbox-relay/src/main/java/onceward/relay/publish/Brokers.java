package onceward.relay.publish;

import onceward.messaging.kafka.KafkaConnection;

/**
 * What Kafka says of itself. Every call is bounded in time, and fails with {@link
 * KafkaAwayException}. Safe for use by many threads.
 */
public final class Brokers {

  private static final String TRANSACTION_VERSION = "transaction.version";

  private final KafkaAdmin kafka;

  public Brokers(KafkaConnection connection) {
    this.kafka = new KafkaAdmin(connection);
  }

  /** How Kafka's own tools reach them. */
  public String toolArguments() {
    return kafka.connection().toolArguments();
  }

  /** Which kind of transactions the whole cluster keeps to; 0 before there was a choice. */
  public int transactionVersion() {
    return kafka.ask(
        "about its features",
        admin -> {
          var level =
              KafkaAdmin.await(admin.describeFeatures().featureMetadata())
                  .finalizedFeatures()
                  .get(TRANSACTION_VERSION);
          return level == null ? 0 : level.maxVersionLevel();
        });
  }
}
