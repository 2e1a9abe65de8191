package onceward.relay.quarantine;

import static onceward.relay.quarantine.ParkedState.ENDED;
import static onceward.relay.quarantine.ParkedState.EVER_DISCARDED;
import static onceward.relay.quarantine.ParkedState.MAY_BE_QUARANTINED;
import static onceward.relay.quarantine.ParkedState.OPEN;
import static onceward.relay.quarantine.ParkedState.sqlList;

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
 * The table {@code relay_parked} as an operator uses it, through any relay: quarantines a message,
 * and requests that its key be released or that the message be discarded. The relay that holds the
 * slot carries out a request with its next canary.
 *
 * <p>Every call is one transaction over a connection of its own, bounded in time, and fails with
 * {@link DatabaseException}. Safe for use by many threads and relays.
 */
public final class Quarantine {

  private static final int LIST_MAX = 1_000;

  /**
   * What the parked keys may take of a position, which is one record: with topics and coverage it
   * stays below what the topic of positions takes at least (544 KiB). About 1,800 keys that are
   * UUIDs.
   */
  private static final int PARKED_BYTES_MAX = 256 * 1024;

  /** Of a key in a position, besides its two texts. */
  private static final int KEY_BYTES = 95;

  // A row behind a quarantined one is of the same key, and there may be millions.
  private static final String MEASURE_PARKED =
      """
      select count(*), coalesce(sum(octet_length(to_json(aggregatetype)::text)
                                    + octet_length(to_json(aggregateid)::text) + %d), 0)
      from (select aggregatetype, aggregateid from relay_parked where slot = ? and state in %s
            union select ?, ?) keys
      """
          .formatted(KEY_BYTES, sqlList(MAY_BE_QUARANTINED));

  // A row that has ended begins anew: at-least-once delivery may bring its message again.
  private static final String ADD =
      """
      insert into relay_parked (%s, quarantined_by, reason, discarded_by, ended_at, unreadable)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, case when ? then clock_timestamp() end, ?)
      on conflict (slot, message_id, unreadable) do update
      set arrival = default, payload = excluded.payload, parked_at = excluded.parked_at,
          quarantined_by = excluded.quarantined_by, reason = excluded.reason,
          release_asked_by = null, release_asked_at = null,
          discarded_by = excluded.discarded_by, ended_at = excluded.ended_at
      where relay_parked.state in %s
      """
          .formatted(ParkedRow.COLUMNS, sqlList(ENDED));

  private static final String SELECT_ADDED =
      """
      select from relay_parked
      where slot = ? and message_id = ? and unreadable = ? and quarantined_by is not null
        and (state in %s or state in %s)
      """
          .formatted(sqlList(MAY_BE_QUARANTINED), sqlList(EVER_DISCARDED));

  private static final String REQUEST_RELEASE =
      """
      update relay_parked set release_asked_by = ?, release_asked_at = clock_timestamp()
      where slot = ? and message_id = ? and state in %s
      """
          .formatted(sqlList(OPEN));

  private static final String REQUEST_DISCARD =
      """
      update relay_parked
      set release_asked_by = ?, release_asked_at = clock_timestamp(), discarded_by = ?
      where slot = ? and message_id = ? and state in %s
      """
          .formatted(sqlList(OPEN));

  private static final String SELECT_LISTED =
      """
      select message_id, aggregatetype, aggregateid, type, parked_at, quarantined_by, reason,
             release_asked_by, discarded_by
      from relay_parked where slot = ? and state in %s
      """
          .formatted(sqlList(OPEN));

  private static final String SELECT_LIST =
      SELECT_LISTED
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
   * A parked message, without its payload.
   *
   * @param quarantinedBy the operator who quarantined the message; null for a message behind a
   *     quarantined one
   * @param reason why the message was quarantined, or refused once more; null for a message that
   *     was neither
   * @param releaseAskedBy the operator who requested at this message that its key be released; null
   *     if no operator has
   * @param discardedBy the operator who discarded the message; null if no operator has
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
   * Refuses to park one key more than a position can name. Two operators at once may go a little
   * beyond.
   *
   * @throws QuarantineFullException if too many keys are parked; nothing has changed
   */
  public void requireRoom(Key key) {
    var refused =
        connections.inTransaction(
            "count parked keys of",
            connection -> {
              try (var select = connection.prepareStatement(MEASURE_PARKED)) {
                select.setString(1, slot);
                select.setString(2, key.aggregateType());
                select.setString(3, key.aggregateId());
                var row = select.executeQuery();
                row.next();
                return row.getLong(2) > PARKED_BYTES_MAX
                    ? Optional.of(
                        new QuarantineFullException(
                            slot, row.getLong(1), row.getLong(2), PARKED_BYTES_MAX))
                    : Optional.<QuarantineFullException>empty();
              }
            });
    if (refused.isPresent()) {
      throw refused.get();
    }
  }

  /**
   * Quarantines a message. A change that cannot be read as a message is discarded at once. A
   * message that is parked already stays as it is.
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
   * Whether a message is quarantined or discarded: it does not hold up a pipeline any more.
   *
   * @param unreadable whether to look for a change that is no message
   */
  public boolean has(UUID messageId, boolean unreadable) {
    return connections.inTransaction(
        "look at quarantined messages of",
        connection -> {
          try (var select = connection.prepareStatement(SELECT_ADDED)) {
            select.setString(1, slot);
            select.setObject(2, messageId);
            select.setBoolean(3, unreadable);
            return select.executeQuery().next();
          }
        });
  }

  /**
   * Requests that the parked messages of the key of a message be published.
   *
   * @return whether that message is parked
   */
  public boolean retry(UUID messageId, String operator) {
    return connections.inTransaction(
        "release messages of",
        connection -> {
          try (var update = connection.prepareStatement(REQUEST_RELEASE)) {
            update.setString(1, operator);
            update.setString(2, slot);
            update.setObject(3, messageId);
            return update.executeUpdate() > 0;
          }
        });
  }

  /**
   * Discards a message for good, and requests that the other parked messages of its key be
   * published.
   *
   * @return whether that message is parked
   */
  public boolean discard(UUID messageId, String operator) {
    return connections.inTransaction(
        "discard a message of",
        connection -> {
          try (var update = connection.prepareStatement(REQUEST_DISCARD)) {
            update.setString(1, operator);
            update.setString(2, operator);
            update.setString(3, slot);
            update.setObject(4, messageId);
            return update.executeUpdate() > 0;
          }
        });
  }

  /** The message of that id, if it is parked. */
  public Optional<Listed> find(UUID messageId) {
    return listed(SELECT_LISTED + " and message_id = ?", messageId).stream().findFirst();
  }

  /** The parked messages, those that concern an operator first; at most a thousand. */
  public List<Listed> list() {
    return listed(SELECT_LIST, LIST_MAX);
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
