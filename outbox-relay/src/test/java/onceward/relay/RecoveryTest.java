package onceward.relay;

import static onceward.relay.LonePipeline.ADA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import onceward.localstack.fault.Proxy;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.postgres.PostgresSettings;
import onceward.localstack.process.Signal;
import onceward.messaging.testkit.TestServers;
import onceward.messaging.testkit.servers.TestPostgres;
import onceward.relay.pipeline.PipelineParts;
import onceward.relay.stop.StopReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What went away comes back, and the pipeline goes on by itself: not ready meanwhile, for the
 * reason that there is, and with nothing lost.
 */
class RecoveryTest {

  private static final Duration PROMISED = Duration.ofSeconds(30);
  private static final Duration SILENCE = Duration.ofSeconds(15);
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** Far more than those of a wait that grows, far less than those of a loop without one. */
  private static final int CONNECTIONS_MAX = 25;

  /** Enough to show that the pipeline goes on. */
  private static final int BEATS = 5;

  @TempDir private Path directory;
  private TopicReader topic;

  @BeforeEach
  void start() {
    topic = new TopicReader().createTopic();
  }

  @AfterEach
  void end() {
    topic.close();
  }

  @Test
  void a_password_that_was_changed() throws Exception {
    try (var database = OutboxDatabase.create();
        var proxy = Proxy.to(TestServers.postgres().port())) {
      var old = database.relayPassword();
      var file = Files.writeString(directory.resolve("password"), old + "\n");
      try (var pipeline = streaming(database, database.partsWith(file, proxy.port()))) {
        database.changePassword("another");
        pipeline.awaitDown(PROMISED, "password authentication failed for user \"relay\"");
        var connections = proxy.accepted();
        await()
            .during(Duration.ofSeconds(3))
            .atMost(LIMIT)
            .until(() -> proxy.accepted() - connections < CONNECTIONS_MAX);

        Files.writeString(file, "");
        pipeline.awaitDown(PROMISED, "password file %s is empty".formatted(file));

        Files.writeString(file, "another");
        assertGoesOn(database, pipeline);
      } finally {
        database.changePassword(old);
      }
    }
  }

  /** Whoever writes it anew may empty it first. */
  @Test
  void a_password_file_that_is_empty_for_a_moment_stops_nothing() throws Exception {
    try (var database = OutboxDatabase.create()) {
      var file = Files.writeString(directory.resolve("password"), database.relayPassword());
      var parts = database.partsWith(file, TestServers.postgres().port());
      try (var pipeline = streaming(database, LonePipeline.stallingAfter(SILENCE, parts))) {
        var since = pipeline.status().since();
        Files.writeString(file, "");
        awaitStandstill(database);
        var beats = database.beats();
        Files.writeString(file, database.relayPassword());

        await().atMost(LIMIT).until(() -> database.beats() > beats + BEATS);
        assertThat(pipeline.status().isStreaming()).isTrue();
        assertThat(pipeline.status().since()).isEqualTo(since);
      }
    }
  }

  /** The canary's connection is renewed every few seconds, which needs the password. */
  private static void awaitStandstill(OutboxDatabase database) {
    var last = new AtomicLong(database.beats());
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> last.getAndSet(database.beats()) == last.get());
  }

  /** Method: it looks every five seconds whether what it is stopped at is out of the way. */
  @Test
  void a_password_file_that_is_away_while_the_pipeline_is_stopped() throws Exception {
    try (var database = OutboxDatabase.create()) {
      var file = Files.writeString(directory.resolve("password"), database.relayPassword());
      topic.limitMessageBytes(200);
      try (var connection = database.begin()) {
        OutboxDatabase.appendLarge(connection, topic.aggregateType(), "a", 1, 1_000);
        connection.commit();
      }
      var parts = database.partsWith(file, TestServers.postgres().port());
      try (var pipeline = LonePipeline.start(parts).awaitStopped(StopReason.MESSAGE_REFUSED)) {
        Files.delete(file);
        await()
            .during(Duration.ofSeconds(6))
            .atMost(LIMIT)
            .until(() -> pipeline.status().stop().isPresent());
        Files.writeString(file, database.relayPassword());
        topic.limitMessageBytes(1_000_000);

        pipeline.pipeline().resume(ADA);

        assertGoesOn(database, pipeline);
        assertThat(topic.versions()).containsExactly("1", "2");
      }
    }
  }

  @Test
  void a_stopped_pipeline_says_why_it_cannot_look_whether_it_is_mended() throws Exception {
    try (var database = OutboxDatabase.create()) {
      var file = Files.writeString(directory.resolve("password"), database.relayPassword());
      var parts = database.partsWith(file, TestServers.postgres().port());
      database.dropSlot();
      try (var pipeline = LonePipeline.start(parts).awaitStopped(StopReason.SLOT_MISSING)) {
        Files.writeString(file, "");
        await()
            .atMost(PROMISED)
            .untilAsserted(() ->
                assertThat(pipeline.status().sentence())
                    .contains("there is no replication slot")
                    .contains("cannot look again: ")
                    .contains("password file %s is empty".formatted(file)));

        Files.writeString(file, database.relayPassword());
        await()
            .atMost(LIMIT)
            .until(() -> !pipeline.status().sentence().contains("cannot look again"));
        database.makeSlot("pgoutput");
        assertGoesOn(database, pipeline);
      }
    }
  }

  @Test
  void a_database_server_that_is_stopped_and_started_again() throws Exception {
    var settings = PostgresSettings.in(directory);
    var first = PostgresServer.start(settings);
    try (var database = OutboxDatabase.on(TestPostgres.of(first));
        var pipeline = streaming(database, database.parts())) {
      first.close();
      pipeline.awaitDown(PROMISED, "refused");

      PostgresServer.start(settings);
      assertGoesOn(database, pipeline);
    } finally {
      PostgresServer.find(settings)
          .ifPresent(server -> server.end(LIMIT, Signal.QUIT, Signal.KILL));
    }
  }

  @Test
  void a_broker_that_does_not_answer_at_the_start() throws Exception {
    var kafka = TestServers.embeddedKafka().process();
    kafka.pause(LIMIT);
    try (var database = OutboxDatabase.create();
        var pipeline = LonePipeline.start(database.parts())) {
      try {
        pipeline.awaitDown(PROMISED, "cannot ask Kafka about its topics");
      } finally {
        kafka.send(Signal.CONT);
      }
      assertGoesOn(database, pipeline);
    } finally {
      kafka.send(Signal.CONT);
    }
  }

  private LonePipeline streaming(OutboxDatabase database, PipelineParts parts) throws Exception {
    var pipeline = LonePipeline.start(parts).awaitStreaming();
    database.append(topic.aggregateType(), "a", 1);
    topic.atLeast(1);
    return pipeline;
  }

  private void assertGoesOn(OutboxDatabase database, LonePipeline pipeline) throws Exception {
    database.append(topic.aggregateType(), "a", 2);
    pipeline.awaitStreaming();
    await().atMost(LIMIT).untilAsserted(() -> assertThat(topic.readOn()).contains("2"));
  }
}
