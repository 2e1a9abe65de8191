package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Properties;
import onceward.messaging.testkit.TestServers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/** When something is wrong the relay says so, loses nothing and skips nothing. */
class RelayInTroubleTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private OutboxDatabase database;
  private TopicReader topic;

  @BeforeEach
  void start() {
    database = OutboxDatabase.create();
    topic = new TopicReader();
  }

  @AfterEach
  void end() throws Exception {
    topic.close();
    database.close();
  }

  @Test
  void without_its_topic_nothing_is_acknowledged_until_there_is_one() throws Exception {
    var before = database.logPosition();
    for (int version = 1; version <= 3; version++) {
      database.append(topic.aggregateType(), "a", version);
    }

    try (var relay = TestRelay.start(database.properties("shop"))) {
      await()
          .atMost(LIMIT)
          .until(() ->
              relay
                  .health()
                  .contains(
                      "topic-missing: there is no topic " + topic.aggregateType() + ".events"));
      assertThat(relay.isReady()).isFalse();
      assertThat(database.slotIsPast(before)).isFalse();

      topic.createTopic();

      topic.atLeast(3);
      assertThat(topic.versions()).containsExactly("1", "2", "3");
      await().atMost(LIMIT).until(relay::isReady);
    }
  }

  @Test
  void an_update_stops_the_pipeline_and_is_named() throws Exception {
    topic.createTopic();
    database.administer("alter table outbox disable trigger outbox_append_only");
    var id = database.append(topic.aggregateType(), "a", 1);
    database.administer("update outbox set type = 'Changed' where id = '%s'".formatted(id));
    var afterUpdate = database.logPosition();
    database.append(topic.aggregateType(), "a", 2);
    database.append(topic.aggregateType(), "a", 3);

    try (var relay = TestRelay.start(database.properties("shop"))) {
      await()
          .atMost(LIMIT)
          .until(() ->
              relay
                  .health()
                  .contains("row-unreadable: outbox row %s: operation 'u'".formatted(id)));
      assertThat(relay.isReady()).isFalse();
    }
    assertThat(database.slotIsPast(afterUpdate)).isFalse();
    assertThat(topic.readOn()).doesNotContain("2", "3");
  }

  @Test
  void a_pipeline_fails_alone() throws Exception {
    topic.createTopic();
    var broken = new HashMap<String, Object>();
    database.properties("broken").forEach(broken::put);
    broken.put("relay.pipelines.broken.port", 1);

    try (var relay = TestRelay.start(database.properties("shop"), broken)) {
      database.append(topic.aggregateType(), "a", 1);
      topic.atLeast(1);
      await().atMost(LIMIT).until(() -> relay.health().contains("STREAMING"));
      assertThat(relay.health()).contains("Connection to 127.0.0.1:1 refused");
      assertThat(relay.isReady()).isFalse();
      assertThat(relay.get("/health/liveness").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void while_another_session_holds_and_moves_the_slot_the_relay_stands_by() throws Exception {
    topic.createTopic();
    database.append(topic.aggregateType(), "a", 1);
    var holder = holdSlot();
    try (var relay = TestRelay.start(database.properties("shop"))) {
      await()
          .atMost(LIMIT)
          .until(() -> relay.health().contains("holds the slot and is not seen to move it"));
      assertThat(relay.isReady()).isFalse();

      holder.moveFrom(database.slotPosition());
      await().atMost(LIMIT).until(() -> relay.health().contains("STANDBY"));
      assertThat(relay.isReady()).isTrue();

      holder.close();

      topic.atLeast(1);
      await().atMost(LIMIT).until(() -> relay.health().contains("STREAMING"));
      assertThat(relay.get("/prometheus").body())
          .contains("relay_restarts_total{pipeline=\"shop\"} 0.0");
    } finally {
      holder.close();
    }
  }

  @Test
  void a_relay_recovers_when_its_session_is_ended() throws Exception {
    topic.createTopic();
    try (var relay = TestRelay.start(database.properties("shop"))) {
      database.append(topic.aggregateType(), "a", 1);
      topic.atLeast(1);
      await().atMost(LIMIT).until(relay::isReady);

      database.administer(
          "select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = '%s'"
              .formatted(database.slot()));
      database.append(topic.aggregateType(), "a", 2);

      await().atMost(LIMIT).untilAsserted(() -> assertThat(topic.readOn()).endsWith("2"));
      await().atMost(LIMIT).until(relay::isReady);
    }
  }

  private Holder holdSlot() throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", "postgres");
    properties.setProperty("password", TestServers.postgres().adminPassword());
    properties.setProperty("replication", "database");
    properties.setProperty("assumeMinServerVersion", "9.4");
    properties.setProperty("preferQueryMode", "simple");
    // Nobody reads what it is sent, so the server does not hear from it either.
    properties.setProperty("options", "-c wal_sender_timeout=0");
    var connection =
        DriverManager.getConnection(TestServers.postgres().jdbcUrl(database.name()), properties);
    return new Holder(
        connection,
        connection
            .unwrap(PGConnection.class)
            .getReplicationAPI()
            .replicationStream()
            .logical()
            .withSlotName(database.slot())
            .withSlotOption("proto_version", 1)
            .withSlotOption("publication_names", "outbox")
            .start());
  }

  /** Whoever holds the slot in place of the relay. */
  private record Holder(Connection connection, PGReplicationStream stream)
      implements AutoCloseable {

    /** By a byte, in which there is no message. */
    void moveFrom(String position) throws SQLException {
      stream.setFlushedLSN(
          LogSequenceNumber.valueOf(LogSequenceNumber.valueOf(position).asLong() + 1));
      stream.forceUpdateStatus();
    }

    @Override
    public void close() throws SQLException {
      stream.close();
      connection.close();
    }
  }
}
