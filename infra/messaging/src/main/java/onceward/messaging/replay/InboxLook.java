package onceward.messaging.replay;

import io.micronaut.context.annotation.Requires;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import onceward.messaging.Statements;

/** Asks the inbox what it remembers, and claims nothing. Safe for use by many threads. */
@Singleton
@Requires(bean = TransactionOperations.class)
final class InboxLook {

  private static final String LOOK =
      """
      select asked,
             exists (select from inbox where message_id = asked and consumer = ?),
             asked < (select mark from inbox_low_water)
      from unnest(?) as asked
      """;

  private static final String MARK = "select mark from inbox_low_water";

  private static final int UUID_WITH_TIME = 7;

  private final Statements statements;

  InboxLook(TransactionOperations<Connection> transactions) {
    this.statements = new Statements(transactions);
  }

  /** What the inbox says of a message. */
  enum Answer {
    /** The consumer has not handled the message. */
    UNCLAIMED,
    /** The consumer has handled the message. */
    CLAIMED,
    /** The message is older than the inbox remembers. */
    FORGOTTEN
  }

  /** What the inbox says of each of these messages. */
  Map<UUID, Answer> look(String consumer, Collection<UUID> messages) {
    return statements.read(
        "look for messages in the inbox",
        LOOK,
        select -> {
          select.setString(1, consumer);
          select.setArray(2, select.getConnection().createArrayOf("uuid", messages.toArray()));
          var rows = select.executeQuery();
          var answers = new HashMap<UUID, Answer>();
          while (rows.next()) {
            var id = rows.getObject(1, UUID.class);
            answers.put(id, answer(id, rows.getBoolean(2), rows.getBoolean(3)));
          }
          return answers;
        });
  }

  private static Answer answer(UUID id, boolean isClaimed, boolean isBelowMark) {
    if (isClaimed) {
      return Answer.CLAIMED;
    }
    return isBelowMark && id.version() == UUID_WITH_TIME ? Answer.FORGOTTEN : Answer.UNCLAIMED;
  }

  /** The time from which on the inbox remembers everything. */
  Instant remembersFrom() {
    return statements.read(
        "read how far back the inbox remembers",
        MARK,
        select -> {
          var row = select.executeQuery();
          row.next();
          return Instant.ofEpochMilli(row.getObject(1, UUID.class).getMostSignificantBits() >>> 16);
        });
  }
}
