package onceward.messaging.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a file of client properties must not hold is told without quoting what may be secret. */
class ClientPropertiesTest {

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          security.protocol=SSL;acks=1;retries=0|sets acks, retries; allowed are security.protocol, security.providers, ssl.* and sasl.* of Kafka's clients
          -----BEGIN PRIVATE KEY-----;secretAAAA;secretBBBB;-----END PRIVATE KEY-----|has 4 lines that are no property of Kafka's clients; allowed are security.protocol, security.providers, ssl.* and sasl.* of Kafka's clients
          secret|has 1 lines that are no property of Kafka's clients; allowed are security.protocol, security.providers, ssl.* and sasl.* of Kafka's clients
          security.protocol=SSL;ssl.keystor.location=secret|has 1 lines that are no property of Kafka's clients; allowed are security.protocol, security.providers, ssl.* and sasl.* of Kafka's clients
          sasl.mechanism=PLAIN|does not set security.protocol; set it to SSL, SASL_SSL, or what else the brokers have
          security.protocol=PLAINTEXT;ssl.truststore.location=/secret|sets ssl.*, of which security.protocol=PLAINTEXT makes no use; set it to SSL or SASL_SSL, or leave them out
          security.protocol=SSL;sasl.mechanism=PLAIN|sets sasl.*, of which security.protocol=SSL makes no use; set it to SASL_SSL, or leave them out
          security.protocol=SASL_SSL;sasl.jaas.config=secret|sets a sasl.jaas.config that cannot be read; its form is: MODULE required NAME="VALUE" …;
          security.protocol=SASL_SSL;sasl.jaas.config=Module required password="ab"secret"|sets a sasl.jaas.config that cannot be read; its form is: MODULE required NAME="VALUE" …;
          """)
  void what_is_refused_is_told(String lines, String why) throws Exception {
    var file = Files.writeString(directory.resolve("client"), lines.replace(";", "\n"));

    assertThat(KafkaConnection.fault(file)).contains("'%s' %s".formatted(file, why));
    assertThat(why).doesNotContain("secret");
  }

  @Test
  void a_file_that_is_not_there_is_told_of() {
    var file = directory.resolve("away");

    assertThat(KafkaConnection.fault(file))
        .contains("'%s' cannot be read (NoSuchFileException)".formatted(file));
  }

  @Test
  void what_kafka_can_use_has_no_fault() throws Exception {
    var login =
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"a\" password=\"b\";";
    var file =
        Files.writeString(
            directory.resolve("client"),
            "security.protocol=sasl_ssl\nsasl.mechanism=PLAIN\nsasl.jaas.config=" + login);

    assertThat(KafkaConnection.fault(file)).isEmpty();
    assertThat(new KafkaConnection("kafka:9092", file).settings())
        .containsEntry("bootstrap.servers", "kafka:9092")
        .containsEntry("sasl.jaas.config", login);
    assertThat(new KafkaConnection("kafka:9092", file).toolArguments())
        .isEqualTo("--bootstrap-server kafka:9092 --command-config ADMIN.properties");
  }
}
