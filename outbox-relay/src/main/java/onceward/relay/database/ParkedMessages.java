package onceward.relay.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import onceward.messaging.Message;

/**
 * The table {@code relay_parked} as a pipeline uses it: the messages that it holds back, in full
 * and in their order.
 *
 * <p>Every call is one transaction over a connection of its own, bounded in time, and fails with
 * {@link DatabaseException}. Safe for use by many threads and relays.
 */
public final class ParkedMessages {

  /** How much is read at once: messages, and bytes of payload after which no more are. */
  private static final int NEXT_MAX = 500;

  private static final int NEXT_BYTES_MAX = 4 * 1024 * 1024;

  private static final String OF_KEY =
      "slot = ? and aggregatetype = ? and aggregateid = ? and ended_at is null";

  private static final String QUARANTINED =
      """
      select message_id, place, aggregatetype, aggregateid, ended_at is null as waits, release_asked
      from relay_parked join
        (select slot, aggregatetype, aggregateid,
                bool_or(release_asked_at is not null) as release_asked
         from relay_parked where slot = ? and ended_at is null
         group by slot, aggregatetype, aggregateid) waiting
        using (slot, aggregatetype, aggregateid)
      where quarantined_by is not null
      order by place
      """;

  private static final String DISCARDED =
      "select message_id, type is not null as is_message from relay_parked where slot = ? and discarded_by is not null";

  // So that nobody releases the key meanwhile.
  private static final String LOCK_KEY =
      "select from relay_parked where " + OF_KEY + " order by place limit 1 for share";

  private static final String HOLD =
      "insert into relay_parked ("
          + ParkedRow.COLUMNS
          + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
          + " on conflict (slot, message_id) do nothing";

  private static final String NEXT =
      """
      select * from
        (select *, sum(octet_length(payload)) over (order by place) - octet_length(payload) as before
         from (select * from relay_parked where %s order by place limit ?) waiting) measured
      where before <= ?
      order by place
      """
          .formatted(OF_KEY);

  // It was asked for one message, and is meant for all of the key.
  private static final String HAND_ON_RELEASE =
      """
      update relay_parked next
      set release_asked_by = asked.release_asked_by, release_asked_at = asked.release_asked_at
      from (select release_asked_by, release_asked_at from relay_parked
            where %1$s and place <= ? and release_asked_at is not null limit 1) asked
      where next.place = (select min(place) from relay_parked where %1$s and place > ?)
      """
          .formatted(OF_KEY);

  private static final String DELETE_WAITED =
      "delete from relay_parked where "
          + OF_KEY
          + " and place <= ?"
          + " and quarantined_by is null and discarded_by is null";

  private static final String END =
      """
      update relay_parked
      set ended_at = clock_timestamp(),
          payload = case when discarded_by is null then null else payload end
      where %s and place <= ?
      """
          .formatted(OF_KEY);

  private static final String WITHDRAW =
      """
      update relay_parked
      set release_asked_by = null, release_asked_at = null,
          reason = case when message_id = ? then ? else reason end
      where %s
      """
          .formatted(OF_KEY);

  private final Connections connections;
  private final String slot;

  /**
   * @param pipeline is named to the server, for whoever looks at its sessions
   */
  public ParkedMessages(String pipeline, DatabaseSettings settings) {
    this.connections = new Connections(pipeline, settings);
    this.slot = settings.slot();
  }

  /** The quarantined messages of every key for which messages wait, in their order. */
  public List<Quarantined> quarantined() {
    return connections.inTransaction(
        "look at parked messages of",
        connection -> {
          try (var select = connection.prepareStatement(QUARANTINED)) {
            select.setString(1, slot);
            var rows = select.executeQuery();
            var quarantined = new ArrayList<Quarantined>();
            while (rows.next()) {
              quarantined.add(
                  new Quarantined(
                      rows.getObject("message_id", UUID.class),
                      rows.getLong("place"),
                      ParkedRow.key(rows),
                      rows.getBoolean("waits"),
                      rows.getBoolean("release_asked")));
            }
            return quarantined;
          }
        });
  }

  /**
   * What was given up, ever.
   *
   * @return rows by their ids; whether each is a message, or a change that cannot be read as one
   */
  public Map<UUID, Boolean> discarded() {
    return connections.inTransaction(
        "look at discarded messages of",
        connection -> {
          try (var select = connection.prepareStatement(DISCARDED)) {
            select.setString(1, slot);
            var rows = select.executeQuery();
            var discarded = new HashMap<UUID, Boolean>();
            while (rows.next()) {
              discarded.put(rows.getObject(1, UUID.class), rows.getBoolean(2));
            }
            return discarded;
          }
        });
  }

  /**
   * Has messages wait behind those of their keys; one that waits already keeps its place.
   *
   * @throws KeyReleasedException if for one of the keys nothing waits any more
   */
  public void hold(List<Message> messages) {
    connections.inTransaction(
        "park messages of",
        connection -> {
          for (var key : messages.stream().map(Key::of).collect(Collectors.toSet())) {
            lock(connection, key);
          }
          try (var insert = connection.prepareStatement(HOLD)) {
            for (var message : messages) {
              ParkedRow.write(insert, slot, message);
              insert.addBatch();
            }
            return insert.executeBatch();
          }
        });
  }

  /** What waits first for a key: some of it, in its order; none if nothing does. */
  public List<ParkedMessage> next(Key key) {
    return connections.inTransaction(
        "read parked messages of",
        connection -> {
          try (var select = connection.prepareStatement(NEXT)) {
            ParkedRow.writeKey(select, 1, slot, key);
            select.setInt(4, NEXT_MAX);
            select.setInt(5, NEXT_BYTES_MAX);
            var rows = select.executeQuery();
            var next = new ArrayList<ParkedMessage>();
            while (rows.next()) {
              next.add(
                  new ParkedMessage(
                      rows.getLong("place"),
                      ParkedRow.message(rows),
                      rows.getString("discarded_by") != null));
            }
            return next;
          }
        });
  }

  /** What waited for a key, up to and with that place, is published, or given up. */
  public void end(Key key, long place) {
    connections.inTransaction(
        "release messages of",
        connection -> {
          try (var handOn = connection.prepareStatement(HAND_ON_RELEASE)) {
            ParkedRow.writeKey(handOn, 1, slot, key);
            handOn.setLong(4, place);
            ParkedRow.writeKey(handOn, 5, slot, key);
            handOn.setLong(8, place);
            handOn.executeUpdate();
          }
          for (var statement : List.of(DELETE_WAITED, END)) {
            try (var change = connection.prepareStatement(statement)) {
              ParkedRow.writeKey(change, 1, slot, key);
              change.setLong(4, place);
              change.executeUpdate();
            }
          }
          return place;
        });
  }

  /** A release was tried and refused: what waits for the key waits on. */
  public void withdrawRelease(Key key, UUID refused, String why) {
    connections.inTransaction(
        "park messages of",
        connection -> {
          try (var update = connection.prepareStatement(WITHDRAW)) {
            update.setObject(1, refused);
            update.setString(2, why);
            ParkedRow.writeKey(update, 3, slot, key);
            return update.executeUpdate();
          }
        });
  }

  private void lock(Connection connection, Key key) throws SQLException {
    try (var select = connection.prepareStatement(LOCK_KEY)) {
      ParkedRow.writeKey(select, 1, slot, key);
      if (!select.executeQuery().next()) {
        throw new KeyReleasedException(key);
      }
    }
  }
}
