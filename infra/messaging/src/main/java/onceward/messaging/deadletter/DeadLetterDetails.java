package onceward.messaging.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micronaut.context.annotation.Requires;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import onceward.messaging.MessageStoreException;
import org.jspecify.annotations.Nullable;

/**
 * Reads all that is known of one dead letter, open or closed. Each method is a transaction of its
 * own. Safe for use by many threads.
 */
@Singleton
@Requires(bean = TransactionOperations.class)
public final class DeadLetterDetails {

  /** Of the history the latest entries, of the messages behind the letter the first. */
  public static final int LISTED_MAX = 100;

  private static final String LETTER = "select * from dead_letter where id = ?";

  private static final String HISTORY =
      """
      select * from (select * from dead_letter_attempt where letter = ? order by id desc limit ?) latest
      order by id
      """;

  private static final String OF_KEY =
      """
      from parked_message where consumer = ? and topic = ?
        and messaging_key_digest(key) = messaging_key_digest(?)
      """;

  private static final String BEHIND =
      "select message_id, type, version, parked_at " + OF_KEY + " order by position limit ?";

  private static final String BEHIND_COUNT = "select count(*) " + OF_KEY;

  private final TransactionOperations<Connection> transactions;

  DeadLetterDetails(TransactionOperations<Connection> transactions) {
    this.transactions = transactions;
  }

  /**
   * A letter and what belongs to it.
   *
   * @param state {@code open}, {@code handled}, {@code discarded} or {@code archived}
   * @param closedAt null while the letter is open
   * @param payload the value of the record; null if it is gone, or the record had none
   * @param edited what an operator has put in the place of the payload; null if nothing
   * @param history the latest entries, oldest first
   * @param behindCount how many messages wait behind the letters of the key
   * @param behind the first of them
   */
  public record Details(
      DeadLetter letter,
      String state,
      @Nullable Instant closedAt,
      @Nullable String payload,
      @Nullable String edited,
      List<Attempt> history,
      long behindCount,
      List<Behind> behind) {}

  /** A message that waits behind a letter of its key. */
  public record Behind(UUID messageId, String type, long version, Instant parkedAt) {}

  /** The letter of that id; empty if there is none. */
  public Optional<Details> find(UUID id) {
    return transactions.executeRead(transaction -> {
      var connection = transaction.getConnection();
      try (var select = connection.prepareStatement(LETTER)) {
        select.setObject(1, id);
        var row = select.executeQuery();
        return row.next() ? Optional.of(details(connection, row)) : Optional.empty();
      } catch (SQLException refused) {
        throw new MessageStoreException("read a dead letter", refused);
      }
    });
  }

  private static Details details(Connection connection, ResultSet row) throws SQLException {
    var letter = DeadLetterRows.letter(row);
    var closedAt = row.getObject("closed_at", OffsetDateTime.class);
    return new Details(
        letter,
        row.getString("state"),
        closedAt == null ? null : closedAt.toInstant(),
        text(row.getBytes("value")),
        text(row.getBytes("edited_value")),
        history(connection, letter.id()),
        behindCount(connection, letter),
        behind(connection, letter));
  }

  private static @Nullable String text(byte @Nullable [] content) {
    return content == null ? null : new String(content, UTF_8);
  }

  private static List<Attempt> history(Connection connection, UUID letter) throws SQLException {
    try (var select = connection.prepareStatement(HISTORY)) {
      select.setObject(1, letter);
      select.setInt(2, LISTED_MAX);
      var rows = select.executeQuery();
      var history = new ArrayList<Attempt>();
      while (rows.next()) {
        history.add(
            new Attempt(
                rows.getObject("ended_at", OffsetDateTime.class).toInstant(),
                new Actor(
                    rows.getString("operator"),
                    rows.getObject("job", UUID.class),
                    rows.getString("reason")),
                rows.getString("outcome"),
                rows.getInt("attempts"),
                rows.getString("exception"),
                rows.getString("exception_class"),
                rows.getString("stack_digest")));
      }
      return history;
    }
  }

  private static long behindCount(Connection connection, DeadLetter letter) throws SQLException {
    try (var select = connection.prepareStatement(BEHIND_COUNT)) {
      bindKey(select, letter);
      var row = select.executeQuery();
      row.next();
      return row.getLong(1);
    }
  }

  private static List<Behind> behind(Connection connection, DeadLetter letter) throws SQLException {
    try (var select = connection.prepareStatement(BEHIND)) {
      bindKey(select, letter);
      select.setInt(4, LISTED_MAX);
      var rows = select.executeQuery();
      var behind = new ArrayList<Behind>();
      while (rows.next()) {
        behind.add(
            new Behind(
                rows.getObject(1, UUID.class),
                rows.getString(2),
                rows.getLong(3),
                rows.getObject(4, OffsetDateTime.class).toInstant()));
      }
      return behind;
    }
  }

  private static void bindKey(PreparedStatement select, DeadLetter letter) throws SQLException {
    select.setString(1, letter.consumer());
    select.setString(2, letter.topic());
    select.setString(3, letter.key());
  }
}
