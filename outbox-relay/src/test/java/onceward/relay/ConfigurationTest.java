package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import onceward.localstack.process.JarredClassPath;
import onceward.localstack.process.JavaCommand;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Wrong settings end the process with exit code 2 and one line that names the property, a port that
 * is taken with 3.
 *
 * <p>The processes start from an archive of loaded classes, which the first one leaves.
 */
@Execution(ExecutionMode.CONCURRENT)
class ConfigurationTest {

  private static final String HOST = "relay.pipelines.auth.host=127.0.0.1";

  private static final int LIMIT_SECONDS = 120;
  private static final int HEAP_MB = 256;

  @TempDir private static Path shared;
  private static String classPath;

  @TempDir private Path directory;

  @BeforeAll
  static void leaveClassArchive() throws Exception {
    classPath = JarredClassPath.in(shared);
    var program = start(Files.createFile(shared.resolve("relay.properties")), shared);
    assertThat(program.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(archive()).exists();
  }

  @Test
  void no_pipeline_at_all() throws Exception {
    assertRefused(
        "no pipeline is configured; set relay.pipelines.<name>.host and the properties beside it",
        "relay.pipelines.auth");
  }

  @Test
  void a_property_that_is_missing() throws Exception {
    assertRefused(
        "relay.pipelines.auth.slot is missing; set it to a non-empty value",
        "relay.pipelines.auth.slot");
    assertRefused(
        "relay.pipelines.auth.password is missing; set it to a non-empty value",
        "relay.pipelines.auth.password");
  }

  @Test
  void a_password_file_that_gives_no_password() throws Exception {
    var file = directory.resolve("password");
    var property = "relay.pipelines.auth.password-file=" + file;
    assertRefused(
        "password file %s cannot be read (NoSuchFileException): mount it, or set the pipeline's password"
            .formatted(file),
        "relay.pipelines.auth.password",
        property);
    Files.writeString(file, "\n");
    assertRefused(
        "password file %s is empty".formatted(file), "relay.pipelines.auth.password", property);
    assertRefused(
        "relay.pipelines.auth.password and .password-file are both set; set one of them",
        "-",
        property);
  }

  @Test
  void a_value_that_is_not_allowed() throws Exception {
    assertRefused(
        "relay.pipelines.auth.slot is 'Auth Outbox'; allowed: lower-case letters, digits and _",
        "relay.pipelines.auth.slot",
        "relay.pipelines.auth.slot=Auth Outbox");
    assertRefused(
        "relay.pipelines.auth.publication is 'Outbox-Shop'; allowed: lower-case letters, digits, _ and -",
        "-",
        "relay.pipelines.auth.publication=Outbox-Shop");
    assertRefused(
        "relay.pipelines.auth.host is 'db1,db1:5432'; allowed: the name or the address of a host, or several separated by commas, each once and with :port where .port is not its own; IPv6 with a port in brackets",
        "relay.pipelines.auth.host",
        "relay.pipelines.auth.host=db1,db1:5432");
    assertRefused(
        "relay.pipelines.auth.host is '70000'; allowed: 1 to 65535",
        "relay.pipelines.auth.host",
        "relay.pipelines.auth.host=db1,db2:70000");
    assertRefused(
        "relay.pipelines.auth.poll-interval is '1m'; allowed: 1ms to 999ms",
        "-",
        "relay.pipelines.auth.poll-interval=1m");
    assertRefused(
        "relay.pipelines.auth.delivery is 'twice'; allowed: at-least-once or exactly-once",
        "-",
        "relay.pipelines.auth.delivery=twice");
    assertRefused(
        "relay.pipelines.auth.capture is 'debezium'; allowed: pgoutput or engine",
        "-",
        "relay.pipelines.auth.capture=debezium");
    for (var topic : List.of("orders", "{aggregatetype}.{aggregatetype}", "a/{aggregatetype}")) {
      assertRefused(
          "relay.pipelines.auth.topic is '%s'; allowed: {aggregatetype} exactly once, and beside it at most 248 of the characters a-z A-Z 0-9 . _ -"
              .formatted(topic),
          "-",
          "relay.pipelines.auth.topic=" + topic);
    }
    assertRefused(
        "relay.pipelines.auth.topics is 'a b'; allowed: 1 to 249 of the characters a-z A-Z 0-9 . _ -",
        "-",
        "relay.pipelines.auth.topics=orders.events,a b");
    assertRefused(
        "kafka.bootstrap-servers is 'localhost'; allowed: host:port, several separated by commas",
        "kafka",
        "kafka.bootstrap-servers=localhost");
  }

  @Test
  void encryption_of_the_database_by_half() throws Exception {
    var root = Files.writeString(directory.resolve("root.pem"), "");
    assertRefused(
        "relay.pipelines.auth.sslmode is 'verify'; allowed: disable, prefer, require, verify-ca, verify-full",
        "-",
        "relay.pipelines.auth.sslmode=verify");
    assertRefused(
        "relay.pipelines.auth.sslrootcert is missing; with sslmode=verify-full set it to a file of certificates, or to system for those that Java trusts",
        "-",
        "relay.pipelines.auth.sslmode=verify-full");
    assertRefused(
        "relay.pipelines.auth.sslrootcert is set, but sslmode=require verifies nothing; set sslmode=verify-full, or leave it out",
        "-",
        "relay.pipelines.auth.sslmode=require",
        "relay.pipelines.auth.sslrootcert=" + root);
    assertRefused(
        "relay.pipelines.auth.sslrootcert is '/nowhere', a file that cannot be read: mount it, or correct the name",
        "-",
        "relay.pipelines.auth.sslrootcert=/nowhere");
    assertRefused(
        "relay.pipelines.auth.sslcert and .sslkey go together; set both or neither",
        "-",
        "relay.pipelines.auth.sslcert=" + root);
    assertRefused(
        "relay.pipelines.auth.sslcert is set, but with sslrootcert=system it is never shown; set sslrootcert to a file of certificates, or leave it out",
        "-",
        "relay.pipelines.auth.sslrootcert=system",
        "relay.pipelines.auth.sslcert=" + root,
        "relay.pipelines.auth.sslkey=" + root);
  }

  @Test
  void client_properties_of_kafka_that_are_of_no_use() throws Exception {
    var file = directory.resolve("client.properties");
    var property = "kafka.client-properties=" + file;
    assertRefused(
        "kafka.client-properties: '%s' cannot be read (NoSuchFileException)".formatted(file),
        "-",
        property);
    Files.writeString(file, "security.protocol=SSL\nssl.truststore.location=/nowhere");
    assertRefused(
        "kafka.client-properties: '%s' is of no use to Kafka's clients: Failed to construct kafka consumer (NoSuchFileException: /nowhere)"
            .formatted(file),
        "-",
        property);
  }

  @Test
  void a_value_of_the_wrong_kind() throws Exception {
    assertRefused(
        "relay.pipelines.auth.port is 'many'; allowed: 1 to 65535",
        "relay.pipelines.auth.port",
        "relay.pipelines.auth.port=many");
    assertRefused(
        "relay.pipelines.auth.batch-max is '0'; allowed: 1 to 10000",
        "-",
        "relay.pipelines.auth.batch-max=0");
  }

  @Test
  void a_management_port_that_cannot_be_opened_or_used() throws Exception {
    assertRefused(
        "management.port is 'nine'; allowed: 0 to 65535, 0 for any free port",
        "-",
        "management.port=nine");
    assertRefused(
        "management.operator-token-file is '/none', a file that cannot be read (NoSuchFileException): mount it, or correct the name",
        "-",
        "management.operator-token-file=/none");
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertEnds(
          start("-", "management.port=" + taken.getLocalPort()),
          3,
          "or management.port if that is the one");
    }
  }

