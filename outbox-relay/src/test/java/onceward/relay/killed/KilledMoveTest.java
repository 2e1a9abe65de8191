package onceward.relay.killed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.postgres.PostgresSettings;
import onceward.messaging.testkit.servers.TestPostgres;
import onceward.relay.OutboxDatabase;
import onceward.relay.TrappedRelay;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: a move survives a kill of the relay in each of its stages, and nothing is lost or invented.
 *
 * <p>Method: the relay's program, commanded over HTTP and killed by SIGKILL once it has come to a
 * stage; a cluster of PostgreSQL 17 and one of 18. At the new cluster, processes end themselves at
 * the points of a start.
 */
class KilledMoveTest {

  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final int KEYS = 4;
  private static final int VERSIONS = 500;
  private static final String SOURCE = "/killed";

  @TempDir private static Path directory;
  private static PostgresServer older;
  private static PostgresServer newer;

  @BeforeAll
  static void startServers() throws Exception {
    older = server("older", 17);
    newer = server("newer", 18);
  }

  @AfterAll
  static void endServers() {
    older.close();
    newer.close();
  }

  @ParameterizedTest
  @EnumSource
  void a_move_goes_on_wherever_the_relay_is_killed(Delivery delivery) throws Exception {
    try (var topic = PublishedTopic.create();
        var database = OutboxDatabase.on(TestPostgres.of(older))) {
      append(database, topic, "first");
      var processes = new RelayProcesses(database, directory).with("delivery", delivery.setting());
      requestAndKill(processes);
      append(database, topic, "second");
      killOnceItIs(Set.of("AWAITS_FENCE"), processes);
      database.fence();
      killOnceItIs(Set.of("DRAINS", "LEFT"), processes);
      killOnceItIs(Set.of("LEFT"), processes);
      killOnceItIs(Set.of("LEFT"), processes);
      var left = new HashSet<>(database.ids("true"));
      topic.readOn();
      assertThat(topic.ids()).isEqualTo(left);

      try (var copy = database.copyTo(TestPostgres.of(newer))) {
        copy.fence();
        copy.makeSlot("pgoutput");
        arrive(copy, topic, delivery);
      }
    }
  }

  private static void arrive(OutboxDatabase copy, PublishedTopic topic, Delivery delivery)
      throws Exception {
    var processes = new RelayProcesses(copy, directory).with("delivery", delivery.setting());
    for (var point : List.of(Point.OPENED, Point.READING, Point.STARTING)) {
      try (var relay =
          processes.start(
              TrappedRelay.class.getName(), Map.of("killed.point", point, "killed.part", 0.5))) {
        relay.begin();
        relay.awaitKilledAt(point);
      }
    }
    try (var relay = RelayProgram.start(processes, SOURCE)) {
      await("streaming of " + relay.process()).atMost(LIMIT).until(relay::isStreaming);
      copy.openToAppends();
      append(copy, topic, "third");
      var all = new HashSet<>(copy.ids("true"));
      await("the rest by " + relay.process())
          .atMost(LIMIT)
          .until(() -> {
            topic.readOn();
            return topic.ids().equals(all);
          });
    }
  }

  private static void requestAndKill(RelayProcesses processes) throws Exception {
    try (var relay = RelayProgram.start(processes, SOURCE)) {
      await("streaming of " + relay.process()).atMost(LIMIT).until(relay::isStreaming);
      assertThat(relay.post("/move/" + RelayProcesses.PIPELINE + "/begin")).isEqualTo(200);
      relay.process().kill();
    }
  }

  /** Starts a relay, which goes on with the move, and kills it once it has come to a stage. */
  private static void killOnceItIs(Set<String> stages, RelayProcesses processes) throws Exception {
    try (var relay = RelayProgram.start(processes, SOURCE)) {
      await("%s of %s".formatted(stages, relay.process()))
          .atMost(LIMIT)
          .until(() -> {
            var body = relay.read("/move/" + RelayProcesses.PIPELINE);
            return stages.stream().anyMatch(stage -> body.contains("\"stage\":\"" + stage));
          });
      relay.process().kill();
    }
  }

  private static void append(OutboxDatabase database, PublishedTopic topic, String round)
      throws Exception {
    for (var key = 0; key < KEYS; key++) {
      database.copy(topic.aggregateType(), round + "-" + key, VERSIONS);
    }
  }

  private static PostgresServer server(String name, int major) throws Exception {
    return PostgresServer.start(
        PostgresSettings.in(Files.createDirectory(directory.resolve(name))), major);
  }
}
