package onceward.relay.publish;

/**
 * What Kafka says of itself. Every call is bounded in time, and fails with {@link
 * KafkaAwayException}. Safe for use by many threads.
 */
public final class Brokers {

  private static final String TRANSACTION_VERSION = "transaction.version";

  private final KafkaAdmin kafka;

  public Brokers(String bootstrapServers) {
    this.kafka = new KafkaAdmin(bootstrapServers);
  }

  /** Where they are: {@code host:port}, several separated by commas. */
  public String bootstrapServers() {
    return kafka.bootstrapServers();
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
