package onceward.relay.quarantine;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.Message;
import onceward.relay.position.Key;
import onceward.relay.position.ParkedProgress;
import onceward.relay.source.Connections;
import onceward.relay.source.DatabaseException;
import onceward.relay.source.DatabaseSettings;

/**
 * The table {@code relay_parked} as a pipeline uses it: the messages that it holds back, in full
 * and in the order of their arrival.
 *
 * <p>Every call is one transaction over a connection of its own, bounded in time, and fails with
 * {@link DatabaseException}. What only the holder of the slot may do names its session, which is
 * looked at last: a relay that was suspended may wake within the transaction, after another has
 * gone on, and fails with {@link SlotLostException}. Safe for use by many threads and relays.
 */
public final class ParkedMessages {

  /** How much is read at once: messages, and bytes of payload after which no more are. */
  private static final int NEXT_MAX = 500;

  private static final int NEXT_BYTES_MAX = 4 * 1024 * 1024;

  // The index holds a digest of the id, which may be too long for one.
  private static final String OF_KEY =
      """
      slot = ? and aggregatetype = ? and aggregateid = ?
      and hashtextextended(aggregateid, 0) = hashtextextended(?, 0) and ended_at is null\
      """;

  private static final String QUARANTINED =
      """
      select message_id, aggregatetype, aggregateid
      from relay_parked where slot = ? and ended_at is null and quarantined_by is not null
      """;

  private static final String RELEASED =
      """
      select distinct aggregatetype, aggregateid
      from relay_parked where slot = ? and ended_at is null and release_asked_at is not null
      """;

  private static final String ARRIVED =
      """
      select aggregatetype, aggregateid, max(arrival) as arrived
      from relay_parked where slot = ? and ended_at is null
      group by aggregatetype, aggregateid
      having bool_or(quarantined_by is null)
      """;

  private static final String DISCARDED =
      "select message_id, unreadable from relay_parked where slot = ? and discarded_by is not null";

  private static final String HOLDS =
      "select from pg_replication_slots where slot_name = ? and coalesce(active_pid, 0) = ?";

  private static final String WAITS =
      "select from relay_parked where " + OF_KEY + " and arrival <= ? limit 1";

  // So that nobody releases the key meanwhile.
  private static final String LOCK_KEY =
      "select from relay_parked where " + OF_KEY + " order by arrival limit 1 for share";

  // What the position does not know of arrives now, whenever it was written here first.
  private static final String HOLD =
      "insert into relay_parked ("
          + ParkedRow.COLUMNS
          + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
          + """
           on conflict (slot, message_id, unreadable) do update set arrival = default
          where relay_parked.arrival > ? and relay_parked.ended_at is null
          """;

  private static final String HELD =
      """
      select aggregatetype, aggregateid, max(arrival) as arrived
      from relay_parked
      where slot = ? and message_id = any (?) and not unreadable and ended_at is null
      group by aggregatetype, aggregateid
      """;

  private static final String NEXT =
      """
      select * from
        (select *, sum(octet_length(payload)) over (order by arrival) - octet_length(payload) as before
         from (select * from relay_parked where %s and arrival <= ? order by arrival limit ?) waiting) measured
      where before <= ?
      order by arrival
      """
          .formatted(OF_KEY);

  // It was asked for one message, and is meant for all of the key.
  private static final String HAND_ON_RELEASE =
      """
      update relay_parked next
      set release_asked_by = asked.release_asked_by, release_asked_at = asked.release_asked_at
      from (select release_asked_by, release_asked_at from relay_parked
            where %1$s and arrival <= ? and release_asked_at is not null limit 1) asked
      where next.arrival = (select min(arrival) from relay_parked where %1$s and arrival > ?)
      """
          .formatted(OF_KEY);

  private static final String DELETE_WAITED =
      "delete from relay_parked where "
          + OF_KEY
          + " and arrival <= ?"
          + " and quarantined_by is null and discarded_by is null";

