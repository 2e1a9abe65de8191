package onceward.messaging.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import onceward.localstack.kafka.KafkaBroker;
import onceward.localstack.kafka.KafkaSettings;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.postgres.PostgresSettings;

/**
 * One PostgreSQL and one Kafka for all tests of this JVM, started at first use and ended with it.
 */
public final class TestServers {

  private TestServers() {}

  /** The PostgreSQL server; create databases of your own in it. */
  public static PostgresServer postgres() {
    return Servers.POSTGRES;
  }

  /** The Kafka broker; create topics of your own on it, or use ids of your own on shared ones. */
  public static KafkaBroker kafka() {
    return Servers.KAFKA;
  }

  /**
   * Holds what is started once: the class is initialized by whoever asks first, and the others
   * wait.
   */
  private static final class Servers {

    static final Path DIRECTORY = temporaryDirectory();
    static final PostgresServer POSTGRES = PostgresServer.start(PostgresSettings.in(DIRECTORY));
    static final KafkaBroker KAFKA = KafkaBroker.start(KafkaSettings.in(DIRECTORY));

    static {
      Runtime.getRuntime().addShutdownHook(new Thread(Servers::end, "end test servers"));
    }

    private static Path temporaryDirectory() {
      try {
        return Files.createTempDirectory("onceward-test-");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void end() {
      KAFKA.close();
      POSTGRES.close();
      try (var files = Files.walk(DIRECTORY)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
