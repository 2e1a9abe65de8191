package onceward.messaging.deadletter;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import onceward.messaging.CurrentTransaction;
import onceward.messaging.MessageStoreException;
import org.jspecify.annotations.Nullable;

/**
 * The content of dead letters on its way to an archive and back.
 *
 * <p>Every method needs an open transaction. Safe for use by many threads.
 */
@Singleton
@Requires(bean = CurrentTransaction.class)
public final class ArchivedLetterRows {

  private static final String CONTENTS =
      "select * from dead_letter where state = 'open' and id = any (?) order by id";

  private static final String FIND =
      "select * from dead_letter where id = ? and state = 'archived' for update";

  private static final String RESTORE =
      """
      with letter as (
        update dead_letter
        set state = 'open', closed_at = null, value = ?, edited_value = ?, header_names = ?,
            header_values = ?, stack_trace = ?
        where id = ? and state = 'archived' returning id)
      insert into dead_letter_attempt (letter, outcome, attempts, operator, job, reason)
      select id, 'restored', 0, ?, ?, ? from letter
      """;

  private final CurrentTransaction transaction;

  ArchivedLetterRows(CurrentTransaction transaction) {
    this.transaction = transaction;
  }

  /** The contents of those of the letters that are open. */
  public List<ArchivedLetter> contents(Collection<UUID> ids) {
    return run(
        "read the content of dead letters",
        CONTENTS,
        select -> {
          select.setArray(1, select.getConnection().createArrayOf("uuid", ids.toArray()));
          var rows = select.executeQuery();
          var contents = new ArrayList<ArchivedLetter>();
          while (rows.next()) {
            contents.add(content(rows));
          }
          return contents;
        });
  }

  /** The archived letter of that id, held until the transaction ends; empty if it is none. */
  Optional<DeadLetter> find(UUID id) {
    return run(
        "read an archived dead letter",
        FIND,
        select -> {
          select.setObject(1, id);
          var row = select.executeQuery();
          return row.next() ? Optional.of(DeadLetterRows.letter(row)) : Optional.empty();
        });
  }

  /** Puts the content back and opens the letter; false if it is not archived. */
  boolean restore(ArchivedLetter archived, Actor actor) {
    return run(
            "restore a dead letter",
            RESTORE,
            update -> {
              var connection = update.getConnection();
              update.setBytes(1, bytes(archived.value()));
              update.setBytes(2, bytes(archived.editedValue()));
              update.setArray(
                  3, connection.createArrayOf("text", archived.headerNames().toArray()));
              update.setArray(
                  4,
                  connection.createArrayOf(
                      "bytea",
                      archived.headerValues().stream()
                          .map(ArchivedLetterRows::bytes)
                          .toArray(byte[][]::new)));
              update.setString(5, archived.stackTrace());
              update.setObject(6, archived.id());
              update.setString(7, actor.operator());
              update.setObject(8, actor.job());
              update.setString(9, actor.reason());
              return update.executeUpdate();
            })
        == 1;
  }

  private static ArchivedLetter content(ResultSet row) throws SQLException {
    var values = (byte[][]) row.getArray("header_values").getArray();
    return new ArchivedLetter(
        row.getObject("id", UUID.class),
        base64(row.getBytes("value")),
        base64(row.getBytes("edited_value")),
        Arrays.asList((String[]) row.getArray("header_names").getArray()),
        texts(values),
        row.getString("stack_trace"));
  }

  /** Values of headers may be missing. */
  private static List<@Nullable String> texts(byte[][] values) {
    var texts = new ArrayList<@Nullable String>();
    for (var value : values) {
      texts.add(base64(value));
    }
    return texts;
  }

  private static @Nullable String base64(byte @Nullable [] content) {
    return content == null ? null : Base64.getEncoder().encodeToString(content);
  }

  private static byte @Nullable [] bytes(@Nullable String base64) {
    return base64 == null ? null : Base64.getDecoder().decode(base64);
  }

  private interface Statement<T> {
    T run(PreparedStatement statement) throws SQLException;
  }

  private <T> T run(String attempted, String sql, Statement<T> work) {
    try (var statement = transaction.connection(attempted).prepareStatement(sql)) {
      return work.run(statement);
    } catch (SQLException refused) {
      throw new MessageStoreException(attempted, refused);
    }
  }
}
