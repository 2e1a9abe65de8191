package onceward.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import onceward.localstack.postgres.Role;
import onceward.messaging.testkit.TestServers;
import org.junit.jupiter.api.Test;

/** The relay serves an outbox that is not of this project, as Debezium's documentation has it. */
class StandaloneTest {

  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final Path SCRIPT = Path.of("standalone.sql");

  @Test
  void an_outbox_of_others_is_published_after_one_script() throws Exception {
    var id = UUID.randomUUID();
    TestServers.postgres()
        .createDatabase("foreign", Role.replicating("foreign_owner"), Role.replicating("relay"));
    try (var topic = new TopicReader().createTopic();
        var owner = TestServers.postgres().connect("foreign", "foreign_owner");
        var sql = owner.createStatement()) {
      sql.execute(
          """
          create table public.outboxevent (
            id uuid primary key, aggregatetype varchar(255) not null,
            aggregateid varchar(255) not null, type varchar(255) not null, payload jsonb)
          """);
      for (var statement : script("public.outboxevent", "foreign_outbox", "relay")) {
        sql.execute(statement);
      }
      try (var relay = TestRelay.start(pipeline())) {
        sql.execute(
            "insert into outboxevent values ('%s', '%s', '7', 'OrderPlaced', '{\"total\": 3}')"
                .formatted(id, topic.aggregateType()));

        var record = topic.atLeast(1).getFirst();

        assertThat(new String(record.key(), UTF_8)).isEqualTo("7");
        assertThat(new String(record.value(), UTF_8)).isEqualTo("{\"total\": 3}");
        assertThat(TopicReader.header(record, "ce_id")).isEqualTo(id.toString());
        assertThat(TopicReader.header(record, "ce_type")).isEqualTo("OrderPlaced");
        assertThat(record.headers().lastHeader("ce_sequence")).isNull();
        await().atMost(LIMIT).until(relay::isReady);
      } finally {
        await()
            .atMost(LIMIT)
            .ignoreExceptions()
            .until(() -> sql.execute("select pg_drop_replication_slot('foreign_outbox')"));
      }
    }
  }

  private static Map<String, Object> pipeline() {
    var postgres = TestServers.postgres();
    var prefix = "relay.pipelines.shop.";
    return Map.of(
        prefix + "host", postgres.host(),
        prefix + "port", postgres.port(),
        prefix + "database", "foreign",
        prefix + "username", "relay",
        prefix + "password", postgres.password("relay"),
        prefix + "table", "public.outboxevent",
        prefix + "slot", "foreign_outbox",
        prefix + "source", "/shop",
        prefix + "canary-interval", "200ms");
  }

  /** As psql reads it: variables put in, its own commands and comments left out. */
  private static String[] script(String table, String slot, String relay) throws Exception {
    return Files.readString(SCRIPT)
        .replaceAll("(?m)^(--|\\\\).*$", "")
        .replace(":table", table)
        .replace(":'slot'", "'" + slot + "'")
        .replace(":\"relay\"", relay)
        .split(";\\s*\\n(?=\\s*\\n|[a-z])");
  }
}
