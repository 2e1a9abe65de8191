package onceward.relay.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import onceward.messaging.testkit.TestServers;
import onceward.relay.OutboxDatabase;
import onceward.relay.position.Coverage;
import onceward.relay.position.LogPlace;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.position.Premises;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a server says of the last published transaction, and of timelines that it does not know. */
@Tag("every-postgres")
class LastTransactionTest {

  @Test
  void only_one_that_is_committed_counts() throws Exception {
    try (var database = OutboxDatabase.create()) {
      try (var connection = database.begin()) {
        var committed = begun(connection);
        connection.commit();
        var rolledBack = begun(connection);
        connection.rollback();
        var open = begun(connection);

        assertThat(look(database, committed).hasLast()).isTrue();
        assertThat(look(database, rolledBack).hasLast()).isFalse();
        assertThat(look(database, open).hasLast()).isFalse();
        connection.rollback();
      }
      // Of the round of numbers before this one, which the server has not seen.
      assertThat(look(database, 4_294_967_295L).hasLast()).isFalse();
      assertThat(look(database, null).hasLast()).isTrue();
    }
  }

  @Test
  void a_log_that_comes_from_nowhere_left_no_timeline() throws Exception {
    try (var database = OutboxDatabase.create()) {
      assertThat(look(database, null).forkedAt()).isEmpty();
    }
  }

  private static long begun(Connection connection) throws SQLException {
    OutboxDatabase.append(connection, "thing", "a", 1);
    try (var sql = connection.createStatement();
        var row = sql.executeQuery("select pg_current_xact_id()::xid::text")) {
      row.next();
      return row.getLong(1);
    }
  }

  private static Promotion look(OutboxDatabase database, @Nullable Long transaction) {
    var postgres = TestServers.postgres();
    var settings =
        new DatabaseSettings(
            Servers.of(postgres.host(), postgres.port()),
            database.name(),
            "relay",
            () -> postgres.password("relay"),
            new DatabaseTls("disable", null, null, null),
            "public.outbox",
            "public",
            Shard.whole("s", "p"));
    var place = transaction == null ? null : new LogPlace(null, transaction, new Lsn(1), 1);
    var position =
        new Position("s", "1", 1, new Premises(""), 0, new Lsn(1), place, Map.of(), Coverage.NONE);
    return new SourceDatabase("shop", settings).lookAtPromotion(position, 1);
  }
}
