package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.postgres.PostgresSettings;
import onceward.messaging.testkit.servers.TestAuthority;
import onceward.messaging.testkit.servers.TestIdentity;
import onceward.messaging.testkit.servers.TestPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Over TLS to PostgreSQL: who cannot be verified is not talked to, and a certificate that expires
 * is told of, and may be renewed, while the relay runs.
 */
class PostgresTlsTest {

  private static final Duration PROMISED = Duration.ofSeconds(30);
  private static final Duration SILENCE = Duration.ofSeconds(2);
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir private static Path directory;
  private static TestAuthority authority;
  private static TestIdentity certified;
  private static PostgresServer server;
  private static Path hba;
  private static String trusting;

  private TestIdentity relay;
  private OutboxDatabase database;
  private TopicReader topic;

  @BeforeAll
  static void startServer() throws Exception {
    authority = TestAuthority.in(directory);
    certified = authority.identity("localhost");
    var settings = PostgresSettings.in(directory);
    server = PostgresServer.start(settings);
    hba = settings.dataDirectory().resolve("pg_hba.conf");
    trusting = Files.readString(hba);
  }

  @AfterAll
  static void endServer() {
    server.close();
  }

  @BeforeEach
  void start() throws Exception {
    relay = authority.identity("relay");
    database = OutboxDatabase.on(TestPostgres.of(server));
    serve("ssl_cert_file", certified.certificate());
    serve("ssl_key_file", certified.key());
    serve("ssl_ca_file", authority.certificate());
    serve("ssl", "on");
    reload();
    topic = new TopicReader().createTopic();
  }

  @AfterEach
  void end() throws Exception {
    certified.renew();
    reload();
    topic.close();
    database.close();
  }

  @Test
  void every_session_is_encrypted_and_names_the_relay() throws Exception {
    try (var pipeline = start(asRelay())) {
      goesOn(pipeline, 1);
      assertThat(
              database.ask(
                  "select string_agg(distinct client_dn, ', ') || ' ' || bool_and(ssl) || ' ' || (count(*) > 1) from pg_stat_ssl join pg_stat_activity using (pid) where usename = 'relay'"))
          .isEqualTo("/CN=relay true true");
    }
  }

  /** Method: the session that reads the log stays; nobody ends it because of its certificate. */
  @Test
  void the_servers_certificate_expires_and_is_renewed() throws Exception {
    try (var pipeline = LonePipeline.start(parts(asRelay()))) {
      goesOn(pipeline, 1);

      certified.expire();
      reload();
      pipeline.awaitDown(PROMISED, "CertificateExpiredException");

      certified.renew();
      reload();
      goesOn(pipeline, 2);
    }
  }

  @Test
  void the_relays_own_certificate_expires_and_is_renewed() throws Exception {
    requireCertificates();
    try (var pipeline = start(asRelay())) {
      goesOn(pipeline, 1);

      relay.expire();
      pipeline.awaitDown(
          PROMISED, "the relay's own certificate %s expired at".formatted(relay.certificate()));

      relay.renew();
      goesOn(pipeline, 2);
    } finally {
      trustPasswordsAlone();
    }
  }

  @Test
  void a_server_that_another_authority_certified_is_not_talked_to() throws Exception {
    var another = TestAuthority.in(Files.createDirectory(directory.resolve("another")));
    for (var trusted : List.of(another.certificate().toString(), "system")) {
      try (var pipeline = start(Map.of("sslrootcert", trusted))) {
        pipeline.awaitDown(PROMISED, "unable to find valid certification path");
      }
    }
  }

  @Test
  void a_server_by_another_name_is_talked_to_only_if_its_name_does_not_matter() throws Exception {
    var root = authority.certificate();
    try (var pipeline = start(Map.of("sslrootcert", root, "host", "127.0.0.1"))) {
      pipeline.awaitDown(PROMISED, "The hostname 127.0.0.1 could not be verified");
    }
    try (var pipeline =
        start(Map.of("sslrootcert", root, "sslmode", "verify-ca", "host", "127.0.0.1"))) {
      goesOn(pipeline, 1);
    }
  }

  @Test
  void a_server_without_encryption_is_not_talked_to() throws Exception {
    serve("ssl", "off");
    reload();
    try (var pipeline = start(Map.of("sslrootcert", authority.certificate()))) {
      pipeline.awaitDown(PROMISED, "The server does not support SSL");
    }
  }

  private Map<String, Object> asRelay() {
    return Map.of(
        "sslrootcert",
        authority.certificate(),
        "sslcert",
        relay.certificate(),
        "sslkey",
        relay.key());
  }

  /** As the relay is set up by its operator, but quicker to call a stall one. */
  private LonePipeline start(Map<String, Object> tls) {
    return LonePipeline.start(LonePipeline.stallingAfter(SILENCE, parts(tls)));
  }

  private ConfiguredParts parts(Map<String, Object> tls) {
    var properties = new HashMap<String, Object>(Map.of("host", "localhost"));
    tls.forEach((name, value) -> properties.put(name, value.toString()));
    return database.parts(properties, Map.of());
  }

  private void goesOn(LonePipeline pipeline, long version) throws SQLException {
    database.append(topic.aggregateType(), "a", version);
    pipeline.awaitStreaming();
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(topic.readOn()).contains(Long.toString(version)));
  }

  /** The relay's role, with a certificate that names it; and its password. */
  private void requireCertificates() throws Exception {
    Files.writeString(
        hba, "hostssl all relay all scram-sha-256 clientcert=verify-full\n" + trusting);
    reload();
  }

  private void trustPasswordsAlone() throws Exception {
    Files.writeString(hba, trusting);
    reload();
  }

  private void serve(String setting, Object value) throws SQLException {
    database.administer("alter system set %s = '%s'".formatted(setting, value));
  }

  private void reload() throws SQLException {
    database.administer("select pg_reload_conf()");
  }
}
