package onceward.messaging.testkit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.AssertProvider;

/**
 * The messages one consumer of a service under test has handled: what it has claimed, and neither
 * parked nor made a dead letter of. AssertJ's {@code assertThat} takes it, see {@link InboxAssert}.
 *
 * <p>Safe for use by many threads; each call reads anew.
 */
public final class TestInbox implements AssertProvider<InboxAssert> {

  private static final int LATEST_MAX = 10;

  // A claim says that the message is taken care of. It may wait, or be a dead letter.
  private static final String HANDLED =
      """
      select message_id from inbox
      where consumer = ?
        and not exists (select from parked_message parked
                        where parked.consumer = inbox.consumer
                          and parked.message_id = inbox.message_id)
        and not exists (select from dead_letter letter
                        where letter.consumer = inbox.consumer
                          and letter.message_id = inbox.message_id and letter.state <> 'handled')
      """;

  private final TestService service;
  private final String consumer;

  TestInbox(TestService service, String consumer) {
    this.service = service;
    this.consumer = consumer;
  }

  /** The name under which the messages were claimed. */
  public String consumer() {
    return consumer;
  }

  /** Whether the message has been handled. */
  public boolean contains(UUID messageId) {
    return !query(
            HANDLED + " and message_id = ?",
            select -> select.setObject(2, messageId),
            TestInbox::id)
        .isEmpty();
  }

  /** The ids of the messages minted last among those handled, at most 10, the newest first. */
  public List<UUID> latest() {
    return query(
        HANDLED + " order by message_id desc limit ?",
        select -> select.setInt(2, LATEST_MAX),
        TestInbox::id);
  }

  /** How many messages of a key wait behind a dead letter. */
  public int parked(String key) {
    return query(
            "select count(*) from parked_message where consumer = ? and key = ?",
            select -> select.setString(2, key),
            row -> row.getInt(1))
        .getFirst();
  }

  @Override
  public InboxAssert assertThat() {
    return new InboxAssert(this);
  }

  private interface Parameters {

    void set(PreparedStatement select) throws SQLException;
  }

  private interface Reader<T> {

    T read(ResultSet row) throws SQLException;
  }

  private static UUID id(ResultSet row) throws SQLException {
    return row.getObject(1, UUID.class);
  }

  private <T> List<T> query(String sql, Parameters parameters, Reader<T> reader) {
    try {
      return service.look(connection -> query(connection, sql, parameters, reader));
    } catch (SQLException e) {
      throw new IllegalStateException("cannot read the inbox of " + consumer, e);
    }
  }

  private <T> List<T> query(
      Connection connection, String sql, Parameters parameters, Reader<T> reader)
      throws SQLException {
    try (var select = connection.prepareStatement(sql)) {
      select.setString(1, consumer);
      parameters.set(select);
      var rows = select.executeQuery();
      var read = new ArrayList<T>();
      while (rows.next()) {
        read.add(reader.read(rows));
      }
      return read;
    }
  }
}
