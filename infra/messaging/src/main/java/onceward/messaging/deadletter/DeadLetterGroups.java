package onceward.messaging.deadletter;

import io.micronaut.context.annotation.Requires;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import onceward.messaging.MessageStoreException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the dead letters by cause. Each method is a transaction of its own. Safe for use by many
 * threads.
 */
@Singleton
@Requires(bean = TransactionOperations.class)
public final class DeadLetterGroups {

  private static final String GROUPS =
      """
      select group_id, consumer, coalesce(exception_class, reason) as class, stack_digest,
             (array_agg(exception order by id desc) filter (where state = 'open'))[1] as exception,
             array_agg(distinct type) filter (where state = 'open' and type is not null) as types,
             count(*) filter (where state = 'open') as open,
             count(*) filter (where state = 'handled') as handled,
             count(*) filter (where state = 'discarded') as discarded,
             count(*) filter (where state = 'archived') as archived,
             sum(attempts) filter (where state = 'open') as attempts,
             min(failed_at) as first_seen, max(failed_at) as last_seen,
             (array_agg(id order by id) filter (where state = 'open'))[1] as oldest
      from dead_letter
      where group_id = any (array(select distinct group_id from dead_letter where state = 'open'))
      group by group_id, consumer, class, stack_digest
      order by open desc, group_id limit ?
      """;

  private final TransactionOperations<Connection> transactions;

  DeadLetterGroups(TransactionOperations<Connection> transactions) {
    this.transactions = transactions;
  }

  /** The groups that have an open letter, largest first, as many as asked for. */
  public List<DeadLetterGroup> open(int limit) {
    return transactions.executeRead(transaction -> {
      try (var select = transaction.getConnection().prepareStatement(GROUPS)) {
        select.setInt(1, limit);
        var rows = select.executeQuery();
        var groups = new ArrayList<DeadLetterGroup>();
        while (rows.next()) {
          groups.add(group(rows));
        }
        return groups;
      } catch (SQLException refused) {
        throw new MessageStoreException("list groups of dead letters", refused);
      }
    });
  }

  private static DeadLetterGroup group(ResultSet row) throws SQLException {
    return new DeadLetterGroup(
        row.getString("group_id"),
        row.getString("consumer"),
        row.getString("class"),
        row.getString("stack_digest"),
        row.getString("exception"),
        types(row.getArray("types")),
        row.getLong("open"),
        row.getLong("handled"),
        row.getLong("discarded"),
        row.getLong("archived"),
        row.getLong("attempts"),
        row.getObject("first_seen", OffsetDateTime.class).toInstant(),
        row.getObject("last_seen", OffsetDateTime.class).toInstant(),
        Objects.requireNonNull(row.getObject("oldest", UUID.class)));
  }

  private static List<String> types(@Nullable Array types) throws SQLException {
    return types == null ? List.of() : Arrays.asList((String[]) types.getArray());
  }
}
