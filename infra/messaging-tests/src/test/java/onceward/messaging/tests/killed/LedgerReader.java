package onceward.messaging.tests.killed;

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
    return number("select (to_regclass('%s') is not null)::int".formatted(table)) == 0
        ? 0
        : number("select count(*)::int from " + table);
  }

  /** How often the same message has begun alone at the most, over all partitions. */
  int startsAlone() throws SQLException {
    return number("select coalesce(max(starts), 0)::int from delivery_start where alone");
  }

  /** The open dead letters: reason, key and version of each. */
  List<String> deadLetters() throws SQLException {
    return list(
        "select reason || ' of ' || key || ' ' || version from dead_letter where state = 'open'",
        String.class);
  }

  /** The effects in the order in which they were written. */
  List<UUID> entries() throws SQLException {
    return list("select message_id from ledger order by entry", UUID.class);
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

  private int number(String sql) throws SQLException {
    return list(sql, Integer.class).getFirst();
  }

  private <T> List<T> list(String sql, Class<T> type) throws SQLException {
    return service.look(connection -> {
      try (var select = connection.prepareStatement(sql)) {
        var rows = select.executeQuery();
        var all = new ArrayList<T>();
        while (rows.next()) {
          all.add(rows.getObject(1, type));
        }
        return all;
      }
    });
  }
}
