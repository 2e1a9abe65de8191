package onceward.messaging.testkit.killed;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import onceward.messaging.testkit.TestService;

/** What the programs have left in the database, seen from outside. */
record LedgerReader(TestService service) {

  /** How many rows a table has; 0 before it is there. */
  int count(String table) throws SQLException {
    return isThere(table) ? number("select count(*) from " + table) : 0;
  }

  /** How often the same message has begun alone at the most, over all partitions. */
  int startsAlone() throws SQLException {
    return number("select coalesce(max(starts), 0) from delivery_start where alone");
  }

  /** The open dead letters: reason, key and version of each. */
  List<String> deadLetters() throws SQLException {
    try (var connection = service.connect();
        var select =
            connection.prepareStatement(
                "select reason || ' of ' || key || ' ' || version from dead_letter where state = 'open'")) {
      var rows = select.executeQuery();
      var letters = new ArrayList<String>();
      while (rows.next()) {
        letters.add(rows.getString(1));
      }
      return letters;
    }
  }

  /** The effects in the order in which they were written. */
  List<UUID> entries() throws SQLException {
    try (var connection = service.connect();
        var select = connection.prepareStatement("select message_id from ledger order by entry")) {
      var rows = select.executeQuery();
      var ids = new ArrayList<UUID>();
      while (rows.next()) {
        ids.add(rows.getObject(1, UUID.class));
      }
      return ids;
    }
  }

  /** The effects of each aggregate, in the order in which they were written. */
  Map<String, List<UUID>> entriesByAggregate(Map<String, List<UUID>> published)
      throws SQLException {
    var aggregates = new HashMap<UUID, String>();
    published.forEach((aggregate, ids) -> ids.forEach(id -> aggregates.put(id, aggregate)));
    var byAggregate = new TreeMap<String, List<UUID>>();
    for (var id : entries()) {
      byAggregate.computeIfAbsent(aggregates.get(id), _ -> new ArrayList<>()).add(id);
    }
    return byAggregate;
  }

  private boolean isThere(String table) throws SQLException {
    return number("select count(*) from pg_tables where tablename = '%s'".formatted(table)) > 0;
  }

  private int number(String sql) throws SQLException {
    try (var connection = service.connect();
        var select = connection.prepareStatement(sql)) {
      var row = select.executeQuery();
      row.next();
      return row.getInt(1);
    }
  }
}
