package onceward.messaging.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import onceward.localstack.kafka.Topic;
import onceward.localstack.postgres.Role;
import onceward.messaging.Message;
import onceward.messaging.MessageRecords;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The surroundings of one service under test: a database of its own with the roles the migrations
 * expect, and a broker shared by all. Isolation is by database, and on Kafka by message ids and
 * aggregate ids, which are never used twice.
 *
 * <p>A test gets one by {@link MessagingTest}; whoever starts things himself creates and closes it.
 *
 * <p>Safe for use by many threads.
 */
public final class TestService implements AutoCloseable {

  /** Where a record lies on its topic. */
  public record Position(int partition, long offset) {}

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final String RELAY = "relay";
  private static final int ANSWER_SECONDS_MAX = 10;

  private final String database;
  private final String serviceRole;
  private final String migratorRole;
  private final String slot;
  private @Nullable Connection looking;

  /**
   * What a test wants to know of the database.
   *
   * @param <T> the answer
   */
  @FunctionalInterface
  public interface Look<T> {

    /** Asks, and leaves the connection open and without a transaction. */
    T over(Connection connection) throws SQLException;
  }

  private TestService(String name) {
    database = name + "_" + COUNT.incrementAndGet();
    serviceRole = name + "_service";
    migratorRole = name + "_migrator";
    slot = database + "_outbox";
  }

  /**
   * A fresh database for the service of that name, and its topics.
   *
   * @param name one lower-case word: the database and its roles are named after it
   */
  public static TestService create(String name, String... topics) {
    var service = new TestService(name);
    TestServers.postgres()
        .createDatabase(
            service.database,
            Role.named(service.migratorRole),
            Role.named(service.serviceRole),
            Role.replicating(RELAY));
    service.createSlot();
    TestServers.kafka()
        .createTopics(List.of(topics).stream().map(Topic::named).toArray(Topic[]::new));
    return service;
  }

  /** As an administrator does, before the first migration. */
  private void createSlot() {
    try (var connection = connect();
        var create =
            connection.prepareStatement(
                "select pg_create_logical_replication_slot(?, 'pgoutput')")) {
      create.setString(1, slot);
      create.execute();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot create slot " + slot, e);
    }
  }

  /**
   * What the service must be configured with to run in the JVM of a test, where the framework
   * migrates the database at the start.
   */
  public Map<String, String> properties() {
    var postgres = TestServers.postgres();
    var url = postgres.jdbcUrl(database);
    var properties = new HashMap<String, String>();
    properties.put("micronaut.server.host", "127.0.0.1");
    properties.put("micronaut.server.port", "-1");
    properties.put("datasources.default.url", url);
    properties.put("datasources.default.username", serviceRole);
    properties.put("datasources.default.password", postgres.password(serviceRole));
    // A pool that opens all its connections at its start takes longer than most tests.
    properties.put("datasources.default.minimum-idle", "1");
    properties.putAll(migratorProperties());
    properties.put("kafka.bootstrap-servers", TestServers.kafka().bootstrapServers());
    // The name of one instance, so that the next test class need not wait for its session to end.
    properties.put("messaging.instance", serviceRole);
    // Each test class has a new database, and the groups of the class before.
    properties.put("messaging.stop-if-database-rewound", "false");
    properties.putAll(TestDoor.properties());
    return properties;
  }

  /** What the step that migrates must be configured with, and a running service must not have. */
  public Map<String, String> migratorProperties() {
    var postgres = TestServers.postgres();
    var prefix = "flyway.datasources.migrator.";
    return Map.of(
        prefix + "url", postgres.jdbcUrl(database),
        prefix + "user", migratorRole,
        prefix + "password", postgres.password(migratorRole),
        prefix + "placeholders.service", serviceRole,
        prefix + "placeholders.relay", RELAY,
        prefix + "placeholders.slot", slot);
  }

  /** A new connection as superuser, for looking and for getting in the way. */
  public Connection connect() throws SQLException {
    return TestServers.postgres().connect(database);
  }

  /** A new connection in the service's own role. */
  public Connection connectAsService() throws SQLException {
    return TestServers.postgres().connect(database, serviceRole);
  }

  /**
   * Looks at the database as superuser, one look at a time, over a connection that is kept: a test
   * that waits looks often, and a new connection costs the server far more than the answer.
   */
  public synchronized <T> T look(Look<T> look) throws SQLException {
    var connection = looking;
    if (connection == null || !connection.isValid(ANSWER_SECONDS_MAX)) {
      connection = connect();
      looking = connection;
    }
    return look.over(connection);
  }

  /** The service's outbox. */
  public TestOutbox outbox() {
    return new TestOutbox(this);
  }

  /** The messages one consumer of the service has handled. */
  public TestInbox inbox(String consumer) {
    return new TestInbox(this, consumer);
  }

  /** Publishes as the relay would, and tells where the message lies. */
  public Position publish(Message message) {
    return publish(MessageRecords.toRecord(message, "/onceward/test"));
  }

  /** Publishes whatever somebody might put on a topic. */
  public Position publish(ProducerRecord<byte[], byte[]> record) {
    return TestPublisher.publish(TestServers.kafka().bootstrapServers(), record);
  }

  /**
   * Commits in Kafka that the consumer has passed all records of the topic, as if the service had
   * handled them before its database was lost. For consumers that do not run, as while a service
   * restores.
   */
  public void pass(String consumer, String topic) {
    TestOffsets.pass(TestServers.kafka().bootstrapServers(), consumer, topic);
  }

  /**
   * Drops the replication slot, which would hold back the log for all. The database goes with the
   * server.
   */
  @Override
  public void close() {
    try (var connection = connect();
        var drop =
            connection.prepareStatement(
                "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = ?")) {
      drop.setString(1, slot);
      drop.execute();
      closeLooking();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot drop slot " + slot, e);
    }
  }

  private synchronized void closeLooking() throws SQLException {
    if (looking != null) {
      looking.close();
    }
  }
}