  private static final String END =
      """
      update relay_parked
      set ended_at = clock_timestamp(),
          payload = case when discarded_by is null then null else payload end
      where %s and arrival <= ?
      """
          .formatted(OF_KEY);

  private static final String FORGET =
      "delete from relay_parked where "
          + OF_KEY
          + " and arrival > ?"
          + " and quarantined_by is null and discarded_by is null";

  private static final String END_DISCARDED =
      "update relay_parked set ended_at = clock_timestamp() where "
          + OF_KEY
          + " and discarded_by is not null returning message_id";

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

  /** The quarantined messages that wait, or are still to come. */
  public Map<UUID, Key> quarantined() {
    return ask(
        QUARANTINED,
        (rows, found) -> found.put(rows.getObject("message_id", UUID.class), ParkedRow.key(rows)));
  }

  /** The keys for which a release is asked. */
  public Set<Key> releaseRequested() {
    return this.<Key, Key>ask(
            RELEASED,
            (rows, found) -> {
              var key = ParkedRow.key(rows);
              found.put(key, key);
            })
        .keySet();
  }

  /** The keys for which messages wait behind a quarantined one, for whom no position tells. */
  public Map<Key, ParkedProgress> arrived() {
    return ask(
        ARRIVED,
        (rows, found) ->
            found.put(ParkedRow.key(rows), new ParkedProgress(rows.getLong("arrived"), 0)));
  }

  /** What was given up, ever. */
  public Discarded discarded() {
    return connections.inTransaction(
        "look at discarded messages of",
        connection -> {
          try (var select = connection.prepareStatement(DISCARDED)) {
            select.setString(1, slot);
            var rows = select.executeQuery();
            var discarded = new Discarded(new HashSet<>(), new HashSet<>());
            while (rows.next()) {
              (rows.getBoolean("unreadable") ? discarded.changes() : discarded.messages())
                  .add(rows.getObject("message_id", UUID.class));
            }
            return discarded;
          }
        });
  }

  /** Whether anything of a key waits that arrived until then. */
  public boolean isParked(Key key, long until) {
    return connections.inTransaction(
        "look at parked messages of",
        connection -> {
          try (var select = connection.prepareStatement(WAITS)) {
            select.setLong(ParkedRow.writeKey(select, 1, slot, key), until);
            return select.executeQuery().next();
          }
        });
  }

  /**
   * Has messages wait behind those of their keys.
   *
   * @param parked how far each of the keys has come: what arrived until then keeps its turn
   * @param holder the session that holds the slot; 0 if none does
   * @return the last that arrived, of each of the keys
   * @throws KeyReleasedException if for one of the keys nothing waits any more
   * @throws SlotLostException if that session does not hold the slot
   */
  public Map<Key, Long> park(List<Message> messages, Map<Key, ParkedProgress> parked, int holder) {
    return whileHeld(
        holder,
        "park messages of",
        connection -> {
          for (var key : new HashSet<>(messages.stream().map(Key::of).toList())) {
            lock(connection, key);
          }
          try (var insert = connection.prepareStatement(HOLD)) {
            for (var message : messages) {
              var waiting = parked.get(Key.of(message));
              ParkedRow.write(insert, slot, message);
              insert.setLong(ParkedRow.COLUMN_COUNT + 1, waiting == null ? 0 : waiting.arrived());
              insert.addBatch();
            }
            insert.executeBatch();
          }
          return held(connection, messages);
        });
  }

  /**
   * What waits first of a key and arrived until then: some of it, in its order; none if nothing.
   */
  public List<ParkedMessage> next(Key key, long until) {
    return connections.inTransaction(
        "read parked messages of",
        connection -> {
          try (var select = connection.prepareStatement(NEXT)) {
            var limits = ParkedRow.writeKey(select, 1, slot, key);
            select.setLong(limits, until);
            select.setInt(limits + 1, NEXT_MAX);
            select.setInt(limits + 2, NEXT_BYTES_MAX);
            var rows = select.executeQuery();
            var next = new ArrayList<ParkedMessage>();
            while (rows.next()) {
              next.add(
                  new ParkedMessage(
                      rows.getLong("arrival"),
                      ParkedRow.message(rows),
                      rows.getString("discarded_by") != null));
            }
            return next;
          }
        });
  }

