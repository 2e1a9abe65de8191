package onceward.messaging.tests.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import onceward.messaging.HandledMessage;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.NewMessage;
import onceward.messaging.outbox.Outbox;
import onceward.messaging.testkit.MessagingTest;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.testkit.TestService;
import onceward.messaging.testkit.conformance.OutboxConformance;
import onceward.messaging.testkit.conformance.Tampering;
import onceward.messaging.testkit.conformance.Transactions;
import onceward.messaging.tests.ServiceTransactions;
import onceward.messaging.tests.retention.RetainedService;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: the outbox of the library is one, and what could poison a relay never gets into it. */
@Tag("every-postgres")
@MessagingTest(name = "ledger")
class OutboxTest extends OutboxConformance {

  private static final String TOO_LONG = "x".repeat(512 * 1024);

  private static final String LONG =
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more-than-64-bytes-of-it";

  @Serdeable
  record Opened(String note) {}

  @Inject TestService service;
  @Inject Outbox outbox;
  @Inject TransactionOperations<Connection> transactions;

  @Override
  protected Outbox outbox() {
    return outbox;
  }

  @Override
  protected Transactions inTransaction() {
    return new ServiceTransactions(transactions);
  }

  @Override
  protected List<Message> committedAbout(String thing) {
    return service.outbox().about(thing);
  }

  /** Nobody may, not even the superuser. */
  @Override
  protected List<Tampering> tampering() {
    return Stream.of(
            "update outbox set payload = '{}'",
            "delete from outbox",
            "truncate outbox",
            "truncate " + RetainedService.partition("outbox", 0),
            "truncate outbox_default")
        .map(sql -> new Tampering(sql, () -> execute(sql), "append-only"))
        .toList();
  }

  private void execute(String sql) throws SQLException {
    try (var connection = service.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void without_a_span_it_carries_on_the_trace_of_the_message_that_is_handled() throws Exception {
    var traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    assertThat(traceparentWhileHandling(traceparent)).isEqualTo(traceparent);
    assertThat(traceparentWhileHandling(null)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "00-00000000000000000000000000000000-b7ad6b7169203331-01", LONG})
  void what_a_message_has_in_the_place_of_a_trace_is_left_behind(String malformed)
      throws Exception {
    assertThat(traceparentWhileHandling(malformed)).isNull();
  }

  private @Nullable String traceparentWhileHandling(@Nullable String traceparent) throws Exception {
    var thing = UUID.randomUUID();
    var context = new MessageContext(traceparent, null, null);
    var cause = new Message(TestMessages.newId(), "thing", "42", 1, "Opened", "{}", context);
    HandledMessage.during(
        cause, () -> transactions.executeWrite(_ -> outbox.append(opened(thing, "because"))));
    return service.outbox().about(thing).getFirst().context().traceparent();
  }

  /** Method: rows as another program could insert them, past the library's checks. */
  @Test
  void the_table_itself_refuses_a_row_that_could_poison_the_relay() {
    var note = "{\"note\":\"a\"}";
    assertRefused("thing", "42", 1, "Opened", "{\"note\":\"%s\"}".formatted(TOO_LONG), "512_kib");
    assertRefused("thing", "42", 1, "Opened", "[\"no object\"]", "is_a_json_object");
    assertRefused("thing", "42", 1, "Opened", "{\"note\":\"a\\u0000b\"}", "\\u0000");
    assertRefused("thing", "42", 1, "Opened", "{\"note\":\"\\ud83d\"}", "json");
    assertRefused("thing", "42", 0, "Opened", note, "is_positive");
    assertRefused("thing", "", 1, "Opened", note, "is_1_to_256_bytes");
    assertRefused("thing", "가".repeat(86), 1, "Opened", note, "is_1_to_256_bytes");
    assertRefused("no such topic!", "42", 1, "Opened", note, "is_a_name");
    assertRefused("thing", "42", 1, "", note, "is_1_to_128_bytes");
    assertRefused("thing", "42", 1, "x".repeat(129), note, "is_1_to_128_bytes");
  }

  @Test
  void the_table_itself_refuses_a_trace_that_is_longer_than_any_trace() throws Exception {
    try (var connection = service.connectAsService();
        var insert =
            connection.prepareStatement(
                """
                insert into outbox (aggregatetype, aggregateid, aggregateversion, type, payload, traceparent)
                values ('thing', '42', 1, 'Opened', '{}', ?)
                """)) {
      insert.setString(1, "x".repeat(65));
      assertThatThrownBy(insert::executeUpdate)
          .hasMessageContaining("outbox_traceparent_is_at_most_64_bytes");
    }
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

  /** Method: the rows bring their ids. To mint one makes PostgreSQL write each row by itself. */
  @Test
  void copied_rows_get_a_log_position_each() throws Exception {
    var thing = UUID.randomUUID();
    try (var connection = service.connect()) {
      var log = WrittenLog.from(connection);
      var copy = connection.unwrap(org.postgresql.PGConnection.class).getCopyAPI();
      var rows = new StringBuilder();
      for (var version = 1; version <= 100; version++) {
        rows.append(
            "%s\tthing\t%s\t%d\tOpened\t{}\n".formatted(TestMessages.newId(), thing, version));
      }
      copy.copyIn(
          "copy outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload) from stdin",
          new java.io.StringReader(rows.toString()));
      assertThat(log.outboxInserts()).isEqualTo(100);
    }
  }

  private void assertRefused(
      String aggregateType, String id, long version, String type, String payload, String reason) {
    assertThatThrownBy(
            () -> {
              try (var connection = service.connectAsService();
                  var insert =
                      connection.prepareStatement(
                          """
                          insert into outbox (aggregatetype, aggregateid, aggregateversion, type, payload)
                          values (?, ?, ?, ?, ?)
                          """)) {
                insert.setString(1, aggregateType);
                insert.setString(2, id);
                insert.setLong(3, version);
                insert.setString(4, type);
                insert.setString(5, payload);
                insert.executeUpdate();
              }
            })
        .isInstanceOf(SQLException.class)
        .hasMessageContaining(reason);
  }

  private static NewMessage opened(UUID thing, String note) {
    return new NewMessage("thing", thing.toString(), 1, "Opened", new Opened(note));
  }
}
