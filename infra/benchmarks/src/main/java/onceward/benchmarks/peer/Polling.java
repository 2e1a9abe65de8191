package onceward.benchmarks.peer;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.MessageRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * A polling publisher, as services build it without a log reader: takes rows that are not published
 * and nobody else has taken, sends them, and marks them once the broker has acknowledged all. Looks
 * again at once when there were as many as it takes, and after an interval otherwise.
 */
public final class Polling {

  /** As which its connection names itself. */
  public static final String APPLICATION = "onceward-bench-polling";

  /** What the outbox must have before the poller may mark rows; for a superuser. */
  public static final List<String> PREPARATION =
      List.of(
          "alter table outbox add column published boolean not null default false",
          "create index outbox_unpublished on outbox (id) where not published",
          "grant update (published) on outbox to relay",
          // Appending costs the same trigger as before, marking is allowed.
          "drop trigger outbox_append_only on outbox",
          "create trigger outbox_append_only before insert on outbox for each row execute function outbox_is_append_only()");

  private static final Duration INTERVAL = Duration.ofMillis(50);
  private static final int BATCH_ROWS = 500;

  private static final String TAKE =
      """
      select id, aggregatetype, aggregateid, aggregateversion, type, payload,
             traceparent, causationid, correlationid
      from outbox where not published order by id limit %d for update skip locked
      """
          .formatted(BATCH_ROWS);
  private static final String MARK = "update outbox set published = true where id = any (?)";

  private final Connection connection;
  private final Producer<byte[], byte[]> producer;
  private final String source;

  private Polling(Connection connection, Producer<byte[], byte[]> producer, String source) {
    this.connection = connection;
    this.producer = producer;
    this.source = source;
  }

  /** Publishes until it is killed, or something fails; the argument names its settings file. */
  public static void main(String[] arguments) throws Exception {
    var settings = PeerSettings.read(Path.of(arguments[0]));
    try (var producer = settings.producer();
        var connection = settings.connect(APPLICATION)) {
      connection.setAutoCommit(false);
      new Polling(connection, producer, settings.source()).run();
    }
  }

  private void run() throws SQLException, ExecutionException, InterruptedException {
    try (var take = connection.prepareStatement(TAKE);
        var mark = connection.prepareStatement(MARK)) {
      while (true) {
        var ids = new ArrayList<UUID>(BATCH_ROWS);
        var sent = new ArrayList<Future<RecordMetadata>>(BATCH_ROWS);
        try (var rows = take.executeQuery()) {
          while (rows.next()) {
            var message = message(rows);
            ids.add(message.id());
            sent.add(producer.send(MessageRecords.toRecord(message, source)));
          }
        }
        for (var one : sent) {
          one.get();
        }
        if (!ids.isEmpty()) {
          mark.setArray(1, connection.createArrayOf("uuid", ids.toArray()));
          mark.executeUpdate();
        }
        connection.commit();
        if (ids.size() < BATCH_ROWS) {
          Thread.sleep(INTERVAL);
        }
      }
    }
  }

  private static Message message(ResultSet row) throws SQLException {
    return new Message(
        row.getObject(1, UUID.class),
        row.getString(2),
        row.getString(3),
        row.getLong(4),
        row.getString(5),
        row.getString(6),
        new MessageContext(
            row.getString(7), row.getObject(8, UUID.class), row.getObject(9, UUID.class)));
  }
}
