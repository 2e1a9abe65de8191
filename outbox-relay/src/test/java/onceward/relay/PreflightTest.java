package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import onceward.messaging.testkit.TestServers;
import onceward.relay.publish.Delivery;
import onceward.relay.stop.StopReason;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A relay that could lose messages by starting does not start: it names what is wrong and how to
 * mend it, publishes nothing, and leaves the slot as it is.
 *
 * <p>Method: message 1 is relayed and the relay ends; something is done to the database or to
 * Kafka; message 2 is committed; the relay starts again.
 */
class PreflightTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private OutboxDatabase database;
  private String pipeline;
  private TopicReader topic;
  private Map<String, Object> properties;

  @BeforeEach
  void relayOne() throws Exception {
    database = OutboxDatabase.create();
    // Two engines of one name in one process wait for each other.
    pipeline = database.name().replace('_', '-');
    topic = new TopicReader().createTopic();
    properties = new HashMap<>(database.properties(pipeline));
    try (var relay = TestRelay.start(properties)) {
      database.append(topic.aggregateType(), "a", 1);
      topic.atLeast(1);
      await().atMost(LIMIT).until(() -> relay.health().contains("STREAMING"));
      // Until the slot has moved behind the message, which the next beat of the canary sees to.
      var published = database.logPosition();
      await().atMost(LIMIT).until(() -> database.slotIsPast(published));
    }
    // The server hears of its last position while it ends.
    database.awaitSlotFree();
  }

  @AfterEach
  void end() throws Exception {
    topic.close();
    database.close();
  }

  @Test
  void a_slot_that_was_dropped() throws Exception {
    database.dropSlot();

    assertStopped(StopReason.SLOT_MISSING, "there is no replication slot " + database.slot());

    assertThat(database.ask("select count(*) from pg_replication_slots where " + thisSlot()))
        .isEqualTo("0");
  }

  @Test
  void a_slot_that_was_made_anew_and_is_accepted_then() throws Exception {
    database.dropSlot();
    database.append(topic.aggregateType(), "a", 2);
    database.makeSlot("pgoutput");

    try (var relay = TestRelay.start(properties)) {
      awaitStop(relay, StopReason.SLOT_AHEAD);
      assertThat(relay.health()).contains("infra/onceward relay accept " + pipeline);
      assertThat(topic.readOn()).containsExactly("1");

      assertThat(LonePipeline.accept(relay.pipeline(pipeline))).isTrue();

      await().atMost(LIMIT).until(() -> relay.health().contains("STREAMING"));
      database.append(topic.aggregateType(), "a", 3);
      // What was committed while there was no slot is not in the log that it shows.
      await().atMost(LIMIT).untilAsserted(() -> assertThat(topic.readOn()).endsWith("1", "3"));
    }
  }

  @Test
  void a_slot_that_somebody_advanced() throws Exception {
    database.append(topic.aggregateType(), "a", 2);
    database.awaitSlotFree();
    database.administer(
        "select pg_replication_slot_advance('%s', pg_current_wal_lsn())"
            .formatted(database.slot()));

    assertStopped(StopReason.SLOT_AHEAD, "messages are published up to");
  }

  @Test
  void a_slot_whose_log_the_server_removed() throws Exception {
    database.administer("alter system set max_slot_wal_keep_size = '1MB'");
    database.administer("select pg_reload_conf()");
    try {
      // A gigabyte of log, zeros as they are, goes to a disk that others use as well.
      await()
          .atMost(Duration.ofMinutes(5))
          .until(() -> {
            // An embedded server keeps 64 such files all the same: it was told so as it started.
            database.administer(
                """
                do $$ begin
                  for file in 1..16 loop
                    perform pg_logical_emit_message(false, 'filler', 'more'), pg_switch_wal();
                  end loop;
                end $$\
                """);
            database.administer("checkpoint");
            return database
                .ask("select wal_status from pg_replication_slots where " + thisSlot())
                .equals("lost");
          });
    } finally {
      database.administer("alter system reset max_slot_wal_keep_size");
      database.administer("select pg_reload_conf()");
    }

    assertStopped(StopReason.SLOT_INVALIDATED, "log that it needed is gone");
  }

  @Test
  void a_publication_without_the_outbox() throws Exception {
    database.administer("alter publication outbox drop table outbox");

    assertStopped(StopReason.PUBLICATION_UNFIT, "nothing of table public.outbox");

    assertStillMissing(
        "alter publication outbox add table outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload, traceparent, causationid, correlationid)");
  }

  @Test
  void a_publication_that_loses_the_outbox_for_a_moment_while_messages_flow() throws Exception {
    try (var relay = TestRelay.start(properties)) {
      await().atMost(LIMIT).until(() -> relay.health().contains("STREAMING"));
      database.administer("alter publication outbox drop table outbox");
      database.append(topic.aggregateType(), "a", 2);
      database.administer(
          "alter publication outbox add table outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload, traceparent, causationid, correlationid)");

      awaitStop(relay, StopReason.PUBLICATION_CHANGED);
      assertThat(topic.readOn()).containsExactly("1");
    }
  }

  @Test
  void a_publication_that_a_migration_changed_is_none_of_it() throws Exception {
    database.administer("alter table relay_canary add column more int");
    database.administer(
        """
        begin;
        alter publication outbox set table
          outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload, traceparent, causationid, correlationid),
          relay_canary (slot, beat, more);
        update relay_canary set publication = relay_publication_state('outbox');
        commit\
        """);
    database.append(topic.aggregateType(), "a", 2);

    try (var relay = TestRelay.start(properties)) {
      await().atMost(LIMIT).until(() -> relay.health().contains("STREAMING"));
      await().atMost(LIMIT).untilAsserted(() -> assertThat(topic.readOn()).contains("2"));
    }
  }

  @Test
  void a_publication_that_lacks_a_column() throws Exception {
    database.administer(
        "alter publication outbox set table outbox (id, aggregatetype, aggregateid, type, payload), relay_canary (slot, beat)");

    assertStopped(
        StopReason.PUBLICATION_UNFIT,
        "does not publish these columns of public.outbox: aggregateversion");
  }

  @Test
  void a_publication_that_somebody_else_may_read_by() throws Exception {
    database.administer("drop publication outbox");
    database.administer(
        "create publication outbox for all tables with (publish = 'insert, update', publish_via_partition_root)");

    assertStopped(
        StopReason.PUBLICATION_UNFIT,
        "-c \\\"create publication %s for table public.outbox (".formatted(database.slot()));
  }

  @Test
  void no_publication() throws Exception {
    database.administer("alter publication outbox rename to elsewhere");

    assertStopped(StopReason.PUBLICATION_MISSING, "there is no publication outbox");

    assertStillMissing("alter publication elsewhere rename to outbox");
  }

  @Test
  void no_canary() throws Exception {
    database.administer("delete from relay_canary");

    assertStopped(StopReason.CANARY_MISSING, "public.relay_canary has no row for slot");
  }

  @Test
  void no_table_of_canaries() throws Exception {
    database.administer("alter table relay_canary rename to elsewhere");

    assertStopped(StopReason.CANARY_MISSING, "there is no table public.relay_canary");
  }

  @Test
  void a_position_that_was_lost() throws Exception {
    tellOfPosition(null);

    assertStopped(StopReason.POSITION_LOST, "no position is written down");
  }

  @Test
  void a_topic_of_positions_that_was_deleted_while_messages_flow() throws Exception {
    properties.put("kafka.positions-topic", "positions.shop");
    try (var relay = TestRelay.start(properties)) {
      awaitStop(relay, StopReason.POSITION_LOST);
      assertThat(LonePipeline.accept(relay.pipeline(pipeline))).isTrue();
      await().atMost(LIMIT).until(() -> relay.health().contains("STREAMING"));

      TopicReader.delete("positions.shop");
      database.append(topic.aggregateType(), "a", 2);

      awaitStop(relay, StopReason.POSITION_LOST);
    }
  }

  @Test
  void a_database_that_was_exchanged() throws Exception {
    tellOfPosition(position("4711", 1, "0/1"));

    assertStopped(StopReason.DATABASE_REPLACED, "the position was reached in cluster 4711");
  }

  @Test
  void a_database_on_an_earlier_timeline() throws Exception {
    tellOfPosition(position(database.systemIdentifier(), 7, "0/1"));

    assertStopped(
        StopReason.TIMELINE_CHANGED,
        "reached on timeline 7, and the server is on 1: an old primary has come back, or an older backup was restored, and lacks what was written since; and slot %s stands at "
            .formatted(database.slot()));
  }

  @Test
  void a_database_that_was_restored() throws Exception {
    tellOfPosition(position(database.systemIdentifier(), 1, "FFFF/0"));

    assertStopped(StopReason.DATABASE_REWOUND, "published up to FFFF/0");
  }

  @Test
  void a_database_that_was_restored_and_has_been_written_since() throws Exception {
    database.administer("update relay_canary set beat = 0");

    assertStopped(StopReason.DATABASE_REWOUND, "restored from a backup");
  }

  /** The role with which the server was made stays a superuser. */
  @Test
  void the_servers_own_role() throws Exception {
    properties.put("relay.pipelines." + pipeline + ".username", "postgres");
    properties.put(
        "relay.pipelines." + pipeline + ".password", TestServers.postgres().adminPassword());

    assertStopped(
        StopReason.ROLE_UNFIT,
        "to mend it: set relay.pipelines.%s.username to a role of its own, as outbox-relay/standalone.sql makes it"
            .formatted(pipeline));
  }

  @Test
  void a_role_that_may_do_everything() throws Exception {
    properties.put("relay.pipelines." + pipeline + ".username", "boss");
    properties.put("relay.pipelines." + pipeline + ".password", "boss");
    database.administer("create role boss superuser login password 'boss'");
    try {
      assertStopped(StopReason.ROLE_UNFIT, "nosuperuser");
    } finally {
      database.administer("drop role boss");
    }
  }

  @Test
  void a_role_that_may_not_move_the_canary() throws Exception {
    database.administer("revoke update (beat, beaten_at) on relay_canary from relay");

    assertStopped(
        StopReason.ROLE_UNFIT, "grant select, update (beat, beaten_at) on public.relay_canary");

    assertMended("grant update (beat, beaten_at) on relay_canary to relay");
  }

  @Test
  void a_topic_that_takes_only_small_messages() throws Exception {
    properties.put("relay.pipelines." + pipeline + ".topics", topic.name());
    topic.limitMessageBytes(1_000);

    assertStopped(StopReason.TOPIC_UNFIT, "takes messages of 1000 bytes");
  }

  /** What was wrong is put right, too late for message 2; the relay does not pass over that. */
  private void assertStillMissing(String statement) throws Exception {
    database.administer(statement);
    try (var relay = TestRelay.start(properties)) {
      awaitStop(relay, StopReason.PUBLICATION_CHANGED);
      assertThat(topic.readOn()).containsExactly("1");
    }
  }

  /** What was wrong is put right: the relay goes on by itself, and nothing is missing. */
  private void assertMended(String statement) throws Exception {
    database.administer(statement);
    try (var relay = TestRelay.start(properties)) {
      await().atMost(LIMIT).until(() -> relay.health().contains("STREAMING"));
      await().atMost(LIMIT).untilAsserted(() -> assertThat(topic.readOn()).contains("2"));
    }
  }

  @Test
  void brokers_whose_transactions_are_of_the_old_kind() throws Exception {
    properties.putAll(database.properties(pipeline, Delivery.EXACTLY_ONCE));
    setTransactionVersion(1, FeatureUpdate.UpgradeType.SAFE_DOWNGRADE);
    try {
      assertStopped(StopReason.KAFKA_UNFIT, "transaction.version is 1; exactly-once needs 2");
    } finally {
      setTransactionVersion(2, FeatureUpdate.UpgradeType.UPGRADE);
    }
  }

  private void assertStopped(StopReason reason, String sentence) throws Exception {
    database.append(topic.aggregateType(), "a", 2);
    var slot = slotPosition();
    try (var relay = TestRelay.start(properties)) {
      awaitStop(relay, reason);
      assertThat(relay.health()).contains(sentence);
      assertThat(relay.isReady()).isFalse();
      assertThat(topic.readOn()).containsExactly("1");
    }
    assertThat(slotPosition()).isEqualTo(slot);
  }

  private static void awaitStop(TestRelay relay, StopReason reason) {
    await().atMost(LIMIT).until(() -> relay.health().contains("STOPPED: " + reason.code() + ": "));
  }

  private String slotPosition() {
    return database.ask(
        "select max(confirmed_flush_lsn) from pg_replication_slots where " + thisSlot());
  }

  private String thisSlot() {
    return "slot_name = '%s'".formatted(database.slot());
  }

  private String position(String systemIdentifier, int timeline, String confirmable) {
    return """
    {"slot": "%s", "systemIdentifier": "%s", "timeline": %d, "publication": "", "beat": 0, "confirmable": "%s", "resume": {}}
    """
        .formatted(database.slot(), systemIdentifier, timeline, confirmable);
  }

  private static void setTransactionVersion(int version, FeatureUpdate.UpgradeType how)
      throws Exception {
    try (var admin =
        Admin.create(
            Map.<String, Object>of("bootstrap.servers", TestServers.kafka().bootstrapServers()))) {
      admin
          .updateFeatures(
              Map.of("transaction.version", new FeatureUpdate((short) version, how)),
              new UpdateFeaturesOptions())
          .all()
          .get();
    }
  }

  /** Writes a position, or none, in place of the relay's. */
  private void tellOfPosition(@Nullable String position) throws Exception {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", TestServers.kafka().bootstrapServers()),
            new StringSerializer(),
            new StringSerializer())) {
      producer.send(new ProducerRecord<>("relay.positions", 0, database.slot(), position)).get();
    }
  }
}
