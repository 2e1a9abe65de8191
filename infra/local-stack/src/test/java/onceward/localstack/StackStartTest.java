package onceward.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.postgres.PostgresSettings;
import onceward.localstack.process.Ports;
import onceward.localstack.process.ProcessId;
import onceward.localstack.process.Signal;
import onceward.localstack.process.StackException;
import onceward.localstack.process.Waiting;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stacks that do not start, and what is left of one that was killed. No test leaves one running;
 * the later ones find the home of the first. Paths have spaces and letters outside ASCII.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class StackStartTest {

  private static final Duration READY = Duration.ofMinutes(2);

  @TempDir static Path directory;

  private static StackSettings settings;

  @BeforeAll
  static void build() throws IOException {
    settings =
        StackSettings.of(FakeBuild.in(directory.resolve(nameWithLetters())))
            .withPorts(StackPorts.free())
            .withReadyWithin(READY);
  }

  /** A machine without a locale has no letters outside ASCII in its paths. */
  private static String nameWithLetters() {
    var letters = "ein Projekt für alle";
    var paths = Charset.forName(System.getProperty("sun.jnu.encoding", "US-ASCII"));
    return paths.newEncoder().canEncode(letters) ? letters : "a project for all";
  }

  @AfterAll
  static void stop() {
    LocalStack.stop(settings.home(), line -> {});
  }

  @Test
  @Order(1)
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
  @Order(2)
  void a_migration_that_fails_is_named_with_its_log_and_no_program_starts() throws IOException {
    Path fails = Files.createFile(settings.home().resolve("secrets/fake.fails"));

    assertThatThrownBy(() -> LocalStack.start(settings))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("The migrations of auth-service failed")
        .hasMessageContaining("fake failure: a table is in the way")
        .hasMessageContaining("auth-service-migrate.log");
    assertThat(LocalStack.stop(settings.home(), line -> {})).isFalse();
    Files.delete(fails);
  }

  /** As after a power cut of half the machine: database and starter are dead, the rest lives. */
  @Test
  @Order(3)
  void what_a_crash_left_is_recovered_from() throws SQLException {
    LocalStack first = LocalStack.start(settings);
    try (Connection admin = first.postgres().connect("auth");
        Statement statement = admin.createStatement()) {
      statement.execute("create table kept as select 42 as answer");
    }
    first.postgres().process().end(READY, Signal.KILL);
    new StackFile(settings.home().resolve("stack.json"))
        .update(state -> state.withSupervisor(new ProcessId(1, Instant.EPOCH, null)));

    assertThat(LocalStack.heal(settings.home(), StackChange.none(), READY, line -> {}))
        .hasValueSatisfying(healed ->
            assertThat(healed)
                .returns(true, Healed::left)
                .returns(List.of("postgres"), Healed::started));

    try (LocalStack stack = LocalStack.attach(settings.home());
        Connection admin = stack.postgres().connect("auth");
        Statement statement = admin.createStatement();
        ResultSet row = statement.executeQuery("select answer from kept")) {
      assertThat(row.next()).isTrue();
      assertThat(row.getInt(1)).isEqualTo(42);
    }
  }

  @Test
  @Order(4)
  void a_start_that_was_killed_before_servers_were_ready_is_begun_anew_and_leaves_nothing()
      throws Exception {
    Path home = directory.resolve("killed start");
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

    List<String> told = new CopyOnWriteArrayList<>();
    assertThat(LocalStack.heal(home, StackChange.none(), READY, told::add)).isPresent();

    assertThat(told).first().asString().contains("killed half way");
    assertThat(file.read().orElseThrow().ports()).isEqualTo(left.ports());
    assertThat(LocalStack.stop(home, line -> {})).isTrue();
    assertThat(left.kafka()).isNotNull().returns(false, ProcessId::isAlive);
    assertThat(postgres.isAlive()).isFalse();
  }

  @Test
  @Order(4)
  void a_taken_port_is_named_with_the_option_that_changes_it() throws IOException {
    int port = Ports.free();
    StackPorts ports = new StackPorts(port, 0, 0, 0, 0, 0, 0, ManagementPorts.free());
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(taken.isBound()).isTrue();
      assertThatThrownBy(() -> LocalStack.start(settings.withPorts(ports)))
          .isInstanceOf(StackException.class)
          .hasMessageContaining("Port " + port)
          .hasMessageContaining("--port-gateway");
    }
  }

  @Test
  @Order(4)
  void a_missing_build_is_named_with_the_command_that_makes_it() {
    assertThatThrownBy(() ->
            LocalStack.start(
                StackSettings.of(directory.resolve("nothing")).withPorts(StackPorts.free())))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("auth-service.jar")
        .hasMessageContaining("mvn package");
  }

  @Test
  @Order(4)
  void a_directory_with_other_files_is_never_taken_as_home() throws IOException {
    Path foreign = Files.createDirectories(directory.resolve("foreign"));
    Files.writeString(foreign.resolve("thesis.txt"), "ten years of work");

    assertThatThrownBy(() -> LocalStack.start(settings.withHome(foreign).withFresh(true)))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("files of other programs");
    assertThat(foreign.resolve("thesis.txt")).exists();
  }

  private static boolean postgresOf(StackFile file, Path home) {
    return file.read()
        .flatMap(state -> PostgresServer.find(postgresSettings(state, home)))
        .isPresent();
  }

  private static PostgresSettings postgresSettings(StackState state, Path home) {
    return new StackHome(home).postgres(state.ports().postgres());
  }
}
