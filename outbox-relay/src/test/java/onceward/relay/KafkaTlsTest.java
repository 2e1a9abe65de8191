package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import onceward.messaging.testkit.servers.SecuredKafka;
import onceward.messaging.testkit.servers.TestAuthority;
import onceward.relay.pipeline.Phase;
import onceward.relay.pipeline.PipelineParts;
import onceward.relay.publish.Delivery;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Over TLS to Kafka, with a certificate of the relay's own or with a password: what expires or is
 * rotated is told of, and may be renewed, while the relay runs.
 */
class KafkaTlsTest {

  private static final Duration PROMISED = Duration.ofSeconds(30);
  private static final Duration SILENCE = Duration.ofSeconds(2);
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String RELAY = "relay";

  @TempDir private static Path directory;
  private static TestAuthority authority;
  private static SecuredKafka kafka;

  private OutboxDatabase database;
  private TopicReader topic;

  @BeforeAll
  static void startKafka() {
    authority = TestAuthority.in(directory);
    kafka = SecuredKafka.start(directory, authority);
  }

  @AfterAll
  static void endKafka() {
    kafka.close();
  }

  @BeforeEach
  void start() {
    database = OutboxDatabase.create();
    topic = TopicReader.on(kafka.broker());
  }

  @AfterEach
  void end() throws Exception {
    topic.close();
    database.close();
  }

  @Test
  void the_brokers_certificate_expires_and_is_renewed() throws Exception {
    var file = file(kafka.byCertificate(authority.identity(RELAY)));
    try (var pipeline = start(Delivery.AT_LEAST_ONCE, kafka.atCertificates(), file)) {
      goesOn(pipeline, 1);

      kafka.expireCertificate();
      kafka.cut();
      pipeline.awaitDown(PROMISED, "CertificateExpiredException");

      kafka.renewCertificate();
      goesOn(pipeline, 2);
    } finally {
      kafka.renewCertificate();
    }
  }

  @Test
  void the_relays_own_certificate_expires_and_is_renewed() throws Exception {
    var relay = authority.identity(RELAY);
    var file = file(kafka.byCertificate(relay));
    try (var pipeline = start(Delivery.AT_LEAST_ONCE, kafka.atCertificates(), file)) {
      goesOn(pipeline, 1);

      relay.expire();
      pipeline.beginAnew();
      // That is all that the broker tells.
      pipeline.awaitDown(PROMISED, "Received fatal alert: certificate_");

      relay.renew();
      goesOn(pipeline, 2);
    }
  }

  @Test
  void a_broker_that_another_authority_certified_is_not_talked_to() throws Exception {
    var another = TestAuthority.in(Files.createDirectory(directory.resolve("another")));
    var file =
        file(
            List.of(
                "security.protocol=SSL",
                "ssl.truststore.type=PEM",
                "ssl.truststore.location=" + another.certificate()));
    try (var pipeline = start(Delivery.AT_LEAST_ONCE, kafka.atCertificates(), file)) {
      pipeline.awaitDown(PROMISED, "unable to find valid certification path");
    }
  }

  /** Method: Kafka's side is changed first, as by an operator who fears the password stolen. */
  @Test
  void a_password_is_rotated() throws Exception {
    kafka.setPassword(RELAY, "first");
    var file = file(kafka.byPassword(RELAY, "first"));
    try (var pipeline = start(Delivery.EXACTLY_ONCE, kafka.atPasswords(), file)) {
      goesOn(pipeline, 1);

      kafka.setPassword(RELAY, "second");
      kafka.cut();
      pipeline.awaitDown(PROMISED, "Authentication failed");

      Files.write(file, List.of("security.protocol=SASL_S"));
      pipeline.awaitDown(PROMISED, "SASL_S");

      Files.delete(file);
      pipeline.awaitDown(PROMISED, "'%s' cannot be read".formatted(file));

      Files.write(file, kafka.byPassword(RELAY, "second"));
      goesOn(pipeline, 2);
    }
  }

  /** Or it would learn of it only when it is needed. */
  @Test
  void a_standby_that_kafka_does_not_let_in_is_none() throws Exception {
    kafka.setPassword(RELAY, "right");
    var right = Files.write(directory.resolve("right"), kafka.byPassword(RELAY, "right"));
    var changing = Files.write(directory.resolve("changing"), kafka.byPassword(RELAY, "right"));
    // Not quick to call a stall one: the other would take over.
    try (var active =
        LonePipeline.start(parts(Delivery.AT_LEAST_ONCE, kafka.atPasswords(), right))) {
      goesOn(active, 1);
      try (var standby =
          LonePipeline.start(parts(Delivery.AT_LEAST_ONCE, kafka.atPasswords(), changing))) {
        await().atMost(LIMIT).until(() -> standby.status().phase() == Phase.STANDBY);

        Files.write(changing, kafka.byPassword(RELAY, "wrong"));
        standby.awaitDown(PROMISED, "Authentication failed");

        Files.write(changing, kafka.byPassword(RELAY, "right"));
        await().atMost(LIMIT).until(() -> standby.status().phase() == Phase.STANDBY);
      }
    }
  }

  private static Path file(List<String> lines) throws Exception {
    return Files.write(directory.resolve("client.properties"), lines);
  }

  /** As the relay is set up by its operator, but quicker to call a stall one. */
  private LonePipeline start(Delivery delivery, String servers, Path clientProperties) {
    return LonePipeline.start(
        LonePipeline.stallingAfter(SILENCE, parts(delivery, servers, clientProperties)));
  }

  private PipelineParts parts(Delivery delivery, String servers, Path clientProperties) {
    return database.parts(
        Map.of("delivery", delivery.code()),
        Map.of("bootstrap-servers", servers, "client-properties", clientProperties.toString()));
  }

  private void goesOn(LonePipeline pipeline, long version) throws SQLException {
    database.append(topic.aggregateType(), "a", version);
    pipeline.awaitStreaming();
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(topic.readOn()).contains(Long.toString(version)));
  }
}
