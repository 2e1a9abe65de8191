package onceward.messaging.testkit.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import onceward.localstack.kafka.KafkaBroker;
import onceward.localstack.kafka.KafkaSettings;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.postgres.PostgresSettings;

record EmbeddedServers(Path directory, EmbeddedPostgres postgres, EmbeddedKafka kafka)
    implements Servers {

  static EmbeddedServers start() {
    var directory = temporaryDirectory();
    var postgres = PostgresServer.start(PostgresSettings.in(directory));
    try {
      var kafka = KafkaBroker.start(KafkaSettings.in(directory));
      return new EmbeddedServers(
          directory, new EmbeddedPostgres(postgres), new EmbeddedKafka(kafka));
    } catch (RuntimeException failed) {
      postgres.close();
      throw failed;
    }
  }

  @Override
  public KafkaBroker embeddedKafka() {
    return kafka.broker();
  }

  @Override
  public void close() {
    kafka.broker().close();
    postgres.server().close();
    try (var files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path temporaryDirectory() {
    try {
      return Files.createTempDirectory("onceward-test-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