  /**
   * What waited of a key and arrived until then is published, or given up.
   *
   * @throws SlotLostException if that session does not hold the slot
   */
  public void end(Key key, long until, int holder) {
    whileHeld(
        holder,
        "release messages of",
        connection -> {
          try (var handOn = connection.prepareStatement(HAND_ON_RELEASE)) {
            var asked = ParkedRow.writeKey(handOn, 1, slot, key);
            handOn.setLong(asked, until);
            handOn.setLong(ParkedRow.writeKey(handOn, asked + 1, slot, key), until);
            handOn.executeUpdate();
          }
          change(connection, DELETE_WAITED, key, until);
          return change(connection, END, key, until);
        });
  }

  /**
   * What was held of a key beyond that is still to come, and flows then.
   *
   * @throws SlotLostException if that session does not hold the slot
   */
  public void forget(Key key, long beyond, int holder) {
    whileHeld(holder, "release messages of", connection -> change(connection, FORGET, key, beyond));
  }

  /** Messages of a key that are given up do not wait any more. */
  public Set<UUID> endDiscarded(Key key) {
    return connections.inTransaction(
        "discard messages of",
        connection -> {
          try (var update = connection.prepareStatement(END_DISCARDED)) {
            ParkedRow.writeKey(update, 1, slot, key);
            var rows = update.executeQuery();
            var ended = new HashSet<UUID>();
            while (rows.next()) {
              ended.add(rows.getObject(1, UUID.class));
            }
            return ended;
          }
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

  /** Looks last: what is changed by then is locked for whoever holds the slot next. */
  private <T> T whileHeld(int holder, String attempted, Connections.Work<T> work) {
    return connections.inTransaction(
        attempted,
        connection -> {
          var result = work.over(connection);
          requireHeld(connection, holder);
          return result;
        });
  }

  private void requireHeld(Connection connection, int holder) throws SQLException {
    try (var select = connection.prepareStatement(HOLDS)) {
      select.setString(1, slot);
      select.setInt(2, holder);
      if (!select.executeQuery().next()) {
        throw new SlotLostException(slot, holder);
      }
    }
  }

  private void lock(Connection connection, Key key) throws SQLException {
    try (var select = connection.prepareStatement(LOCK_KEY)) {
      ParkedRow.writeKey(select, 1, slot, key);
      if (!select.executeQuery().next()) {
        throw new KeyReleasedException(key);
      }
    }
  }

  private Map<Key, Long> held(Connection connection, List<Message> messages) throws SQLException {
    try (var select = connection.prepareStatement(HELD)) {
      select.setString(1, slot);
      select.setArray(
          2, connection.createArrayOf("uuid", messages.stream().map(Message::id).toArray()));
      var rows = select.executeQuery();
      var arrived = new HashMap<Key, Long>();
      while (rows.next()) {
        arrived.put(ParkedRow.key(rows), rows.getLong("arrived"));
      }
      return arrived;
    }
  }

  private int change(Connection connection, String statement, Key key, long arrival)
      throws SQLException {
    try (PreparedStatement change = connection.prepareStatement(statement)) {
      change.setLong(ParkedRow.writeKey(change, 1, slot, key), arrival);
      return change.executeUpdate();
    }
  }

  private <K, V> Map<K, V> ask(String query, Row<K, V> row) {
    return connections.inTransaction(
        "look at parked messages of",
        connection -> {
          try (var select = connection.prepareStatement(query)) {
            select.setString(1, slot);
            var rows = select.executeQuery();
            var found = new HashMap<K, V>();
            while (rows.next()) {
              row.read(rows, found);
            }
            return found;
          }
        });
  }

  /** Adds what one row holds. */
  @FunctionalInterface
  private interface Row<K, V> {
    void read(ResultSet rows, Map<K, V> found) throws SQLException;
  }
}
