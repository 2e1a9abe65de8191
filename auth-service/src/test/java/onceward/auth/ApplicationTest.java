package onceward.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import onceward.messaging.testkit.TestService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in a JVM of its own: what is in the way of its start is one line. */
class ApplicationTest {

  private static final long LIMIT_S = 60;

  private static TestService service;
  private static Path key;

  @TempDir static Path directory;

  private record Ended(int exitCode, List<String> lines) {}

  @BeforeAll
  static void prepare() throws Exception {
    service = TestService.create("auth", "account.events", "profile.events");
    key = directory.resolve("key.json");
    Files.writeString(key, new ECKeyGenerator(Curve.P_256).keyID("test").generate().toJSONString());
    assertThat(migrate(service.migratorProperties()).exitCode()).isZero();
  }

  @AfterAll
  static void dropSlot() {
    service.close();
  }

  @Test
  void without_settings_the_first_missing_one_is_named() throws Exception {
    assertThat(start(Map.of()))
        .isEqualTo(
            new Ended(
                2,
                List.of(
                    "auth-service: datasources.default.url is missing: set it to"
                        + " jdbc:postgresql://host:port/database, in a file that"
                        + " MICRONAUT_CONFIG_FILES names or as -datasources.default.url=…")));
  }

  @Test
  void a_number_that_is_none_is_not_replaced_by_the_default() throws Exception {
    assertThat(start(with("auth.password.iterations", "many")))
        .isEqualTo(
            new Ended(
                2,
                List.of(
                    "auth-service: auth.password.iterations is 'many'; allowed: a whole number, 2 to"
                        + " 100")));
  }

  @Test
  void passwords_are_not_hashed_for_less_than_the_floor() throws Exception {
    assertThat(start(with("auth.password.memory-kib", "19455")))
        .isEqualTo(
            new Ended(
                2,
                List.of(
                    "auth-service: auth.password.memory-kib is '19455'; allowed: a whole number, 19456"
                        + " to 4194304")));
  }

  @Test
  void a_deadline_that_is_none_is_not_replaced_by_the_default() throws Exception {
    assertThat(start(with("auth.registration.deadline", "soon")))
        .isEqualTo(
            new Ended(
                2,
                List.of(
                    "auth-service: auth.registration.deadline is 'soon'; allowed: a duration, 1s to"
                        + " 24h")));
  }

  @Test
  void a_signing_key_that_is_none_is_named_with_its_file() throws Exception {
    Path noKey = Files.writeString(directory.resolve("no-key.json"), "{}");
    for (var file : List.of(noKey, directory.resolve("absent.json"))) {
      var ended = start(with("auth.signing-key-file", file.toString()));
      assertThat(ended.exitCode()).isEqualTo(2);
      assertThat(ended.lines())
          .singleElement()
          .asString()
          .startsWith("auth-service: auth.signing-key-file is '" + file + "', but it ")
          .endsWith("; allowed: a file with one private EC key (P-256) as JWK, with \"kid\"");
    }
  }

  @Test
  void a_database_that_cannot_be_reached_is_named() throws Exception {
    var ended = start(with("datasources.default.url", "jdbc:postgresql://127.0.0.1:9/auth"));

    assertThat(ended.exitCode()).isEqualTo(3);
    assertThat(ended.lines())
        .singleElement()
        .asString()
        .startsWith("auth-service: cannot connect to PostgreSQL at 127.0.0.1:9, database auth, as ")
        .contains("refused")
        .contains("see that it runs, or correct datasources.default.url");
  }

  @Test
  void a_database_that_is_gone_ends_the_start_with_the_page_to_read() throws Exception {
    try (var some = TestService.create("auth", "account.events", "profile.events")) {
      var ended = start(with("datasources.default.url", url(some) + "_gone"));

      assertThat(ended.exitCode()).isEqualTo(3);
      assertThat(ended.lines())
          .singleElement()
          .asString()
          .contains("does not exist")
          .contains(
              "if it is lost, read infra/docs/runbook/consumer-database-lost.md before anybody makes an empty one");
    }
  }

  @Test
  void a_database_without_migrations_ends_the_start_with_the_command_that_runs_them()
      throws Exception {
    try (var empty = TestService.create("auth", "account.events", "profile.events")) {
      var ended = start(with("datasources.default.url", url(empty)));

      assertThat(ended.exitCode()).isEqualTo(3);
      assertThat(ended.lines().getLast())
          .startsWith("auth-service: database " + database(empty))
          .contains("is not at the version of this program")
          .contains("run `java -jar auth-service.jar migrate`");
      assertThat(ended.lines()).noneMatch(line -> line.strip().startsWith("at "));
    }
  }

