package onceward.relay.killed;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.testkit.TestServers;
import onceward.relay.OutboxDatabase;

/**
 * What an outbox has committed against what its topic holds.
 *
 * @param committed how many rows
 * @param lost committed, and not in the topic
 * @param ghosts in the topic, and never committed
 * @param outOfOrder first occurrences that were not the next of their key
 * @param duplicates messages that are in the topic again
 */
record Audit(
    int committed, Set<UUID> lost, Set<UUID> ghosts, List<String> outOfOrder, int duplicates) {

  private static final String COMMITTED = "select id from outbox where aggregatetype = ?";

  /** Compares once nobody appends or publishes any more. */
  static Audit of(OutboxDatabase database, PublishedTopic topic) throws SQLException {
    topic.readOn();
    var committed = committed(database, topic.aggregateType());
    return new Audit(
        committed.size(),
        without(committed, topic.ids()),
        without(topic.ids(), committed),
        topic.outOfOrder(),
        topic.duplicates());
  }

  void assertFine() {
    assertThat(committed).isPositive();
    assertThat(lost).as("committed and not published").isEmpty();
    assertThat(ghosts).as("published and not committed").isEmpty();
    assertThat(outOfOrder).as("out of order").isEmpty();
  }

  private static Set<UUID> without(Set<UUID> all, Set<UUID> some) {
    var rest = new HashSet<>(all);
    rest.removeAll(some);
    return rest;
  }

  private static Set<UUID> committed(OutboxDatabase database, String aggregateType)
      throws SQLException {
    try (var connection = TestServers.postgres().connect(database.name());
        var select = connection.prepareStatement(COMMITTED)) {
      select.setString(1, aggregateType);
      var rows = select.executeQuery();
      var ids = new HashSet<UUID>();
      while (rows.next()) {
        ids.add(rows.getObject(1, UUID.class));
      }
      return ids;
    }
  }
}
