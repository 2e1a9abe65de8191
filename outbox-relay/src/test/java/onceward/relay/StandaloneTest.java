package onceward.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import onceward.localstack.postgres.Role;
import onceward.messaging.testkit.TestServers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The relay serves an outbox that is not of this project, as Debezium's documentation has it. */
class StandaloneTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Path SCRIPT = Path.of("standalone.sql");
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String database = "foreign_" + COUNT.incrementAndGet();
  private final String slot = database + "_outbox";
  private TopicReader topic;
  private Connection owner;

  @BeforeEach
  void makeOutbox() throws Exception {
    var ownerName = database + "_owner";
    TestServers.postgres()
        .createDatabase(database, Role.replicating(ownerName), Role.replicating("relay"));
    topic = new TopicReader().createTopic();
    owner = TestServers.postgres().connect(database, ownerName);
    execute(
        """
        create table public.outboxevent (
          id uuid primary key, aggregatetype text not null,
          aggregateid varchar(255) not null, type varchar(255) not null, payload jsonb)
        """);
    run("public.outboxevent", slot, "outbox");
  }

  private void run(String table, String slot, String publication) throws Exception {
    for (var statement : script(table, slot, "relay", publication)) {
      execute(statement);
    }
  }

  @AfterEach
  void end() throws Exception {
    drop(slot);
    owner.close();
    topic.close();
  }

  private void drop(String slot) {
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .until(() -> execute("select pg_drop_replication_slot('%s')".formatted(slot)));
  }

  @Test
  void an_outbox_of_others_is_published_after_one_script() throws Exception {
    try (var relay = TestRelay.start(pipeline())) {
      var id = append(topic.aggregateType());

      var record = topic.atLeast(1).getFirst();

      assertThat(new String(record.key(), UTF_8)).isEqualTo("7");
      assertThat(new String(record.value(), UTF_8)).isEqualTo("{\"total\": 3}");
      assertThat(TopicReader.header(record, "ce_id")).isEqualTo(id.toString());
      assertThat(TopicReader.header(record, "ce_type")).isEqualTo("OrderPlaced");
      assertThat(record.headers().lastHeader("ce_sequence")).isNull();
      await().atMost(LIMIT).until(relay::isReady);
    }
  }

  @Test
  void its_topics_may_be_called_otherwise() throws Exception {
    var start = "thing-";
    var pipeline = pipeline();
    pipeline.put("relay.pipelines.shop.topic", start + "{aggregatetype}.events");
    try (var _ = TestRelay.start(pipeline)) {
      var id = append(topic.aggregateType().substring(start.length()));

      assertThat(TopicReader.header(topic.atLeast(1).getFirst(), "ce_id")).isEqualTo(id.toString());
    }
  }

  /** The longest could not even be asked for in a request to Kafka. */
  @ParameterizedTest
  @CsvSource({"one / two,1", "Größe,1", "x,243", "x,40000"})
  void a_kind_that_makes_no_name_of_a_topic_stops_the_pipeline_by_name(String kind, int times)
      throws Exception {
    try (var relay = TestRelay.start(pipeline())) {
      append(topic.aggregateType());
      topic.atLeast(1);

      var id = append(kind.repeat(times));

      await()
          .atMost(LIMIT)
          .until(() ->
              relay
                  .health()
                  .contains(
                      "STOPPED: message-refused: Kafka refuses message %s for".formatted(id)));
      assertThat(relay.health())
          .contains("its aggregatetype makes no name of a topic, allowed are 1 to 249 of")
          .hasSizeLessThan(2_000);
    }
  }

  @Test
  void a_second_outbox_of_the_database_has_a_slot_and_a_publication_of_its_own() throws Exception {
    execute("create table public.second (like outboxevent including all)");
    var another = database + "_second";
    assertThatThrownBy(() -> run("public.second", another, "outbox"))
        .hasMessageContaining("publication outbox is there, and does not publish table second");
    execute("rollback");
    run("public.second", another, "second-one");
    // Again, for a later version of the script.
    run("public.second", another, "second-one");
    var pipeline = pipeline();
    pipeline.put("relay.pipelines.shop.table", "public.second");
    pipeline.put("relay.pipelines.shop.slot", another);
    pipeline.put("relay.pipelines.shop.publication", "second-one");
    try (var _ = TestRelay.start(pipeline)) {
      append(topic.aggregateType());
      var id = UUID.randomUUID();
      execute(
          "insert into second values ('%s', '%s', '7', 'OrderPlaced', '{}')"
              .formatted(id, topic.aggregateType()));

      assertThat(TopicReader.header(topic.atLeast(1).getFirst(), "ce_id")).isEqualTo(id.toString());
    }
    drop(another);
  }

  /** Consumers take that header for a UUID. */
  @Test
  void an_id_of_another_kind_is_left_out_of_the_message() throws Exception {
    execute("alter table outboxevent add column correlationid varchar(100)");
    execute(
        "alter publication outbox set table outboxevent (id, aggregatetype, aggregateid, type, payload, correlationid), relay_canary (slot, beat)");
    execute("update relay_canary set publication = relay_publication_state('outbox')");
    var cause = UUID.randomUUID();
    try (var _ = TestRelay.start(pipeline())) {
      for (var correlation : List.of("order-4711", "", cause.toString())) {
        execute(
            "insert into outboxevent values ('%s', '%s', '7', 'OrderPlaced', '{}', '%s')"
                .formatted(UUID.randomUUID(), topic.aggregateType(), correlation));
      }

      assertThat(topic.atLeast(3))
          .extracting(record -> record.headers().lastHeader("ce_correlationid"))
          .extracting(header -> header == null ? "none" : new String(header.value(), UTF_8))
          .containsExactly("none", "none", cause.toString());
    }
  }

  /** Without the columns that only tell how a message came about. */
  @Test
  void a_publication_may_leave_such_an_id_out() throws Exception {
    execute("alter table outboxevent add column correlationid bytea");
    try (var _ = TestRelay.start(pipeline())) {
      append(topic.aggregateType());

      topic.atLeast(1);
    }
  }

  /** The content of an index is bounded. */
  @Test
  void a_message_with_an_id_of_any_length_can_be_quarantined() throws Exception {
    publishAll();
    execute("alter table outboxevent alter aggregateid type text");
    try (var relay = TestRelay.start(pipeline())) {
      var refused = UUID.randomUUID();
      execute(
          "insert into outboxevent select '%s', 'one / two', string_agg(md5(random()::text), ''), 'OrderPlaced', '{}' from generate_series(1, 6250)"
              .formatted(refused));
      await().atMost(LIMIT).until(() -> relay.health().contains("STOPPED: message-refused"));

      assertThat(relay.get("/relay").body()).contains("infra/onceward relay quarantine " + refused);
      assertThat(relay.post("/relay/shop/quarantine/" + refused, "{}").statusCode()).isEqualTo(200);

      append(topic.aggregateType());
      topic.atLeast(1);
      assertThat(relay.post("/relay/shop/discard/" + refused, "{}").statusCode()).isEqualTo(200);
      await().atMost(LIMIT).until(() -> relay.get("/relay/shop/" + refused).statusCode() == 404);
    }
  }

  /** What Kafka acknowledged would be the name of a buffer. */
  @Test
  void a_payload_of_bytes_stops_the_pipeline_by_name() throws Exception {
    publishAll();
    try (var relay = TestRelay.start(pipeline())) {
      append(topic.aggregateType());
      topic.atLeast(1);

      execute(
          "alter table outboxevent alter payload type bytea using convert_to(payload::text, 'UTF8')");
      var id = append(topic.aggregateType());

      var unread = "STOPPED: row-unreadable: outbox row " + id + ": column payload holds no text";
      await().atMost(LIMIT).until(() -> relay.health().contains(unread));
    }
    try (var relay = TestRelay.start(pipeline())) {
      var unfit =
          "STOPPED: outbox-unfit: column payload of table public.outboxevent is of type bytea";
      await().atMost(LIMIT).until(() -> relay.health().contains(unfit));
    }
    assertThat(topic.readOn()).containsExactly("none");
  }

  /** By no list of columns: the server changes no type of a column that is in one. */
  private void publishAll() throws SQLException {
    execute("alter publication outbox set table outboxevent, relay_canary (slot, beat)");
    execute("update relay_canary set publication = relay_publication_state('outbox')");
  }

  private UUID append(String aggregateType) throws SQLException {
    var id = UUID.randomUUID();
    execute(
        "insert into outboxevent values ('%s', '%s', '7', 'OrderPlaced', '{\"total\": 3}')"
            .formatted(id, aggregateType));
    return id;
  }

  private boolean execute(String statement) throws SQLException {
    try (var sql = owner.createStatement()) {
      return sql.execute(statement);
    }
  }

  private Map<String, Object> pipeline() {
    var postgres = TestServers.postgres();
    var prefix = "relay.pipelines.shop.";
    return new HashMap<>(
        Map.of(
            prefix + "host",
            postgres.host(),
            prefix + "port",
            postgres.port(),
            prefix + "database",
            database,
            prefix + "username",
            "relay",
            prefix + "password",
            postgres.password("relay"),
            prefix + "table",
            "public.outboxevent",
            prefix + "slot",
            slot,
            prefix + "source",
            "/shop",
            prefix + "canary-interval",
            "200ms"));
  }

  /** As psql reads it: variables put in, its own commands and comments left out. */
  private static String[] script(String table, String slot, String relay, String publication)
      throws Exception {
    return Files.readString(SCRIPT)
        .replaceAll("(?m)^(--|\\\\).*$", "")
        .replace(":'table'", "'" + table + "'")
        .replace(":'publication'", "'" + publication + "'")
        .replace(":table", table)
        .replace(":'slot'", "'" + slot + "'")
        .replace(":\"relay\"", relay)
        .split(";\\s*\\n(?=\\s*\\n|[a-z])");
  }
}
