package onceward.relay.source;

import java.sql.Connection;
import java.sql.SQLException;
import onceward.relay.position.Position;

/**
 * The server that the preflight has judged. A name or an address may stand for another one since:
 * the old primary, or another cluster with a slot of the same name, whose places in the log mean
 * nothing beside the position. Immutable.
 *
 * @param systemIdentifier of the cluster
 * @param timeline that its primary is on
 */
public record JudgedServer(String systemIdentifier, int timeline) {

  private static final String CONNECTION_FAILURE = "08006";

  /** The one in which a position was reached, or for which it was accepted. */
  public static JudgedServer of(Position position) {
    return new JudgedServer(position.systemIdentifier(), position.timeline());
  }

  /**
   * Makes sure that a connection, of whatever kind, goes to this server.
   *
   * @throws SQLException if it goes to another one; time may mend it
   */
  public void require(Connection connection) throws SQLException {
    try (var select = connection.createStatement();
        var row = select.executeQuery(Timelines.SELECT)) {
      row.next();
      var found = new JudgedServer(row.getString("system_identifier"), row.getInt("timeline"));
      if (!found.equals(this) || row.getBoolean("read_only")) {
        throw new SQLException(
            "another server answers than the one that was judged: cluster %s on timeline %d, not %s on %d"
                .formatted(found.systemIdentifier, found.timeline, systemIdentifier, timeline),
            CONNECTION_FAILURE);
      }
    }
  }
}
