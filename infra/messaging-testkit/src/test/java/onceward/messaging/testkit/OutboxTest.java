package onceward.messaging.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import onceward.messaging.HandledMessage;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.MessageStoreException;
import onceward.messaging.NewMessage;
import onceward.messaging.NoTransactionException;
import onceward.messaging.outbox.Outbox;
import org.junit.jupiter.api.Test;

/**
 * Goal: a message is left behind exactly when the caller's transaction commits, and what could
 * poison a relay never is.
 */
@MicronautTest(transactional = false)
class OutboxTest extends LedgerServiceTest {

  @Serdeable
  record Opened(String note) {}

  @Inject Outbox outbox;
  @Inject TransactionOperations<Connection> transactions;

  @Test
  void a_message_appended_in_a_transaction_that_commits_is_in_the_outbox() {
    var thing = UUID.randomUUID();
    var id = transactions.executeWrite(_ -> outbox.append(opened(thing, "hello \"you\" 안녕")));

    assertThat(service.outbox().about(thing))
        .singleElement()
        .satisfies(message -> {
          assertThat(message.id()).isEqualTo(id);
          assertThat(message.id().version()).isEqualTo(7);
          assertThat(message.aggregateType()).isEqualTo("thing");
          assertThat(message.aggregateVersion()).isEqualTo(1);
          assertThat(message.type()).isEqualTo("Opened");
          assertThat(message.payload()).isEqualTo("{\"note\":\"hello \\\"you\\\" 안녕\"}");
        });
  }

  @Test
  void a_message_appended_in_a_transaction_that_rolls_back_is_not() {
    var thing = UUID.randomUUID();
    assertThatThrownBy(() ->
            transactions.executeWrite(_ -> {
              outbox.append(opened(thing, "never"));
              throw new IllegalStateException("changed my mind");
            }))
        .hasMessage("changed my mind");

    assertThat(service.outbox().about(thing)).isEmpty();
  }

  @Test
  void appending_without_a_transaction_is_refused() {
    var thing = UUID.randomUUID();

    assertThatThrownBy(() -> outbox.append(opened(thing, "loose")))
        .isInstanceOf(NoTransactionException.class)
        .hasMessageContaining("append Opened to the outbox")
        .hasMessageContaining("@Transactional");
    assertThat(service.outbox().about(thing)).isEmpty();
  }

  @Test
  void a_message_appended_while_another_is_handled_names_it_as_its_cause() throws Exception {
    var thing = UUID.randomUUID();
    var cause = TestMessages.fromSample("account", "AccountActivated", UUID.randomUUID(), 2);

    HandledMessage.during(
        cause, () -> transactions.executeWrite(_ -> outbox.append(opened(thing, "because"))));

    assertThat(service.outbox().about(thing))
        .extracting(Message::context)
        .allSatisfy(context -> {
          assertThat(context.causationId()).isEqualTo(cause.id());
          assertThat(context.correlationId()).isEqualTo(cause.id());
        });
  }

  @Test
  void a_row_that_could_poison_the_relay_fails_the_transaction_and_is_named_without_being_quoted() {
    var tooLarge = "x".repeat(512 * 1024);
    var thing = UUID.randomUUID().toString();

    assertRefused(
        new NewMessage("thing", thing, 1, "Opened", new Opened(tooLarge)), "at_most_512_kib");
    assertRefused(
        new NewMessage("thing", thing, 1, "Opened", List.of("no object")), "is_a_json_object");
    assertRefused(new NewMessage("thing", thing, 0, "Opened", new Opened("a")), "is_positive");
    assertRefused(new NewMessage("thing", "", 1, "Opened", new Opened("a")), "is_1_to_256_bytes");
    assertRefused(
        new NewMessage("thing", "가".repeat(86), 1, "Opened", new Opened("a")), "is_1_to_256_bytes");
    assertRefused(
        new NewMessage("no such topic!", thing, 1, "Opened", new Opened("a")), "is_a_name");
    assertRefused(new NewMessage("thing", thing, 1, "", new Opened("a")), "is_1_to_128_bytes");
    assertRefused(
        new NewMessage("thing", thing, 1, "x".repeat(129), new Opened("a")), "is_1_to_128_bytes");
    assertRefused(new NewMessage("thing", thing, 1, "Opened", new Opened("a\u0000b")), "22P05");
    assertThat(service.outbox().about(thing)).isEmpty();
  }

