package onceward.relay.quarantine;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import onceward.relay.position.Key;
import onceward.relay.source.Connections;
import onceward.relay.source.DatabaseException;
import onceward.relay.source.DatabaseSettings;
import onceward.relay.stop.Poison;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code relay_parked} as an operator uses it, through whichever relay: sets a message
 * aside, and lets it go or gives it up. What is asked here, the relay that publishes does soon.
 *
 * <p>Every call is one transaction over a connection of its own, bounded in time, and fails with
 * {@link DatabaseException}. Safe for use by many threads and relays.
 */
public final class Quarantine {

  private static final int LIST_MAX = 1_000;

  // Again, when at-least-once brought it again after it had been released.
  private static final String ADD =
      """
      insert into relay_parked (%s, quarantined_by, reason, discarded_by, ended_at, unreadable)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, case when ? then clock_timestamp() end, ?)
      on conflict (slot, message_id, unreadable) do update
      set arrival = default, payload = excluded.payload, parked_at = excluded.parked_at,
          quarantined_by = excluded.quarantined_by, reason = excluded.reason,
          release_asked_by = null, release_asked_at = null,
          discarded_by = excluded.discarded_by, ended_at = excluded.ended_at
      where relay_parked.ended_at is not null
      """
          .formatted(ParkedRow.COLUMNS);

  private static final String FIND =
      """
      select from relay_parked
      where slot = ? and message_id = ? and unreadable = ? and quarantined_by is not null
        and (ended_at is null or discarded_by is not null)
      """;

  private static final String RETRY =
      """
      update relay_parked set release_asked_by = ?, release_asked_at = clock_timestamp()
      where slot = ? and message_id = ? and not unreadable and ended_at is null
      """;

  private static final String DISCARD =
      """
      update relay_parked
      set release_asked_by = ?, release_asked_at = clock_timestamp(), discarded_by = ?
      where slot = ? and message_id = ? and not unreadable and ended_at is null
      """;

  private static final String LISTED =
      """
      select message_id, aggregatetype, aggregateid, type, parked_at, quarantined_by, reason,
             release_asked_by, discarded_by
      from relay_parked where slot = ? and ended_at is null
      """;

  private static final String LIST =
      LISTED
          + """
           order by quarantined_by is null and reason is null and release_asked_at is null, arrival
          limit ?
          """;

  private final Connections connections;
  private final String slot;

  /**
   * @param pipeline is named to the server, for whoever looks at its sessions
   */
  public Quarantine(String pipeline, DatabaseSettings settings) {
    this.connections = new Connections(pipeline, settings);
    this.slot = settings.slot();
  }

  /**
   * A message that waits, without its content.
   *
   * @param quarantinedBy null for one that only waits behind another
   * @param reason why it was quarantined, or refused again; null for one that only waits
   * @param releaseAskedBy null if nobody has
   * @param discardedBy null unless it is given up
   */
  public record Listed(
      UUID messageId,
      Key key,
      String type,
      OffsetDateTime parkedAt,
      @Nullable String quarantinedBy,
      @Nullable String reason,
      @Nullable String releaseAskedBy,
      @Nullable String discardedBy) {}

  /**
   * Sets a message aside. What cannot be read as a message is given up at once. One that waits
   * already stays as it is.
   */
  public void add(Poison poison, String operator) {
    connections.inTransaction(
        "quarantine a message of",
        connection -> {
          try (var insert = connection.prepareStatement(ADD)) {
            var message = poison.message();
            if (message == null) {
              ParkedRow.writeUnreadable(insert, slot, poison.messageId());
            } else {
              ParkedRow.write(insert, slot, message);
            }
            insert.setString(ParkedRow.COLUMN_COUNT + 1, operator);
            insert.setString(ParkedRow.COLUMN_COUNT + 2, poison.why());
            insert.setString(ParkedRow.COLUMN_COUNT + 3, message == null ? operator : null);
            insert.setBoolean(ParkedRow.COLUMN_COUNT + 4, message == null);
            insert.setBoolean(ParkedRow.COLUMN_COUNT + 5, message == null);
            return insert.executeUpdate();
          }
        });
  }

  /**
   * Whether a message is set aside, or given up: it then holds up nobody.
   *
   * @param unreadable whether it is a change that is no message
   */
  public boolean has(UUID messageId, boolean unreadable) {
    return connections.inTransaction(
        "look at quarantined messages of",
        connection -> {
          try (var select = connection.prepareStatement(FIND)) {
            select.setString(1, slot);
            select.setObject(2, messageId);
            select.setBoolean(3, unreadable);
            return select.executeQuery().next();
          }
        });
  }

  /**
   * Asks that what waits for the key of a message be published.
   *
   * @return whether that message waits
   */
  public boolean retry(UUID messageId, String operator) {
    return connections.inTransaction(
        "release messages of",
        connection -> {
          try (var update = connection.prepareStatement(RETRY)) {
            update.setString(1, operator);
            update.setString(2, slot);
            update.setObject(3, messageId);
            return update.executeUpdate() > 0;
          }
        });
  }

  /**
   * Gives a message up, and asks that what else waits for its key be published.
   *
   * @return whether that message waits
   */
  public boolean discard(UUID messageId, String operator) {
    return connections.inTransaction(
        "discard a message of",
        connection -> {
          try (var update = connection.prepareStatement(DISCARD)) {
            update.setString(1, operator);
            update.setString(2, operator);
            update.setString(3, slot);
            update.setObject(4, messageId);
            return update.executeUpdate() > 0;
          }
        });
  }

  /** The message of that id, if it waits. */
  public Optional<Listed> find(UUID messageId) {
    return listed(LISTED + " and message_id = ?", messageId).stream().findFirst();
  }

  /** What waits, those that an operator has to do with first; at most a thousand. */
  public List<Listed> list() {
    return listed(LIST, LIST_MAX);
  }

  private List<Listed> listed(String query, Object parameter) {
    return connections.inTransaction(
        "list parked messages of",
        connection -> {
          try (var select = connection.prepareStatement(query)) {
            select.setString(1, slot);
            select.setObject(2, parameter);
            var rows = select.executeQuery();
            var listed = new ArrayList<Listed>();
            while (rows.next()) {
              listed.add(listed(rows));
            }
            return listed;
          }
        });
  }

  private static Listed listed(ResultSet row) throws SQLException {
    return new Listed(
        row.getObject("message_id", UUID.class),
        ParkedRow.key(row),
        row.getString("type"),
        row.getObject("parked_at", OffsetDateTime.class),
        row.getString("quarantined_by"),
        row.getString("reason"),
        row.getString("release_asked_by"),
        row.getString("discarded_by"));
  }
}
