package onceward.messaging.testkit.servers;

import onceward.localstack.kafka.KafkaBroker;

/**
 * One PostgreSQL and one Kafka, running until closed.
 *
 * <p>Safe for use by many threads.
 */
public sealed interface Servers extends AutoCloseable permits EmbeddedServers, ContainerServers {

  /**
   * Starts the kind that the system property {@code messaging.testkit.servers} or the environment
   * variable {@code MESSAGING_TESTKIT_SERVERS} names: {@code embedded}, the default, or {@code
   * testcontainers}. Returns when both accept connections.
   *
   * @throws IllegalStateException in one line, if the value is neither, or the kind cannot be
   *     started here
   */
  static Servers startConfigured() {
    return ServersChoice.configured().start();
  }

  /** The PostgreSQL server. */
  TestPostgres postgres();

  /** The Kafka broker. */
  TestKafka kafka();

  /**
   * The Kafka broker as a process of this machine, to be paused or killed.
   *
   * @throws IllegalStateException if it is a container
   */
  KafkaBroker embeddedKafka();

  /** Ends both and removes what they wrote. */
  @Override
  void close();
}