  @Test
  void a_trace_that_is_longer_than_any_trace_is_refused() {
    var thing = UUID.randomUUID();
    var cause =
        new Message(
            TestMessages.newId(),
            "thing",
            thing.toString(),
            1,
            "Opened",
            "{}",
            new MessageContext("x".repeat(65), null, null));

    assertThatThrownBy(() ->
            HandledMessage.during(
                cause,
                () -> transactions.executeWrite(_ -> outbox.append(opened(thing, "because")))))
        .isInstanceOf(MessageStoreException.class)
        .hasMessageContaining("outbox_traceparent_is_at_most_64_bytes");
  }

  @Test
  void the_service_may_append_and_learn_the_id_and_may_not_read_what_lies_there() throws Exception {
    try (var connection = service.connectAsService();
        var statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.executeQuery("select payload from outbox"))
          .hasMessageContaining("permission denied");
      assertThatThrownBy(() -> statement.executeQuery("select handled_at from inbox"))
          .hasMessageContaining("permission denied");
    }
  }

  @Test
  void rows_once_appended_can_be_neither_changed_nor_deleted_even_by_the_superuser()
      throws Exception {
    transactions.executeWrite(_ -> outbox.append(opened(UUID.randomUUID(), "kept")));
    try (var connection = service.connect();
        var statement = connection.createStatement()) {
      for (var sql :
          List.of(
              "update outbox set payload = '{}'",
              "delete from outbox",
              "truncate outbox",
              "truncate outbox_default")) {
        assertThatThrownBy(() -> statement.execute(sql))
            .as(sql)
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("append-only");
      }
    }
  }

  /** Method: the rows bring their ids. To mint one makes PostgreSQL write each row by itself. */
  @Test
  void copied_rows_get_a_log_position_each() throws Exception {
    var thing = UUID.randomUUID();
    try (var connection = service.connect();
        var statement = connection.createStatement()) {
      var from = position(statement);
      var copy = connection.unwrap(org.postgresql.PGConnection.class).getCopyAPI();
      var rows = new StringBuilder();
      for (var version = 1; version <= 100; version++) {
        rows.append(
            "%s\tthing\t%s\t%d\tOpened\t{}\n".formatted(TestMessages.newId(), thing, version));
      }
      copy.copyIn(
          "copy outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload) from stdin",
          new java.io.StringReader(rows.toString()));
      statement.execute("create extension if not exists pg_walinspect");
      var inserts =
          statement.executeQuery(
              """
              select count(*) from pg_get_wal_records_info('%s', pg_current_wal_flush_lsn())
              where resource_manager = 'Heap' and record_type like 'INSERT%%'
                and block_ref like '%%' || pg_relation_filenode('outbox_default') || '%%'
              """
                  .formatted(from));
      inserts.next();
      assertThat(inserts.getInt(1)).isEqualTo(100);
    }
  }

  private static String position(java.sql.Statement statement) throws SQLException {
    var row = statement.executeQuery("select pg_current_wal_insert_lsn()");
    row.next();
    return row.getString(1);
  }

  private void assertRefused(NewMessage message, String constraint) {
    assertThatThrownBy(() -> transactions.executeWrite(_ -> outbox.append(message)))
        .isInstanceOf(MessageStoreException.class)
        .hasMessageContaining(constraint)
        .hasMessageNotContaining("Failing row");
  }

  private static NewMessage opened(UUID thing, String note) {
    return new NewMessage("thing", thing.toString(), 1, "Opened", new Opened(note));
  }
}
