package onceward.relay.capture.pgoutput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import onceward.relay.OutboxDatabase;
import onceward.relay.position.Lsn;
import onceward.relay.source.Connections;
import onceward.relay.source.DatabaseSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the capture takes for granted of the driver: a release that does otherwise fails here. */
class ReplicationSessionTest {

  private static final Duration LIMIT = Duration.ofMinutes(1);

  private OutboxDatabase database;
  private DatabaseSettings settings;
  private Connection connection;

  @BeforeEach
  void connect() throws SQLException {
    database = OutboxDatabase.create();
    settings = database.settings();
    connection = open();
  }

  @AfterEach
  void disconnect() throws SQLException {
    connection.close();
    database.close();
  }

  @Test
  void a_message_and_its_place_are_those_that_the_server_has() throws Exception {
    database.append("thing", "a", 1);
    var session = ReplicationSession.begin(connection, settings);

    var message = PgoutputDecoder.decode(next(session));
    var first = session.place();
    var last = first;
    while (!(message instanceof PgoutputMessage.Insert)) {
      message = PgoutputDecoder.decode(next(session));
      last = session.place();
    }

    assertThat(last.isAfter(first)).isTrue();
    assertThat(Lsn.parse(database.logPosition()).isAfter(last)).isTrue();
  }

  /** And neither spins nor looks every millisecond. */
  @Test
  void a_read_waits_while_nothing_comes() throws Exception {
    var session = ReplicationSession.begin(connection, settings);
    drain(session);

    var since = System.nanoTime();
    assertThat(session.read()).isNull();

    // A clock may be coarse.
    assertThat(Duration.ofNanos(System.nanoTime() - since))
        .isGreaterThan(ReplicationSockets.WAIT.dividedBy(2));
  }

  @Test
  void the_slot_moves_where_it_was_let_and_never_back() throws Exception {
    database.append("thing", "a", 1);
    var session = ReplicationSession.begin(connection, settings);
    drain(session);
    var place = session.place();

    session.confirm(place);
    session.confirm(new Lsn(place.value() - 1));
    session.tellConfirmed();

    await().atMost(LIMIT).until(() -> Lsn.parse(database.slotPosition()).equals(place));
  }

  /** It sends nothing of another table's log, and answers while it reads it. */
  @Test
  void the_server_tells_how_far_it_has_read_the_log_that_there_was_and_no_further()
      throws Exception {
    writeElsewhere();
    var written = Lsn.parse(database.ask("select pg_current_wal_lsn()"));
    var session = ReplicationSession.begin(connection, settings);
    var end = Lsn.parse(database.logPosition());
    drain(session);
    await()
        .atMost(LIMIT)
        .until(() -> {
          session.read();
          return !written.isAfter(session.backlogRead());
        });

    writeElsewhere();
    var later = Lsn.parse(database.ask("select pg_current_wal_lsn()"));
    await()
        .atMost(LIMIT)
        .until(() -> {
          session.read();
          session.keepAlive();
          return !later.isAfter(session.place());
        });
    assertThat(session.backlogRead().isAfter(end)).isFalse();
  }

  private void writeElsewhere() throws SQLException {
    database.administer("create table if not exists other (content text)");
    database.administer("insert into other select repeat('x', 1000) from generate_series(1, 1000)");
  }

  @Test
  void a_slot_that_another_has_is_refused_by_its_code() throws Exception {
    ReplicationSession.begin(connection, settings);
    try (var other = open()) {
      var refused =
          catchThrowableOfType(SQLException.class, () -> ReplicationSession.begin(other, settings));

      assertThat(refused.getSQLState()).isEqualTo("55006");
    }
  }

  @Test
  void a_slot_that_is_not_there_is_refused_and_none_is_made() throws Exception {
    database.dropSlot();

    var refused =
        catchThrowableOfType(
            SQLException.class, () -> ReplicationSession.begin(connection, settings));

    assertThat(refused.getSQLState()).isEqualTo("42704");
    assertThat(
            database.ask(
                "select count(*) from pg_replication_slots where database = current_database()"))
        .isEqualTo("0");
  }

  private Connection open() throws SQLException {
    return new Connections("shop", settings).openForReplication(ReplicationSockets.class);
  }

  private static ByteBuffer next(ReplicationSession session) throws SQLException {
    var message = session.read();
    while (message == null) {
      message = session.read();
    }
    return message;
  }

  private static void drain(ReplicationSession session) throws SQLException {
    next(session);
    while (session.read() != null) {
      // What there is comes at once.
    }
  }
}
