package onceward.messaging.testkit.servers;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import onceward.localstack.fault.Proxy;
import onceward.localstack.kafka.KafkaBroker;
import onceward.localstack.kafka.KafkaSettings;
import onceward.localstack.process.Ports;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/**
 * A Kafka broker of a test's own that is talked to over TLS: at one port by clients with a
 * certificate, at another by clients with a password (SCRAM). Tests themselves reach it without
 * either, by {@link #broker()}.
 *
 * <p>Kafka asks who somebody is only when a connection begins, so both ports are proxies whose
 * connections can be {@linkplain #cut cut}.
 *
 * <p>Not thread-safe.
 */
public final class SecuredKafka implements AutoCloseable {

  private static final String HOST = "localhost";
  private static final int CALL_LIMIT_S = 30;
  private static final int ITERATIONS = 4096;

  private final TestAuthority authority;
  private final TestIdentity identity;
  private final Proxy certificates;
  private final Proxy passwords;
  private final KafkaBroker broker;

  private SecuredKafka(Path directory, TestAuthority authority) {
    this.authority = authority;
    this.identity = authority.identity(HOST);
    var mtls = Ports.free();
    var scram = Ports.free();
    this.certificates = Proxy.to(mtls);
    this.passwords = Proxy.to(scram);
    var settings = KafkaSettings.in(directory);
    this.broker = KafkaBroker.start(settings.with(properties(settings, mtls, scram)));
  }

  /**
   * Returns when the broker listens.
   *
   * @param directory for its data and its certificate
   * @param authority certifies it, and whom it lets in
   */
  public static SecuredKafka start(Path directory, TestAuthority authority) {
    return new SecuredKafka(directory, authority);
  }

  private Map<String, String> properties(KafkaSettings settings, int mtls, int scram) {
    return Map.ofEntries(
        Map.entry(
            "listeners",
            "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d,MTLS://127.0.0.1:%d,SCRAM://127.0.0.1:%d"
                .formatted(settings.port(), settings.controllerPort(), mtls, scram)),
        Map.entry(
            "advertised.listeners",
            "PLAINTEXT://127.0.0.1:%d,MTLS://%s,SCRAM://%s"
                .formatted(settings.port(), atCertificates(), atPasswords())),
        Map.entry(
            "listener.security.protocol.map",
            "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,MTLS:SSL,SCRAM:SASL_SSL"),
        Map.entry("ssl.keystore.type", "PEM"),
        Map.entry("ssl.keystore.location", identity.keyAndCertificate().toString()),
        Map.entry("ssl.truststore.type", "PEM"),
        Map.entry("ssl.truststore.location", authority.certificate().toString()),
        Map.entry("listener.name.mtls.ssl.client.auth", "required"),
        Map.entry("listener.name.scram.sasl.enabled.mechanisms", "SCRAM-SHA-512"),
        Map.entry(
            "listener.name.scram.scram-sha-512.sasl.jaas.config",
            "org.apache.kafka.common.security.scram.ScramLoginModule required;"));
  }

  /** The broker as a process, and where the test reaches it. */
  public KafkaBroker broker() {
    return broker;
  }

  /** Puts a record on a topic, as the test. */
  public void publish(ProducerRecord<byte[], byte[]> record) {
    var bytes = new ByteArraySerializer();
    var settings = Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers());
    try (var producer = new KafkaProducer<>(settings, bytes, bytes)) {
      await(producer.send(record));
    }
  }

  /** Where it lets clients in that have a certificate. */
  public String atCertificates() {
    return HOST + ":" + certificates.port();
  }

  /** Where it lets clients in that have a password. */
  public String atPasswords() {
    return HOST + ":" + passwords.port();
  }

  /** The lines of a file of client properties for somebody with a certificate. */
  public List<String> byCertificate(TestIdentity client) {
    return List.of(
        "security.protocol=SSL",
        "ssl.truststore.type=PEM",
        "ssl.truststore.location=" + authority.certificate(),
        "ssl.keystore.type=PEM",
        "ssl.keystore.location=" + client.keyAndCertificate());
  }

  /** The lines of a file of client properties for somebody with a password. */
  public List<String> byPassword(String user, String password) {
    return List.of(
        "security.protocol=SASL_SSL",
        "ssl.truststore.type=PEM",
        "ssl.truststore.location=" + authority.certificate(),
        "sasl.mechanism=SCRAM-SHA-512",
        "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
            .formatted(user, password));
  }

  /** Lets that user in with that password from now on, and with no other. */
  public void setPassword(String user, String password) {
    var scram = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS);
    try (var admin = admin()) {
      await(
          admin
              .alterUserScramCredentials(
                  List.of(new UserScramCredentialUpsertion(user, scram, password)))
              .all());
    }
  }

  /** Has its certificate expire, as whoever connects from now on sees. */
  public void expireCertificate() {
    identity.expire();
    readCertificate();
  }

  /** Gives it a valid certificate. */
  public void renewCertificate() {
    identity.renew();
    readCertificate();
  }

  /** Ends all encrypted connections there are; clients may connect anew. */
  public void cut() {
    certificates.cut();
    passwords.cut();
  }

  /** A broker reads its file again when it is told of it again, and some time after that. */
  private void readCertificate() {
    var me = new ConfigResource(ConfigResource.Type.BROKER, "1");
    try (var admin = admin()) {
      for (var listener : List.of("mtls", "scram")) {
        var entry =
            new ConfigEntry(
                "listener.name.%s.ssl.keystore.location".formatted(listener),
                identity.keyAndCertificate().toString());
        await(
            admin
                .incrementalAlterConfigs(
                    Map.of(me, List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET))))
                .all());
      }
    }
    for (var listener : List.of(certificates, passwords)) {
      Awaitility.await()
          .atMost(CALL_LIMIT_S, TimeUnit.SECONDS)
          .ignoreExceptionsInstanceOf(IllegalStateException.class)
          .until(() -> ServedCertificate.at(listener.port()).equals(identity.now()));
    }
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  private static void await(Future<?> done) {
    try {
      done.get(CALL_LIMIT_S, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("Kafka refused to be changed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while changing Kafka", e);
    }
  }

  @Override
  public void close() {
    broker.close();
    certificates.close();
    passwords.close();
  }
}
