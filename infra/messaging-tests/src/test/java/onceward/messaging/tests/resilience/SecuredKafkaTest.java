package onceward.messaging.tests.resilience;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import onceward.localstack.kafka.Topic;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.MessageRecords;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestService;
import onceward.messaging.testkit.servers.SecuredKafka;
import onceward.messaging.testkit.servers.TestAuthority;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a service reads from a Kafka that asks who it is, and outlives the rotation of what it
 * answers with: down meanwhile, and why, and then on without a restart.
 */
class SecuredKafkaTest {

  private static final String USER = "service";
  private static final String TOPIC = "secured.events";
  private static final String CONSUMER = "secured";

  @TempDir private Path directory;
  private TestAuthority authority;
  private SecuredKafka kafka;
  private TestService service;

  @BeforeEach
  void start() {
    authority = TestAuthority.in(directory);
    kafka = SecuredKafka.start(directory, authority);
    kafka.broker().createTopics(Topic.named(TOPIC));
    service = TestService.create(CONSUMER);
  }

  @AfterEach
  void end() {
    service.close();
    kafka.close();
  }

  @Test
  void a_password_is_rotated() throws Exception {
    kafka.setPassword(USER, "first");
    var file = Files.write(directory.resolve("client.properties"), kafka.byPassword(USER, "first"));
    try (var members = members(kafka.atPasswords(), file)) {
      members.awaitReady();
      awaitEffect(1);

      kafka.setPassword(USER, "second");
      awaitCutOff(members);

      Files.delete(file);
      awaitDown(members, "'%s' cannot be read".formatted(file));

      Files.write(file, kafka.byPassword(USER, "second"));
      members.awaitReady();
      awaitEffect(2);
    }
  }

  @Test
  void the_brokers_certificate_expires_and_is_renewed() throws Exception {
    var file =
        Files.write(
            directory.resolve("client.properties"), kafka.byCertificate(authority.identity(USER)));
    try (var members = members(kafka.atCertificates(), file)) {
      members.awaitReady();
      awaitEffect(1);

      kafka.expireCertificate();
      kafka.cut();
      awaitDown(members, "CertificateExpiredException");

      kafka.renewCertificate();
      members.awaitReady();
      awaitEffect(2);
    }
  }

  private Members members(String servers, Path clientProperties) {
    var settings = new HashMap<String, Object>(service.properties());
    settings.put("kafka.bootstrap-servers", servers);
    settings.put("kafka.client-properties", clientProperties.toString());
    settings.put(Effects.TOPIC, TOPIC);
    settings.put(Effects.CONSUMER, CONSUMER);
    return new Members(1, true, settings);
  }

  /** A broker hears of a new password a moment after it is changed, and asks at each login only. */
  private void awaitCutOff(Members members) {
    await()
        .atMost(60, SECONDS)
        .pollInterval(2, SECONDS)
        .until(() -> {
          kafka.cut();
          var readiness = members.readiness(0).text();
          return readiness.startsWith("503") && readiness.contains("SaslAuthenticationException");
        });
  }

  private static void awaitDown(Members members, String reason) {
    await()
        .atMost(30, SECONDS)
        .untilAsserted(
            () -> assertThat(members.readiness(0).text()).startsWith("503").contains(reason));
  }

  /** Publishes a version of the one aggregate; returns when so many effects are there. */
  private void awaitEffect(int version) throws Exception {
    var id = TestMessages.newId();
    kafka.publish(
        MessageRecords.toRecord(
            new Message(id, "secured", "a", version, Load.TYPE, "{}", MessageContext.NONE),
            "/onceward/test"));
    try (var connection = service.connect()) {
      var outcome = new Outcome(connection, CONSUMER);
      await().atMost(30, SECONDS).until(() -> outcome.effects() == version);
    }
  }
}
