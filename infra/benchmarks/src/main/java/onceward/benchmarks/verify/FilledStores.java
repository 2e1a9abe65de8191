package onceward.benchmarks.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import onceward.benchmarks.Service;
import onceward.ledger.source.DatabaseSettings;
import onceward.ledger.source.LedgerSettings;
import onceward.localstack.kafka.Topic;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.MessageRecords;
import onceward.messaging.testkit.TestServers;
import onceward.messaging.testkit.TestService;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * An outbox, a topic and an inbox that agree, filled without a relay and a consumer: so that their
 * speed does not matter.
 */
final class FilledStores implements AutoCloseable {

  private static final String KIND = "filled";
  private static final String CONSUMER = "bench";
  private static final int KEYS = 1_000_000;
  private static final int STEP = 1_000_000;
  private static final int FETCH_ROWS = 10_000;
  private static final int BITS_BEHIND_TIME = 16;
  private static final int PUBLISHED_AFTER_MS = 1_000;

  // Ids in the order of time, all of them of the last twelve hours; four messages to a trace.
  private static final String APPEND =
      """
      insert into outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload, traceparent)
      select uuidv7(make_interval(secs => -43200.0 * (? - entry) / ?)), 'filled', 'key-' || entry %% %d, entry / %d + 1, 'Filled',
             json_build_object('entry', entry, 'filler', repeat('x', ?))::text,
             '00-' || md5('trace' || entry / 4) || '-b7ad6b7169203331-01'
      from generate_series(?::bigint, ?::bigint) entry
      """
          .formatted(KEYS, KEYS);

  private final TestService service;
  private final Connection connection;

  private FilledStores(TestService service, Connection connection) {
    this.service = service;
    this.connection = connection;
  }

  static FilledStores create(long messages, int payloadBytes) {
    var service = TestService.create(CONSUMER);
    // For its migrations.
    Service.start(service, Map.of()).close();
    var topic = Message.topicOf(KIND);
    TestServers.kafka().createTopics(Topic.named(topic));
    try {
      var connection = service.connect();
      var filled = new FilledStores(service, connection);
      filled.run("set session_replication_role = replica");
      filled.run("select pg_drop_replication_slot(name) from outbox_slot");
      filled.append(messages, payloadBytes);
      filled.publish(messages);
      filled.run(
          "insert into inbox (consumer, message_id, handled_at) select 'bench', id, uuid_extract_timestamp(id) + interval '1 s' from outbox order by id");
      filled.run(
          "insert into consumed_type (consumer, topic, type) values ('bench', '%s', 'Filled')"
              .formatted(topic));
      filled.run("vacuum analyze outbox");
      filled.run("vacuum analyze inbox");
      filled.run("select pg_create_logical_replication_slot(name, 'pgoutput') from outbox_slot");
      filled.run("checkpoint");
      return filled;
    } catch (SQLException failure) {
      throw new IllegalStateException("could not fill the stores", failure);
    }
  }

  /** The same servers for the command line. */
  Path config() throws IOException {
    var file = Files.createTempFile("onceward-bench", ".properties");
    var database = settings().databases().getFirst();
    Files.writeString(
        file,
        """
        kafka.bootstrap.servers=%s
        database.bench.url=%s
        database.bench.user=%s
        database.bench.password=%s
        """
            .formatted(
                TestServers.kafka().bootstrapServers(),
                database.url(),
                database.user(),
                database.password()));
    return file;
  }

  LedgerSettings settings() {
    var postgres = TestServers.postgres();
    return LedgerSettings.of(
        Map.of("bootstrap.servers", TestServers.kafka().bootstrapServers()),
        List.of(
            DatabaseSettings.of(
                "bench", postgres.jdbcUrl(database()), "postgres", postgres.adminPassword())));
  }

  /** What a trace is asked for by. */
  enum IdKind {
    MESSAGE("id::text"),
    AGGREGATE("aggregateid"),
    TRACE("substr(traceparent, 4, 32)");

    private final String column;

    IdKind(String column) {
      this.column = column;
    }
  }

  /** Ids of that kind, of messages from everywhere. */
  List<String> randomIds(IdKind kind, int count) {
    try (var select =
        connection.prepareStatement(
            // The last one before a moment: behind the last row there is no next one.
            "select %s from outbox where id <= (select uuidv7(make_interval(secs => -43100 * random()))) order by id desc limit 1"
                .formatted(kind.column))) {
      var ids = new ArrayList<String>();
      while (ids.size() < count) {
        var rows = select.executeQuery();
        rows.next();
        ids.add(rows.getString(1));
      }
      return ids;
    } catch (SQLException failure) {
      throw new IllegalStateException("could not choose ids", failure);
    }
  }

  /** Moves the slot to the end of the log, as a relay does that has nothing to do. */
  void confirm() {
    run("select pg_replication_slot_advance(name, pg_current_wal_insert_lsn()) from outbox_slot");
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException ignored) {
      // The server ends with this process.
    }
    service.close();
  }

  private String database() {
    try (var select = connection.createStatement();
        var row = select.executeQuery("select current_database()")) {
      row.next();
      return row.getString(1);
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private void append(long messages, int payloadBytes) throws SQLException {
    try (var append = connection.prepareStatement(APPEND)) {
      for (var from = 1L; from <= messages; from += STEP) {
        var to = Math.min(from + STEP - 1, messages);
        append.setLong(1, messages);
        append.setLong(2, messages);
        append.setInt(3, Math.max(0, payloadBytes - 30));
        append.setLong(4, from - 1);
        append.setLong(5, to - 1);
        append.executeUpdate();
        System.err.printf("appended %,d of %,d%n", to, messages);
      }
    }
  }

  private void publish(long messages) throws SQLException {
    var bytes = new ByteArraySerializer();
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            TestServers.kafka().bootstrapServers(),
            "batch.size",
            256 * 1024,
            "linger.ms",
            20,
            "compression.type",
            "lz4");
    connection.setAutoCommit(false);
    try (var producer = new KafkaProducer<>(settings, bytes, bytes);
        var select =
            connection.prepareStatement(
                "select id, aggregateid, aggregateversion, payload from outbox order by id")) {
      select.setFetchSize(FETCH_ROWS);
      var rows = select.executeQuery();
      var published = 0L;
      while (rows.next()) {
        var message =
            new Message(
                rows.getObject(1, UUID.class),
                KIND,
                rows.getString(2),
                rows.getLong(3),
                "Filled",
                rows.getString(4),
                MessageContext.NONE);
        var sent =
            producer.send(publishedSoon(MessageRecords.toRecord(message, "/bench"), message.id()));
        if (++published % STEP == 0 || published == messages) {
          sent.get();
          System.err.printf("published %,d of %,d%n", published, messages);
        }
      }
    } catch (ExecutionException failure) {
      throw new IllegalStateException("could not publish", failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    } finally {
      connection.setAutoCommit(true);
    }
  }

  /** As if a relay had published it a second after it was made. */
  private static ProducerRecord<byte[], byte[]> publishedSoon(
      ProducerRecord<byte[], byte[]> record, UUID id) {
    var made = id.getMostSignificantBits() >>> BITS_BEHIND_TIME;
    return new ProducerRecord<>(
        record.topic(),
        record.partition(),
        made + PUBLISHED_AFTER_MS,
        record.key(),
        record.value(),
        record.headers());
  }

  private void run(String sql) {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failure) {
      throw new IllegalStateException(sql, failure);
    }
  }
}
