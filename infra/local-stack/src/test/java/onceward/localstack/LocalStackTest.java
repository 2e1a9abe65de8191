package onceward.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import onceward.localstack.kafka.Topic;
import onceward.localstack.process.Condition;
import onceward.localstack.process.ProcessId;
import onceward.localstack.process.Signal;
import onceward.localstack.process.StackException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.assertj.core.api.InstanceOfAssertFactories;
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
        List.of(
            settingsFile,
            settings.home().resolve("secrets/passwords.properties"),
            settings.home().resolve("secrets/management-operator.token"),
            settings.home().resolve("secrets/management-reader.token"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  @Order(1)
  void migrations_are_a_step_whose_login_no_program_has() throws IOException {
    String password = stack.postgres().password("auth_migrator");

    assertThat(settings.home().resolve("logs/auth-service-migrate.log"))
        .content()
        .contains("migrated as auth_migrator");
    assertThat(settings.home().resolve("secrets/auth-service-migrator.properties"))
        .content()
        .contains(password);
    for (Program program : stack.programs()) {
      assertThat(
              Files.readString(settings.home().resolve("config/" + program.name() + ".properties")))
          .doesNotContain("migrator")
          .doesNotContain(password);
    }
  }

  @Test
  @Order(1)
  void only_the_relay_may_replicate_and_nobody_physically() throws SQLException {
    try (Connection admin = stack.postgres().connect("postgres")) {
      assertThat(
              answer(
                  admin,
                  "select string_agg(rolname, ',') from pg_roles where rolreplication and not rolsuper"))
          .isEqualTo("relay");
      assertThat(
              answer(
                  admin,
                  "select count(*) from pg_hba_file_rules where 'replication' = any (database)"))
          .isEqualTo("0");
      assertThat(
              answer(
                  admin,
                  "select count(*) from pg_database where datallowconn and has_database_privilege('auth_service', oid, 'connect')"))
          .isEqualTo("1");
    }
  }

  /** What is written while there is no slot is passed over; only an operator may go on then. */
  @Test
  @Order(7)
  void a_slot_that_was_lost_is_not_created_again_in_silence() throws SQLException {
    try (Connection admin = stack.postgres().connect("user")) {
      String slots = "select count(*) from pg_replication_slots where slot_name = 'user_outbox'";
      assertThat(answer(admin, slots)).isEqualTo("1");
      // It follows to a standby, as the runbook has it, should there be one.
      assertThat(answer(admin, slots + " and failover")).isEqualTo("1");
      answer(admin, "select pg_drop_replication_slot('user_outbox')");
      try (Statement migration = admin.createStatement()) {
        migration.execute("create table outbox ()");
        stack.postgres().createSlot("user", "user_outbox");
        assertThat(answer(admin, slots)).isEqualTo("0");

        migration.execute("drop table outbox");
        stack.postgres().createSlot("user", "user_outbox");
        assertThat(answer(admin, slots)).isEqualTo("1");
      }
    }
  }

  @Test
  @Order(2)
  void a_second_start_is_refused() {
    assertThatThrownBy(() -> LocalStack.start(settings))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("already runs")
        .hasMessageContaining("infra/onceward down");
    assertThatThrownBy(() -> LocalStack.start(settings.withFresh(true)))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("before its data is deleted");
  }

  @Test
  @Order(2)
  void there_is_nothing_to_heal_while_everything_lives() {
    assertThat(heal()).returns(true, Healed::isUntouched).returns(false, Healed::left);
    assertThat(LocalStack.heal(directory.resolve("nowhere"), StackChange.none(), READY, TOLD::add))
        .isEmpty();
  }

  @Test
  @Order(2)
  void settings_change_while_it_runs_by_starting_the_program_anew_once() {
    Map<String, Long> before = pids();
    StackChange change =
        new StackChange(Map.of("user-service", Map.of("fake.lingers", "true")), Map.of());

    assertThat(heal(change).changed()).containsExactly("user-service");
    Map<String, Long> after = pids();
    assertThat(heal(change).isUntouched()).isTrue();

    assertThat(pids()).isEqualTo(after);
    assertThat(after.remove("user-service")).isNotEqualTo(before.remove("user-service"));
    assertThat(after).isEqualTo(before);
    assertThat(settings.home().resolve("config/user-service.properties"))
        .content()
        .contains("fake.lingers=true")
        .contains("datasources.default.username=user_service");
  }

  @Test
  @Order(2)
  void other_ports_are_refused_while_it_runs_and_any_port_is_the_one_it_has() {
    int port = stack.kafka().port();

    assertThatThrownBy(() -> heal(new StackChange(Map.of(), Map.of("kafka", port + 1))))
        .isInstanceOf(RefusedChangeException.class)
        .hasMessageContaining("--port-kafka %d instead of %d".formatted(port + 1, port))
        .hasMessageContaining("infra/onceward down --home " + settings.home());
    assertThat(heal(new StackChange(Map.of(), Map.of("kafka", port, "gateway", 0))).isUntouched())
        .isTrue();
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
  @Order(4)
  void servers_that_are_suspended_are_told_from_those_that_answer() {
    await()
        .atMost(READY)
        .untilAsserted(
            () -> assertThat(stack.conditions()).hasSize(6).allSatisfy(LocalStackTest::isReady));
    stack.postgres().process().pause(READY);
    stack.kafka().process().pause(READY);
    try {
      long start = System.nanoTime();

      assertThat(stack.conditions())
          .containsEntry("postgres", Condition.SILENT)
          .containsEntry("kafka", Condition.SILENT)
          .containsEntry("gateway", Condition.READY);

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    } finally {
      stack.postgres().process().send(Signal.CONT);
      stack.kafka().process().send(Signal.CONT);
    }
  }

  @Test
  @Order(5)
  void a_program_that_somebody_killed_is_healed() {
    Program relay = stack.program("outbox-relay");
    ProcessId.find(relay.pid()).orElseThrow().end(READY, Signal.KILL);
    assertThat(stack.died()).containsExactly("outbox-relay");
    TOLD.clear();

    assertThat(heal().started()).containsExactly("outbox-relay");

    assertThat(TOLD)
        .singleElement()
        .asString()
        .matches("outbox-relay  had ended; ready again in \\d+\\.\\d s");
    assertThat(relay.isReady()).isTrue();
    assertThat(stack.died()).isEmpty();
  }

  @Test
  @Order(5)
  void a_program_that_is_about_to_end_is_waited_for_and_started_again() {
    Program service = stack.program("user-service");
    long before = service.pid();
    TOLD.clear();
    // It is alive and does not answer, as while it ends.
    service.pause();
    CompletableFuture<Healed> healing =
        CompletableFuture.supplyAsync(LocalStackTest::heal, Thread.ofVirtual()::start);
    await().atMost(READY).until(() -> TOLD.stream().anyMatch(l -> l.contains("waiting up to")));
    ProcessId.find(before).orElseThrow().send(Signal.KILL);

    assertThat(healing).succeedsWithin(READY);
    assertThat(TOLD)
        .containsSubsequence("user-service  ended meanwhile; starting it again")
        .last(InstanceOfAssertFactories.STRING)
        .startsWith("user-service  had ended; ready again in");
    assertThat(service.pid()).isNotEqualTo(before);
  }

  @Test
  @Order(6)
  void a_server_that_ends_again_while_programs_are_waited_for_is_named_at_once() {
    stack.program("gateway").pause();
    stack.postgres().process().end(READY, Signal.KILL);
    TOLD.clear();
    CompletableFuture<Healed> healing =
        CompletableFuture.supplyAsync(
            () -> heal(StackChange.none(), Duration.ofMinutes(5)), Thread.ofVirtual()::start);
    try {
      await().atMost(READY).until(() -> TOLD.stream().anyMatch(l -> l.contains("waiting up to")));

      LocalStack.attach(settings.home()).postgres().process().end(READY, Signal.KILL);

      assertThat(healing)
          .failsWithin(READY)
          .withThrowableThat()
          .havingCause()
          .isInstanceOf(StackException.class)
          .withMessageContaining("postgres ended while the programs that need it were starting")
          .withMessageContaining("postgres.log");
    } finally {
      stack.program("gateway").resume();
    }
    assertThat(heal().started()).containsExactly("postgres");
    stack = LocalStack.attach(settings.home(), TOLD::add);
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

    assertThat(heal().started()).containsExactly("postgres", "kafka");

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
  void a_database_that_was_dropped_is_not_made_again_for_a_service_that_has_run() throws Exception {
    stack.program("user-service").kill();
    stack.program("outbox-relay").kill();
    try (Connection admin = stack.postgres().connect("postgres");
        Statement drop = admin.createStatement()) {
      drop.execute("drop database \"user\" with (force)");
    }

    assertThatThrownBy(LocalStackTest::heal)
        .isInstanceOf(StackException.class)
        .hasMessageContaining("Database user of user-service is gone")
        .hasMessageContaining("--set user-service:messaging.restoring=true");
    assertThat(stack.postgres().hasDatabase("user")).isFalse();

    heal(restoring("true"));

    assertThat(stack.postgres().hasDatabase("user")).isTrue();
    heal(restoring("false"));
  }

  /**
   * Method: the position of a relay that has read from a later timeline, and the end of the server
   * while its services run.
   */
  @Test
  @Order(7)
  void a_server_that_was_replaced_is_not_started_again_unless_it_is_meant() throws Exception {
    writePosition(2);
    stack.postgres().process().end(READY, Signal.KILL);
    TOLD.clear();

    assertThatThrownBy(LocalStackTest::heal)
        .isInstanceOf(StackException.class)
        .hasMessageContaining(
            "PostgreSQL is not started: the PostgreSQL server of this stack is on timeline 1, and slot auth_outbox was published up to timeline 2")
        .hasMessageContaining("infra/docs/runbook/failover.md")
        .hasMessageContaining("up --detach --on-timeline 1 --home " + settings.home());
    // Nor is a program stopped for a new setting: it could not be started again.
    assertThatThrownBy(() -> heal(restoring("true")))
        .hasMessageContaining("PostgreSQL is not started");
    // Not for a moment: services that run would have found it.
    assertThat(TOLD).noneMatch(line -> line.startsWith("postgres"));
    assertThat(file().read().orElseThrow().ended()).containsExactly("postgres");
    assertThat(stack.replacement()).contains(new Replacement(1, 2, "auth_outbox"));

    assertThat(heal(new StackChange(Map.of(), Map.of(), OptionalInt.of(1))).started())
        .containsExactly("postgres");
    stack = LocalStack.attach(settings.home(), TOLD::add);
    writePosition(1);
    assertThat(stack.replacement()).isEmpty();
  }

  /** Method: the same, with no service that would write meanwhile, while Kafka runs. */
  @Test
  @Order(7)
  void nor_is_it_started_for_a_moment_where_kafka_can_be_asked_before() throws Exception {
    writePosition(2);
    stack.programs().forEach(Program::kill);
    kill(Stream.of(stack.postgres().process()));
    TOLD.clear();

    assertThatThrownBy(LocalStackTest::heal)
        .isInstanceOf(StackException.class)
        .hasMessageContaining("PostgreSQL is not started");
    assertThat(TOLD).noneMatch(line -> line.startsWith("postgres"));

    heal(new StackChange(Map.of(), Map.of(), OptionalInt.of(1)));
    stack = LocalStack.attach(settings.home(), TOLD::add);
    writePosition(1);
  }

  /** Method: the same, with no service that would write meanwhile, and without Kafka. */
  @Test
  @Order(7)
  void nor_are_services_started_beside_it() throws Exception {
    writePosition(2);
    stack.programs().forEach(Program::kill);
    kill(Stream.of(stack.kafka().process(), stack.postgres().process()));

    assertThatThrownBy(LocalStackTest::heal)
        .isInstanceOf(StackException.class)
        .hasMessageContaining("PostgreSQL is not started");
    assertThat(file().read().orElseThrow().alive())
        .extracting(StackState.Named::name)
        .containsExactly("kafka");

    heal(new StackChange(Map.of(), Map.of(), OptionalInt.of(1)));
    stack = LocalStack.attach(settings.home(), TOLD::add);
    writePosition(1);
  }

  private static void writePosition(int timeline) throws Exception {
    String system;
    try (Connection admin = stack.postgres().connect("postgres")) {
      system = answer(admin, "select system_identifier from pg_control_system()");
    }
    stack.kafka().createTopics(Topic.named("relay.positions"));
    try (KafkaProducer<String, String> relay =
        new KafkaProducer<>(
            stack.kafka().adminProperties(), new StringSerializer(), new StringSerializer())) {
      relay
          .send(
              new ProducerRecord<>(
                  "relay.positions",
                  "auth_outbox",
                  "{\"slot\":\"auth_outbox\",\"systemIdentifier\":\"%s\",\"timeline\":%d}"
                      .formatted(system, timeline)))
          .get();
    }
  }

  private static StackChange restoring(String value) {
    return new StackChange(Map.of("user-service", Map.of("messaging.restoring", value)), Map.of());
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
    assertThat(heal().started()).containsExactly("user-service");
  }

  @Test
  @Order(7)
  void all_that_was_killed_at_once_is_healed_with_its_ports_and_settings() throws Exception {
    StackPorts ports = file().read().orElseThrow().ports();
    stack.detach();
    kill(stack.programs().stream().map(program -> ProcessId.find(program.pid()).orElseThrow()));
    kill(Stream.of(stack.kafka().process(), stack.postgres().process()));
    assertThatThrownBy(() -> LocalStack.attach(settings.home()))
        .hasMessageContaining("All processes of the stack in")
        .hasMessageContaining("infra/onceward up --home " + settings.home());

    assertThat(heal().started()).hasSize(6);

    stack = LocalStack.attach(settings.home(), TOLD::add);
    assertThat(file().read().orElseThrow().ports()).isEqualTo(ports);
    assertThat(settings.home().resolve("config/auth-service.properties"))
        .content()
        .contains("auth.registration.deadline=3s");
    try (Connection admin = stack.postgres().connect("auth")) {
      assertThat(answer(admin, "select answer from healed")).isEqualTo("42");
    }
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

  private static Healed heal() {
    return heal(StackChange.none());
  }

  private static Healed heal(StackChange change) {
    return heal(change, READY);
  }

  private static Healed heal(StackChange change, Duration readyWithin) {
    return LocalStack.heal(settings.home(), change, readyWithin, TOLD::add).orElseThrow();
  }

  private static Map<String, Long> pids() {
    return stack.programs().stream()
        .collect(Collectors.toMap(Program::name, Program::pid, (a, b) -> a, HashMap::new));
  }

  private static void kill(Stream<ProcessId> processes) {
    List<ProcessId> all = processes.toList();
    all.forEach(process -> process.send(Signal.KILL));
    assertThat(all).allMatch(process -> process.awaitGone(READY));
  }

  private static void isReady(String name, Condition condition) {
    assertThat(condition).as(name).isEqualTo(Condition.READY);
  }

  private static StackFile file() {
    return new StackFile(settings.home().resolve("stack.json"));
  }

  private static Admin admin() {
    return Admin.create(stack.kafka().adminProperties());
  }

  private static void execute(String statement) throws SQLException {
    try (Connection admin = stack.postgres().connect("auth");
        Statement execution = admin.createStatement()) {
      execution.execute(statement);
    }
  }

  private static String answer(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      assertThat(result.next()).isTrue();
      return result.getString(1);
    }
  }
}
