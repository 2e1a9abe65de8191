package onceward.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.postgres.PostgresSettings;
import onceward.localstack.process.Ports;
import onceward.localstack.process.ProcessId;
import onceward.localstack.process.Signal;
import onceward.localstack.process.StackException;
import onceward.localstack.process.Waiting;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * One stack is started and goes through its life in the order of the tests: starting costs most.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class LocalStackTest {

  private static final Duration READY = Duration.ofMinutes(2);
  private static final List<String> TOLD = new CopyOnWriteArrayList<>();

  @TempDir static Path directory;

  private static StackSettings settings;
  private static LocalStack stack;

  @BeforeAll
  static void start() throws IOException {
    settings =
        StackSettings.of(FakeBuild.in(directory.resolve("project")))
            .withPorts(StackPorts.free())
            .withReadyWithin(READY)
            .withProgress(TOLD::add)
            .withOverride("auth-service", "auth.registration.deadline", "3s");
    stack = LocalStack.start(settings);
  }

  @AfterAll
  static void stop() {
    LocalStack.stop(settings.home(), line -> {});
  }

  @Test
  @Order(1)
  void everything_is_ready_and_reported() {
    assertThat(stack.programs()).hasSize(4).allMatch(Program::isReady);
    assertThat(TOLD)
        .anyMatch(line -> line.startsWith("postgres"))
        .anyMatch(line -> line.startsWith("kafka"))
        .anyMatch(line -> line.startsWith("gateway"));
  }

  @Test
  @Order(1)
  void services_may_use_their_own_database_only() throws SQLException {
    try (Connection own = stack.postgres().connect("user", "user_service")) {
      assertThat(answer(own, "show wal_level")).isEqualTo("logical");
      assertThat(answer(own, "show fsync")).isEqualTo("on");
    }
    assertThatThrownBy(() -> stack.postgres().connect("auth", "user_service"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("permission denied for database");
  }

  @Test
  @Order(1)
  void only_the_administrator_is_superuser() throws SQLException {
    try (Connection admin = stack.postgres().connect("postgres")) {
      assertThat(answer(admin, "select string_agg(rolname, ',') from pg_roles where rolsuper"))
          .isEqualTo("postgres");
      assertThat(
              answer(admin, "select count(*) from pg_hba_file_rules where auth_method = 'trust'"))
          .isEqualTo("0");
    }
  }

  /** One turn of hashing is enough for random bits, and for nothing else. */
  @Test
  @Order(1)
  void only_generated_passwords_are_hashed_once() throws SQLException {
    try (Connection admin = stack.postgres().connect("postgres")) {
      assertThat(
              answer(
                  admin,
                  "select string_agg(distinct split_part(rolpassword, ':', 1), ',') from pg_authid where rolpassword is not null"))
          .isEqualTo("SCRAM-SHA-256$1");
      execute("create role guest password 'guest'");
      assertThat(
              answer(
                  admin,
                  "select split_part(rolpassword, ':', 1) from pg_authid where rolname = 'guest'"))
          .isEqualTo("SCRAM-SHA-256$4096");
      execute("drop role guest");
    }
  }

  @Test
  @Order(1)
  void settings_and_secrets_are_readable_by_their_owner_only() throws IOException {
    Path settingsFile = settings.home().resolve("config/auth-service.properties");

    assertThat(Files.readString(settingsFile))
        .contains("auth.registration.deadline=3s")
        .contains("datasources.default.username=auth_service");
    for (Path file :
        List.of(settingsFile, settings.home().resolve("secrets/passwords.properties"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  @Order(2)
  void a_second_start_is_refused() {
    assertThatThrownBy(() -> LocalStack.start(settings))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("runs already")
        .hasMessageContaining("infra/onceward down");
    assertThatThrownBy(() -> LocalStack.start(settings.withFresh(true)))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("before its data is deleted");
  }

  @Test
  @Order(2)
  void there_is_nothing_to_heal_while_everything_lives() {
    assertThat(heal()).isEmpty();
    assertThat(LocalStack.heal(directory.resolve("nowhere"), READY, TOLD::add)).isEmpty();
  }

  @Test
  @Order(3)
  void a_killed_program_is_started_again_and_recorded() {
    Program program = stack.program("user-service");
    long before = program.pid();

    program.kill();
    assertThat(program.isAlive()).isFalse();
    program.start();
    program.awaitReady(READY);

    assertThat(LocalStack.attach(settings.home()).program("user-service").pid())
        .isEqualTo(program.pid())
        .isNotEqualTo(before);
  }

  @Test
  @Order(4)
  void a_paused_program_answers_only_after_it_is_resumed() {
    Program program = stack.program("gateway");

    program.pause();
    assertThat(program.isReady()).isFalse();
    program.resume();

    program.awaitReady(READY);
  }

  @Test
  @Order(5)
  void a_program_that_somebody_killed_is_healed() {
    Program relay = stack.program("outbox-relay");
    ProcessId.find(relay.pid()).orElseThrow().end(READY, Signal.KILL);
    assertThat(stack.died()).containsExactly("outbox-relay");
    TOLD.clear();

    assertThat(heal()).containsExactly("outbox-relay");

    assertThat(TOLD)
        .singleElement()
        .asString()
        .matches("outbox-relay  had ended; ready again in \\d+\\.\\d s");
    assertThat(relay.isReady()).isTrue();
    assertThat(stack.died()).isEmpty();
  }

  @Test
  @Order(6)
  void killed_servers_are_healed_with_their_data() throws Exception {
    execute("create table healed as select 42 as answer");
    try (Admin kafka = admin()) {
      kafka.createTopics(List.of(new NewTopic("healed", 3, (short) 1))).all().get();
    }
    stack.postgres().process().end(READY, Signal.KILL);
    stack.kafka().process().end(READY, Signal.KILL);

    assertThat(heal()).containsExactly("postgres", "kafka");

    stack = LocalStack.attach(settings.home(), TOLD::add);
    try (Connection admin = stack.postgres().connect("auth")) {
      assertThat(answer(admin, "select answer from healed")).isEqualTo("42");
    }
    try (Admin kafka = admin()) {
      assertThat(kafka.listTopics().names().get()).contains("healed", "account.events");
    }
  }

  @Test
  @Order(7)
  void a_program_that_cannot_be_healed_is_named_and_the_rest_goes_on() throws IOException {
    Program service = stack.program("user-service");
    service.kill();
    Path configuration = settings.home().resolve("config/user-service.properties");
    String usual = Files.readString(configuration);
    Files.writeString(configuration, usual + "fake.fails=no room\n");

    assertThatThrownBy(LocalStackTest::heal)
        .isInstanceOf(StackException.class)
        .hasMessageContaining("user-service ended")
        .hasMessageContaining("no room");
    assertThat(stack.program("gateway").isReady()).isTrue();

    Files.writeString(configuration, usual);
    assertThat(heal()).containsExactly("user-service");
  }

  @Test
  @Order(8)
  void closing_ends_every_process_from_the_door_inwards() {
    List<Long> pids = stack.programs().stream().map(Program::pid).toList();
    TOLD.clear();

    stack.close();

    assertThat(TOLD)
        .extracting(line -> line.substring(0, line.indexOf(' ')))
        .containsExactly(
            "gateway", "auth-service", "user-service", "outbox-relay", "kafka", "postgres");
    assertThat(pids).allMatch(pid -> ProcessId.find(pid).isEmpty());
    assertThatThrownBy(() -> LocalStack.attach(settings.home()))
        .hasMessageContaining("No stack runs");
  }

  @Test
  @Order(9)
  void a_program_that_fails_is_named_with_its_log_and_nothing_stays_behind() {
    StackSettings failing =
        settings.withOverride("outbox-relay", "fake.fails", "the slot is missing");

    assertThatThrownBy(() -> LocalStack.start(failing))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("outbox-relay ended")
        .hasMessageContaining("fake failure: the slot is missing")
        .hasMessageContaining("outbox-relay.log");
    assertThat(LocalStack.stop(settings.home(), line -> {})).isFalse();
  }

  @Test
  @Order(10)
  void what_a_crash_left_is_recognised_cleaned_up_and_recovered_from() throws SQLException {
    stack = LocalStack.start(settings);
    execute("create table kept as select 42 as answer");
    crash();

    assertThatThrownBy(() -> LocalStack.start(settings))
        .hasMessageContaining("ended badly")
        .hasMessageContaining("infra/onceward down");
    assertThat(LocalStack.stop(settings.home(), line -> {})).isTrue();

    stack = LocalStack.start(settings);
    try (Connection admin = stack.postgres().connect("auth")) {
      assertThat(answer(admin, "select answer from kept")).isEqualTo("42");
    }
    stack.close();
  }

  @Test
  @Order(11)
  void servers_whose_start_was_killed_before_they_were_ready_are_found_and_ended()
      throws Exception {
    Path home = directory.resolve("killed-start");
    Process start = KilledStart.begin(settings.root(), home);
    StackFile file = new StackFile(home.resolve("stack.json"));
    try {
      assertThat(
              Waiting.until(
                  () -> file.read().map(StackState::kafka).isPresent() && postgresOf(file, home),
                  READY,
                  Duration.ofMillis(5)))
          .isTrue();
    } finally {
      start.destroyForcibly().waitFor();
    }
    StackState left = file.read().orElseThrow();
    ProcessId postgres = PostgresServer.find(postgresSettings(left, home)).orElseThrow();

    assertThat(LocalStack.stop(home, line -> {})).isTrue();

    assertThat(left.kafka()).isNotNull().returns(false, ProcessId::isAlive);
    assertThat(postgres.isAlive()).isFalse();
  }

  @Test
  @Order(11)
  void a_taken_port_is_named_with_the_option_that_changes_it() throws IOException {
    int port = Ports.free();
    StackPorts ports = new StackPorts(port, 0, 0, 0, 0, 0, 0);
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(taken.isBound()).isTrue();
      assertThatThrownBy(() -> LocalStack.start(settings.withPorts(ports)))
          .isInstanceOf(StackException.class)
          .hasMessageContaining("Port " + port)
          .hasMessageContaining("--port-gateway");
    }
  }

  @Test
  @Order(11)
  void a_missing_build_is_named_with_the_command_that_makes_it() {
    assertThatThrownBy(() ->
            LocalStack.start(
                StackSettings.of(directory.resolve("nothing")).withPorts(StackPorts.free())))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("auth-service.jar")
        .hasMessageContaining("mvn package");
  }

  @Test
  @Order(11)
  void a_directory_with_other_files_is_never_taken_as_home() throws IOException {
    Path foreign = Files.createDirectories(directory.resolve("foreign"));
    Files.writeString(foreign.resolve("thesis.txt"), "ten years of work");

    assertThatThrownBy(() -> LocalStack.start(settings.withHome(foreign).withFresh(true)))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("not ours");
    assertThat(foreign.resolve("thesis.txt")).exists();
  }

  private static List<String> heal() {
    return LocalStack.heal(settings.home(), READY, TOLD::add);
  }

  private static boolean postgresOf(StackFile file, Path home) {
    return file.read()
        .flatMap(state -> PostgresServer.find(postgresSettings(state, home)))
        .isPresent();
  }

  private static PostgresSettings postgresSettings(StackState state, Path home) {
    return new StackHome(home).postgres(state.ports().postgres());
  }

  private static Admin admin() {
    return Admin.create(
        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, stack.kafka().bootstrapServers()));
  }

  private static void execute(String statement) throws SQLException {
    try (Connection admin = stack.postgres().connect("auth");
        Statement execution = admin.createStatement()) {
      execution.execute(statement);
    }
  }

  /** As after a power cut of half the machine: the database is dead, programs and Kafka live. */
  private static void crash() {
    stack.postgres().process().end(READY, Signal.KILL);
    new StackFile(settings.home().resolve("stack.json"))
        .update(state -> state.withSupervisor(new ProcessId(1, java.time.Instant.EPOCH)));
  }

  private static String answer(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      assertThat(result.next()).isTrue();
      return result.getString(1);
    }
  }
}