  @Test
  void a_database_that_lacks_one_migration_ends_the_start_as_well() throws Exception {
    try (var behind = TestService.create("auth", "account.events", "profile.events")) {
      assertThat(migrate(behind.migratorProperties()).exitCode()).isZero();
      try (var connection = behind.connect();
          var statement = connection.createStatement()) {
        statement.execute("delete from flyway_schema_history where version = '3'");
      }
      var ended = start(with("datasources.default.url", url(behind)));

      assertThat(ended.exitCode()).isEqualTo(3);
      assertThat(ended.lines().getLast())
          .contains("is not at the version of this program (migration 3)");
    }
  }

  @Test
  void the_step_that_migrates_needs_no_right_to_replicate_only_the_slot() throws Exception {
    try (var empty = TestService.create("auth", "account.events", "profile.events")) {
      try (var connection = empty.connect();
          var statement = connection.createStatement()) {
        statement.execute("select pg_drop_replication_slot('%s')".formatted(slot(empty)));
      }

      var ended = migrate(empty.migratorProperties());
      assertThat(ended.exitCode()).isEqualTo(3);
      assertThat(ended.lines().getLast())
          .startsWith("auth-service: replication slot " + slot(empty) + " is missing in database ")
          .contains("pg_create_logical_replication_slot('" + slot(empty) + "', 'pgoutput')");
    }
  }

  @Test
  void the_step_that_migrates_has_nothing_to_do_the_second_time() throws Exception {
    var ended = migrate(service.migratorProperties());

    assertThat(ended.exitCode()).as("%s", ended.lines()).isZero();
    assertThat(ended.lines().getLast())
        .isEqualTo(
            "auth-service: database %s has the migrations of this version; 0 were run"
                .formatted(database(service)));
  }

  @Test
  void a_password_that_is_refused_is_not_repeated() throws Exception {
    var wrong = new HashMap<>(service.migratorProperties());
    wrong.put("flyway.datasources.migrator.password", "swordfish");
    var ended = migrate(wrong);

    assertThat(ended.exitCode()).isEqualTo(3);
    assertThat(ended.lines())
        .singleElement()
        .asString()
        .contains("password authentication failed")
        .contains("flyway.datasources.migrator.password")
        .doesNotContain("swordfish");
  }

  @Test
  void a_port_that_is_taken_is_named_without_a_stack_trace() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var ended = start(with("micronaut.server.port", Integer.toString(taken.getLocalPort())));

      assertThat(ended.exitCode()).as("%s", ended.lines()).isEqualTo(3);
      assertThat(ended.lines().getLast())
          .startsWith("auth-service: ")
          .contains(Integer.toString(taken.getLocalPort()))
          .contains("set micronaut.server.port");
      assertThat(ended.lines()).noneMatch(line -> line.strip().startsWith("at "));
    }
  }

  private static Map<String, String> with(String property, String value) {
    var all = new HashMap<>(service.properties());
    all.keySet().removeAll(service.migratorProperties().keySet());
    all.put("auth.issuer", "https://onceward.test");
    all.put("auth.signing-key-file", key.toString());
    all.put(property, value);
    return all;
  }

  private static String url(TestService of) {
    return of.properties().getOrDefault("datasources.default.url", "");
  }

  private static String database(TestService of) {
    return url(of).substring(url(of).lastIndexOf('/') + 1);
  }

  private static String slot(TestService of) {
    return of.properties().getOrDefault("flyway.datasources.migrator.placeholders.slot", "");
  }

  private static Ended start(Map<String, String> properties) throws Exception {
    return run(List.of(), properties);
  }

  private static Ended migrate(Map<String, String> properties) throws Exception {
    return run(List.of("migrate"), properties);
  }

  private static Ended run(List<String> arguments, Map<String, String> properties)
      throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Dstderr.encoding=UTF-8"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Application.class.getName());
    command.addAll(arguments);
    properties.forEach((name, value) -> command.add("-" + name + "=" + value));
    var output = Files.createTempFile(directory, "output", ".txt");
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(output.toFile());
    var process = builder.start();
    try {
      assertThat(process.waitFor(LIMIT_S, TimeUnit.SECONDS)).isTrue();
      return new Ended(process.exitValue(), Files.readAllLines(output, StandardCharsets.UTF_8));
    } finally {
      process.destroyForcibly();
    }
  }
}