  @Test
  void a_port_that_is_taken() throws Exception {
    try (var taken = new ServerSocket(0)) {
      var port = "micronaut.server.port=" + taken.getLocalPort();

      assertEnds(
          start("micronaut.server.port", port),
          3,
          "end the process that listens there, or set micronaut.server.port");
    }
  }

  private void assertRefused(String expected, String without, String... with)
      throws IOException, InterruptedException {
    assertEnds(start(without, with), 2, expected);
  }

  /** Starts the program with a good file, less what begins so, plus what is given. */
  private Process start(String without, String... with) throws IOException {
    var good =
        List.of(
            HOST,
            "relay.pipelines.auth.port=5432",
            "relay.pipelines.auth.database=auth",
            "relay.pipelines.auth.username=relay",
            "relay.pipelines.auth.password=secret",
            "relay.pipelines.auth.slot=auth_outbox",
            "relay.pipelines.auth.source=/onceward/auth-service",
            "kafka.bootstrap-servers=127.0.0.1:1",
            "micronaut.server.port=-1");
    var lines = new ArrayList<>(good);
    lines.removeIf(line -> line.startsWith(without));
    lines.addAll(Arrays.asList(with));
    var file = Files.write(directory.resolve("relay.properties"), lines);
    return start(file, directory);
  }

  private void assertEnds(Process program, int exitCode, String expected)
      throws IOException, InterruptedException {
    var ended = program.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    program.destroyForcibly();
    assertThat(ended).as("the program ends by itself").isTrue();
    var lines = Files.readAllLines(output(directory));
    assertThat(program.exitValue()).as(lines.toString()).isEqualTo(exitCode);
    assertThat(lines.getLast())
        .contains("The relay does not start: ")
        .contains(expected)
        .doesNotContain("secret");
    // The framework names a port that is taken too, before.
    assertThat(lines).hasSize(exitCode == 3 ? 2 : 1);
  }

  private static Process start(Path properties, Path directory) throws IOException {
    return new ProcessBuilder(
            JavaCommand.withHeap(HEAP_MB)
                .flag("-XX:TieredStopAtLevel=1")
                .flag("-Dmicronaut.config.files=" + properties)
                .classArchive(archive())
                .main(classPath, "onceward.relay.Application"))
        .redirectErrorStream(true)
        .redirectOutput(output(directory).toFile())
        .start();
  }

  private static Path archive() {
    return shared.resolve("relay.jsa");
  }

  private static Path output(Path directory) {
    return directory.resolve("output");
  }
}
