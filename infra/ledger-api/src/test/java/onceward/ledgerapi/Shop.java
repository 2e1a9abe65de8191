package onceward.ledgerapi;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import onceward.ledger.source.DatabaseSettings;
import onceward.ledger.source.LedgerSettings;
import onceward.localstack.kafka.Topic;
import onceward.localstack.postgres.Role;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.MessageRecords;
import onceward.messaging.testkit.TestServers;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.flywaydb.core.Flyway;

/**
 * A service with an outbox and an inbox in a database of its own, with a topic; and what a relay
 * and a consumer would have done, so that a test can leave out a step.
 */
final class Shop implements AutoCloseable {

  static final String DATABASE = "ledger_api";
  static final String CONSUMER = "billing";

  private static final String MIGRATOR = "ledger_api_migrator";
  private static final String AGGREGATE_TYPE = "thing";
  private static final String TOPIC_SUFFIX = ".of-the-ledger-api";

  private static final String POSITIONS = "positions-of-the-ledger-api";

  private final Connection admin;
  private final KafkaProducer<byte[], byte[]> producer;

  Shop() throws SQLException {
    migrate();
    TestServers.kafka()
        .createTopics(
            new Topic(topic(), 1, 1024 * 1024, Duration.ofDays(1)),
            new Topic(POSITIONS, 1, 1024 * 1024, Duration.ofDays(1)));
    admin = TestServers.postgres().connect(DATABASE);
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", TestServers.kafka().bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    run(
        "insert into consumed_type (consumer, topic, type) values (?, ?, 'Made')",
        CONSUMER,
        topic());
  }

  private static void migrate() {
    var server = TestServers.postgres();
    server.createDatabase(
        DATABASE,
        Role.replicating(MIGRATOR),
        Role.named("ledger_api_service"),
        Role.replicating("ledger_api_relay"));
    Flyway.configure()
        .dataSource(server.jdbcUrl(DATABASE), MIGRATOR, server.password(MIGRATOR))
        .locations("classpath:onceward/messaging/migration")
        .placeholders(
            Map.of("service", "ledger_api_service", "relay", "ledger_api_relay", "slot", DATABASE))
        .load()
        .migrate();
  }

  static String topic() {
    return AGGREGATE_TYPE + TOPIC_SUFFIX;
  }

  /** Where everything is. */
  static LedgerSettings settings() {
    return settings(TestServers.postgres().jdbcUrl(DATABASE));
  }

  /** With the database somewhere else. */
  static LedgerSettings settings(String url) {
    var server = TestServers.postgres();
    return new LedgerSettings(
        Map.of("bootstrap.servers", TestServers.kafka().bootstrapServers()),
        List.of(DatabaseSettings.of(DATABASE, url, "postgres", server.adminPassword())),
        TOPIC_SUFFIX,
        POSITIONS);
  }

  /** As a service does. */
  Message append(String aggregate, long version) throws SQLException {
    try (var insert =
        admin.prepareStatement(
            """
            insert into outbox (aggregatetype, aggregateid, aggregateversion, type, payload)
            values (?, ?, ?, 'Made', '{}') returning id
            """)) {
      insert.setString(1, AGGREGATE_TYPE);
      insert.setString(2, aggregate);
      insert.setLong(3, version);
      var row = insert.executeQuery();
      row.next();
      return new Message(
          row.getObject(1, UUID.class),
          AGGREGATE_TYPE,
          aggregate,
          version,
          "Made",
          "{}",
          MessageContext.NONE);
    }
  }

  /** As a relay and a consumer do. */
  Message flow(String aggregate, long version) throws Exception {
    var message = append(aggregate, version);
    producer.send(MessageRecords.toRecord(message, topic(), "/shop")).get();
    run("insert into inbox (consumer, message_id) values (?, ?)", CONSUMER, message.id());
    return message;
  }

  /** A relay that has published everything confirms whatever the log has, until it is closed. */
  Relay relay() {
    var ended = new AtomicBoolean();
    var thread = Thread.ofVirtual().start(() -> confirmUntil(ended));
    return () -> {
      ended.set(true);
      try {
        thread.join();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    };
  }

  /** A relay that runs. */
  interface Relay extends AutoCloseable {

    @Override
    void close();
  }

  private void confirmUntil(AtomicBoolean ended) {
    try {
      while (!ended.get()) {
        run("select pg_replication_slot_advance(?, pg_current_wal_insert_lsn())", DATABASE);
      }
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** How many connections the ledger has. */
  int connections() throws SQLException {
    try (var select =
        admin.prepareStatement(
            "select count(*) from pg_stat_activity where datname = ? and application_name = 'onceward ledger'")) {
      select.setString(1, DATABASE);
      var row = select.executeQuery();
      row.next();
      return row.getInt(1);
    }
  }

  private void run(String sql, Object... parameters) throws SQLException {
    try (var statement = admin.prepareStatement(sql)) {
      for (var i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      statement.execute();
    }
  }

  @Override
  public void close() throws SQLException {
    producer.close();
    admin.close();
  }
}
