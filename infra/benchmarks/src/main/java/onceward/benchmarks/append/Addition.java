package onceward.benchmarks.append;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.util.UUID;
import onceward.messaging.NewMessage;
import onceward.messaging.outbox.Outbox;

/** What a transaction does besides inserting its row. */
@FunctionalInterface
interface Addition {

  /** Does it, about a new aggregate, in the transaction of this connection. */
  void perform(Connection connection, String aggregateId) throws SQLException;

  /** Nothing: what the others are compared with. */
  static Addition nothing() {
    return (_, _) -> {};
  }

  /** One round trip to the server, which has next to nothing to do. */
  static Addition roundTrip() {
    return (connection, _) -> {
      try (var select = connection.prepareStatement("select 1");
          var rows = select.executeQuery()) {
        rows.next();
      }
    };
  }

  /** The statement that the library appends with, by hand: no check, no count, no JSON to write. */
  static Addition plainInsert(String json) {
    return (connection, aggregateId) -> {
      try (var insert =
          connection.prepareStatement(
              """
              insert into outbox (traceparent, causationid, correlationid,
                                  aggregatetype, aggregateid, aggregateversion, type, payload)
              values (?, ?, ?, ?, ?, ?, ?, ?)
              returning id
              """)) {
        insert.setString(1, null);
        insert.setObject(2, null, Types.OTHER);
        insert.setObject(3, null, Types.OTHER);
        insert.setString(4, "bench");
        insert.setString(5, aggregateId);
        insert.setLong(6, 1);
        insert.setString(7, "BenchHappened");
        insert.setString(8, json);
        try (var rows = insert.executeQuery()) {
          rows.next();
          rows.getObject(1, UUID.class);
        }
      }
    };
  }

  /** The same row by the library. */
  static Addition append(Outbox outbox, Object payload) {
    return (_, aggregateId) ->
        outbox.append(new NewMessage("bench", aggregateId, 1, "BenchHappened", payload));
  }
}
