package onceward.messaging.tests;

import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import onceward.messaging.Message;

/** A handler's effect that can be counted: one row each time. */
@Singleton
public class Ledger {

  private final JdbcOperations jdbc;

  Ledger(JdbcOperations jdbc) {
    this.jdbc = jdbc;
  }

  @Transactional
  public void enter(String consumer, Message message) {
    jdbc.prepareStatement(
        "insert into ledger (consumer, message_id) values (?, ?)",
        insert -> {
          insert.setString(1, consumer);
          insert.setObject(2, message.id());
          return insert.executeUpdate();
        });
  }

  @Transactional(readOnly = true)
  public List<UUID> entries(String consumer) {
    return jdbc.prepareStatement(
        "select message_id from ledger where consumer = ? order by entry",
        select -> {
          select.setString(1, consumer);
          var rows = select.executeQuery();
          var ids = new ArrayList<UUID>();
          while (rows.next()) {
            ids.add(rows.getObject(1, UUID.class));
          }
          return ids;
        });
  }

  /** How many transactions wrote the entries of these messages. */
  @Transactional(readOnly = true)
  public int transactions(List<UUID> messageIds) {
    return jdbc.prepareStatement(
        "select count(distinct xmin::text) from ledger where message_id = any (?)",
        select -> {
          select.setArray(1, select.getConnection().createArrayOf("uuid", messageIds.toArray()));
          var row = select.executeQuery();
          row.next();
          return row.getInt(1);
        });
  }
}
