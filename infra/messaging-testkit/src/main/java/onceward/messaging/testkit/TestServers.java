package onceward.messaging.testkit;

import onceward.localstack.kafka.KafkaBroker;
import onceward.messaging.testkit.servers.Servers;
import onceward.messaging.testkit.servers.TestKafka;
import onceward.messaging.testkit.servers.TestPostgres;
import org.jspecify.annotations.Nullable;

/**
 * One PostgreSQL and one Kafka for all tests of this JVM, started at first use and ended with it.
 *
 * <p>They are processes of this machine and need no Docker. With {@code
 * -Dmessaging.testkit.servers=testcontainers}, or {@code MESSAGING_TESTKIT_SERVERS} in the
 * environment, they are containers: {@code postgres:18} and {@code apache/kafka} in the version of
 * the client. Testcontainers is then the user's to depend on ({@code
 * org.testcontainers:testcontainers} and {@code org.testcontainers:testcontainers-kafka}). The
 * containers have not been run by this project's own build.
 *
 * <p>Safe for use by many threads. What keeps them from starting is told in one line, to everyone
 * who asks.
 */
public final class TestServers {

  private static @Nullable Servers servers;
  private static @Nullable String failure;

  private TestServers() {}

  /** The PostgreSQL server; create databases of your own in it. */
  public static TestPostgres postgres() {
    return servers().postgres();
  }

  /** The Kafka broker; create topics of your own on it, or use ids of your own on shared ones. */
  public static TestKafka kafka() {
    return servers().kafka();
  }

  /**
   * The Kafka broker as a process of this machine, for tests that pause or kill it.
   *
   * @throws IllegalStateException if it is a container
   */
  public static KafkaBroker embeddedKafka() {
    return servers().embeddedKafka();
  }

  /** Whoever asks first starts them, and the others wait. A start that failed is not repeated. */
  private static synchronized Servers servers() {
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
    if (servers == null) {
      servers = start();
    }
    return servers;
  }

  private static Servers start() {
    try {
      var started = Servers.startConfigured();
      Runtime.getRuntime().addShutdownHook(new Thread(started::close, "end test servers"));
      return started;
    } catch (RuntimeException failed) {
      failure = "the test servers did not start: " + failed.getMessage();
      throw failed;
    }
  }
}
