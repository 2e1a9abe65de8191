package onceward.messaging.tests.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import onceward.messaging.tests.resilience.Load.Sent;

/** What a consumer has made of a load, as its database tells. */
record Outcome(Connection database, String consumer) {

  int effects() throws SQLException {
    return count("select count(*) from ledger where consumer = ?");
  }

  /** Every message once, and those of each aggregate as versions 1, 2, 3 … */
  void assertEachOnceAndInOrder(Map<UUID, Sent> sent) throws SQLException {
    var entries = entries();
    assertThat(entries).as("effects").doesNotHaveDuplicates().hasSameSizeAs(sent.keySet());
    var last = new HashMap<String, Long>();
    var outOfOrder = new ArrayList<Sent>();
    for (var id : entries) {
      var message = sent.get(id);
      assertThat(message).as("an effect of a message that was sent").isNotNull();
      var before = last.put(message.aggregate(), message.version());
      if (message.version() != (before == null ? 1 : before + 1)) {
        outOfOrder.add(message);
      }
    }
    assertThat(outOfOrder).as("out of order").isEmpty();
  }

  void assertNothingSetAside() throws SQLException {
    assertThat(count("select count(*) from dead_letter where consumer = ?"))
        .as("dead letters")
        .isZero();
    assertThat(count("select count(*) from parked_message where consumer = ?"))
        .as("parked messages")
        .isZero();
    assertThat(
            count("select count(*) from consumed_key where consumer = ? and parked_at is not null"))
        .as("parked keys")
        .isZero();
  }

  private List<UUID> entries() throws SQLException {
    try (var select =
        database.prepareStatement(
            "select message_id from ledger where consumer = ? order by entry")) {
      select.setString(1, consumer);
      var rows = select.executeQuery();
      var ids = new ArrayList<UUID>();
      while (rows.next()) {
        ids.add(rows.getObject(1, UUID.class));
      }
      return ids;
    }
  }

  private int count(String query) throws SQLException {
    try (var select = database.prepareStatement(query)) {
      select.setString(1, consumer);
      var row = select.executeQuery();
      row.next();
      return row.getInt(1);
    }
  }
}
