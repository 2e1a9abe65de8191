package onceward.messaging.testkit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import org.assertj.core.api.AssertProvider;

/**
 * What a service under test has committed to its outbox. AssertJ's {@code assertThat} takes it, see
 * {@link OutboxAssert}.
 *
 * <p>Safe for use by many threads; each call reads anew.
 */
public final class TestOutbox implements AssertProvider<OutboxAssert> {

  private static final String ABOUT =
      """
      select id, aggregatetype, aggregateid, aggregateversion, type, payload,
             traceparent, causationid, correlationid
      from outbox where aggregateid = ? order by aggregateversion
      """;

  private final TestService service;

  TestOutbox(TestService service) {
    this.service = service;
  }

  /** The messages about one aggregate, in the order of their versions. */
  public List<Message> about(Object aggregateId) {
    try {
      return service.look(connection -> about(connection, aggregateId.toString()));
    } catch (SQLException e) {
      throw new IllegalStateException("cannot read the outbox", e);
    }
  }

  private static List<Message> about(Connection connection, String aggregateId)
      throws SQLException {
    try (var select = connection.prepareStatement(ABOUT)) {
      select.setString(1, aggregateId);
      var rows = select.executeQuery();
      var messages = new ArrayList<Message>();
      while (rows.next()) {
        messages.add(message(rows));
      }
      return messages;
    }
  }

  /** The types of the messages about one aggregate, in the order of their versions. */
  public List<String> typesAbout(Object aggregateId) {
    return about(aggregateId).stream().map(Message::type).toList();
  }

  @Override
  public OutboxAssert assertThat() {
    return new OutboxAssert(this);
  }

  private static Message message(ResultSet row) throws SQLException {
    return new Message(
        row.getObject("id", UUID.class),
        row.getString("aggregatetype"),
        row.getString("aggregateid"),
        row.getLong("aggregateversion"),
        row.getString("type"),
        row.getString("payload"),
        new MessageContext(
            row.getString("traceparent"),
            row.getObject("causationid", UUID.class),
            row.getObject("correlationid", UUID.class)));
  }
}
