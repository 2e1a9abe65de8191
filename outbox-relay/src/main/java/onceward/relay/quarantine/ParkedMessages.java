package onceward.relay.quarantine;

import static onceward.relay.quarantine.ParkedState.DELETABLE;
import static onceward.relay.quarantine.ParkedState.EVER_DISCARDED;
import static onceward.relay.quarantine.ParkedState.MAY_BE_QUARANTINED;
import static onceward.relay.quarantine.ParkedState.OPEN;
import static onceward.relay.quarantine.ParkedState.REQUESTED;
import static onceward.relay.quarantine.ParkedState.TO_DISCARD;
import static onceward.relay.quarantine.ParkedState.sqlList;

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
import onceward.relay.source.SlotLostException;
import onceward.relay.source.TransactionAge;

/**
 * The table {@code relay_parked} as a pipeline uses it: the parked messages, in full and in the
 * order of their arrival.
 *
 * <p>Every call is one transaction over a connection of its own, bounded in time, and fails with
 * {@link DatabaseException}. A change that only the holder of the slot may make names the session
 * of the holder. The transaction verifies last that this session holds the slot: a relay that was
 * suspended may wake up within the transaction, after another relay has taken over, and fails with
 * {@link SlotLostException}. Safe for use by many threads and relays.
 */
public final class ParkedMessages {

  /** How many messages are read at once. */
  private static final int NEXT_MAX = 500;

  /** How many bytes of payload are read at once before the last message. */
  private static final int NEXT_BYTES_MAX = 4 * 1024 * 1024;

  // The index is by a digest of the id, which may be too long for an index, and holds the rows of
  // the open states: those whose ended_at is null.
  private static final String OF_KEY =
      """
      slot = ? and aggregatetype = ? and aggregateid = ?
      and hashtextextended(aggregateid, 0) = hashtextextended(?, 0) and ended_at is null\
      """;

  private static final String SELECT_QUARANTINED =
      """
      select message_id, aggregatetype, aggregateid
      from relay_parked where slot = ? and state in %s and quarantined_by is not null
      """
          .formatted(sqlList(MAY_BE_QUARANTINED));

  private static final String SELECT_REQUESTED =
      """
      select distinct aggregatetype, aggregateid from relay_parked where slot = ? and state in %s
      """
          .formatted(sqlList(REQUESTED));

  private static final String SELECT_ID_TYPE =
      "select atttypid::regtype::text from pg_attribute where attrelid = ?::regclass and attname = 'id'";

  private static final String SELECT_DISCARDED =
      "select message_id, unreadable from relay_parked where slot = ? and state in %s"
          .formatted(sqlList(EVER_DISCARDED));

  private static final String SELECT_PARKED =
      "select from relay_parked where " + OF_KEY + " and arrival <= ? limit 1";

  private static final String SELECT_ARRIVED_SINCE =
      "select from relay_parked where " + OF_KEY + " and arrival >= ? limit 1";

  // While a row of the key is locked, nobody releases the key.
  private static final String LOCK_KEY =
      "select from relay_parked where " + OF_KEY + " order by arrival limit 1 for share";

  // A message that the position does not know of takes its turn now, whenever it was parked first.
  private static final String PARK =
      """
      insert into relay_parked (%s) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      on conflict (slot, message_id, unreadable) do update set arrival = default
      where relay_parked.arrival > ? and relay_parked.state in %s
      """
          .formatted(ParkedRow.COLUMNS, sqlList(OPEN));

  private static final String SELECT_LAST =
      """
      select aggregatetype, aggregateid, max(arrival) as arrived
      from relay_parked
      where slot = ? and message_id = any (?) and state in %s
      group by aggregatetype, aggregateid
      """
          .formatted(sqlList(OPEN));

  private static final String SELECT_NEXT =
      """
      select * from
        (select *, sum(octet_length(payload)) over (order by arrival) - octet_length(payload) as before
         from (select * from relay_parked where %s and arrival <= ? order by arrival limit ?) parked) measured
      where before <= ?
      order by arrival
      """
          .formatted(OF_KEY);

  // An operator requests the release at one message, and means all messages of the key: the
  // request goes on to the next message.
  private static final String HAND_ON_REQUEST =
      """
      update relay_parked next
      set release_asked_by = asked.release_asked_by, release_asked_at = asked.release_asked_at
      from (select release_asked_by, release_asked_at from relay_parked
            where %1$s and arrival <= ? and state in %2$s limit 1) asked
      where next.arrival = (select min(arrival) from relay_parked where %1$s and arrival > ?)
        and next.state in %3$s
      """
          .formatted(OF_KEY, sqlList(REQUESTED), sqlList(OPEN));

  // Without an operator who has quarantined or discarded the message there is nothing to record.
  private static final String DELETE =
      "delete from relay_parked where "
          + OF_KEY
          + " and quarantined_by is null and state in "
          + sqlList(DELETABLE);

  private static final String DELETE_UNTIL = DELETE + " and arrival <= ?";

  private static final String DELETE_BEYOND = DELETE + " and arrival > ?";

  private static final String END =
      """
      update relay_parked
      set ended_at = clock_timestamp(),
          payload = case when discarded_by is null then null else payload end
      where %s and arrival <= ? and state in %s
      """
          .formatted(OF_KEY, sqlList(MAY_BE_QUARANTINED));

  private static final String END_DISCARDED =
      """
      update relay_parked set ended_at = clock_timestamp()
      where %s and state in %s
      returning message_id
      """
          .formatted(OF_KEY, sqlList(TO_DISCARD));

  private static final String WITHDRAW_REQUEST =
      """
      update relay_parked
      set release_asked_by = null, release_asked_at = null,
          reason = case when message_id = ? then ? else reason end
      where %s and (state in %s or message_id = ?)
      """
          .formatted(OF_KEY, sqlList(REQUESTED));

  // A row that says no version parks the whole key.
  private static final String SELECT_FIRST_VERSIONS =
      """
      select aggregatetype, aggregateid, min(coalesce(aggregateversion, 0)) as first
      from relay_parked
      where slot = ? and state in %s and ended_at is null
        and hashtextextended(aggregateid, 0) in (select hashtextextended(id, 0) from unnest(?::text[]) id)
      group by aggregatetype, aggregateid
      """
          .formatted(sqlList(OPEN));

  private static final String SELECT_DISCARDED_AMONG =
      "select message_id from relay_parked where slot = ? and message_id = any (?) and not unreadable and state in %s"
          .formatted(sqlList(EVER_DISCARDED));

  private final Connections connections;
  private final String slot;

  /**
   * @param pipeline is named to the server, for whoever looks at its sessions
   */
  public ParkedMessages(String pipeline, DatabaseSettings settings) {
    this.connections = new Connections(pipeline, settings);
    this.slot = settings.slot();
  }

  /** The quarantined messages that are parked, each with its key. Some may not be captured yet. */
  public Map<UUID, Key> quarantined() {
    return ask(
        SELECT_QUARANTINED,
        (rows, found) -> found.put(rows.getObject("message_id", UUID.class), ParkedRow.key(rows)));
  }

  /** The keys whose release is requested. */
  public Set<Key> releaseRequested() {
    return this.<Key, Key>ask(
            SELECT_REQUESTED,
            (rows, found) -> {
              var key = ParkedRow.key(rows);
              found.put(key, key);
            })
        .keySet();
  }

  /**
   * The keys with messages behind a quarantined one, and those with a quarantined message that the
   * slot does not send any more; each with the last message that has arrived. For a start without a
   * position that says which keys are parked.
   *
   * <p>The slot's catalog_xmin is behind for some seconds: of a message that was written just
   * before, this may say that the slot still sends it.
   */
  public Map<Key, ParkedProgress> arrived() {
    return connections.inTransaction(
        "look at parked messages of",
        connection -> {
          // The slot sends what was written from its catalog_xmin on. A quarantined message that
          // it does not send any more has been captured before, and would be awaited for ever.
          var sql =
              """
              select aggregatetype, aggregateid, max(arrival) as arrived
              from relay_parked where slot = ? and state in %s
              group by aggregatetype, aggregateid
              having bool_or(quarantined_by is null or not exists (
                select from %s outbox, pg_replication_slots
                where slot_name = slot and outbox.id = message_id::%s and %s <= %s))
              """
                  .formatted(
                      sqlList(OPEN),
                      connections.settings().table(),
                      idType(connection),
                      TransactionAge.of("outbox.xmin"),
                      TransactionAge.of("catalog_xmin"));
          try (var select = connection.prepareStatement(sql)) {
            select.setString(1, slot);
            var rows = select.executeQuery();
            var arrived = new HashMap<Key, ParkedProgress>();
            while (rows.next()) {
              arrived.put(ParkedRow.key(rows), new ParkedProgress(rows.getLong("arrived"), 0));
            }
            return arrived;
          }
        });
  }

  /** Of the outbox: an outbox of others may have ids that are texts. */
  private String idType(Connection connection) throws SQLException {
    try (var select = connection.prepareStatement(SELECT_ID_TYPE)) {
      select.setString(1, connections.settings().table());
      var row = select.executeQuery();
      row.next();
      return row.getString(1);
    }
  }

  /**
   * The version of the first parked message of each of these keys that has one; {@link
   * Message#UNVERSIONED} if that is not known.
   *
   * @param connection in whose transaction to look
   */
  public Map<Key, Long> firstVersions(Connection connection, Set<Key> keys) throws SQLException {
    try (var select = connection.prepareStatement(SELECT_FIRST_VERSIONS)) {
      select.setString(1, slot);
      select.setArray(
          2,
          connection.createArrayOf(
              "text", keys.stream().map(Key::aggregateId).distinct().toArray()));
      var rows = select.executeQuery();
      var first = new HashMap<Key, Long>();
      while (rows.next()) {
        var key = ParkedRow.key(rows);
        if (keys.contains(key)) {
          first.put(key, rows.getLong("first"));
        }
      }
      return first;
    }
  }

  /**
   * The messages among these that operators have discarded.
   *
   * @param connection in whose transaction to look
   */
  public Set<UUID> discardedAmong(Connection connection, List<Message> messages)
      throws SQLException {
    try (var select = connection.prepareStatement(SELECT_DISCARDED_AMONG)) {
      select.setString(1, slot);
      select.setArray(
          2, connection.createArrayOf("uuid", messages.stream().map(Message::id).toArray()));
      var rows = select.executeQuery();
      var discarded = new HashSet<UUID>();
      while (rows.next()) {
        discarded.add(rows.getObject("message_id", UUID.class));
      }
      return discarded;
    }
  }

  /** What operators have discarded, ever. */
  public Discarded discarded() {
    return connections.inTransaction(
        "look at discarded messages of",
        connection -> {
          try (var select = connection.prepareStatement(SELECT_DISCARDED)) {
            select.setString(1, slot);
            var rows = select.executeQuery();
            var messages = new HashSet<UUID>();
            var changes = new HashSet<UUID>();
            while (rows.next()) {
              (rows.getBoolean("unreadable") ? changes : messages)
                  .add(rows.getObject("message_id", UUID.class));
            }
            return new Discarded(messages, changes);
          }
        });
  }

  /**
   * The keys of which the table does not hold all that a position says is parked and not released.
   * The table is written before the position, so in the database in which the position was reached
   * there are none.
   */
  public Set<Key> lacking(Map<Key, ParkedProgress> known) {
    var awaited =
        known.entrySet().stream()
            .filter(one -> one.getValue().arrived() > one.getValue().released())
            .toList();
    return connections.inTransaction(
        "look at parked messages of",
        connection -> {
          var lacking = new HashSet<Key>();
          for (var one : awaited) {
            if (!hasArrived(connection, one.getKey(), one.getValue().arrived())) {
              lacking.add(one.getKey());
            }
          }
          return lacking;
        });
  }

  private boolean hasArrived(Connection connection, Key key, long arrival) throws SQLException {
    try (var select = connection.prepareStatement(SELECT_ARRIVED_SINCE)) {
      select.setLong(ParkedRow.writeKey(select, 1, slot, key), arrival);
      return select.executeQuery().next();
    }
  }

  /** Whether messages of a key are parked that arrived up to a number. */
  public boolean isParked(Key key, long until) {
    return connections.inTransaction(
        "look at parked messages of",
        connection -> {
          try (var select = connection.prepareStatement(SELECT_PARKED)) {
            select.setLong(ParkedRow.writeKey(select, 1, slot, key), until);
            return select.executeQuery().next();
          }
        });
  }

  /**
   * Parks messages behind those of their keys. A message that is parked already keeps its turn if
   * the position knows of the message, and takes a new turn if not.
   *
   * @param parked how far each of the keys has come
   * @param holder the session that holds the slot; 0 if none does
   * @return the number of the last of these messages, for each of the keys
   * @throws KeyReleasedException if no message is parked for one of the keys any more
   * @throws SlotLostException if that session does not hold the slot
   */
  public Map<Key, Long> park(List<Message> messages, Map<Key, ParkedProgress> parked, int holder) {
    return connections.whileHeld(
        holder,
        "park messages of",
        connection -> {
          for (var key : new HashSet<>(messages.stream().map(Key::of).toList())) {
            lock(connection, key);
          }
          try (var insert = connection.prepareStatement(PARK)) {
            for (var message : messages) {
              var progress = parked.getOrDefault(Key.of(message), ParkedProgress.NONE);
              ParkedRow.write(insert, slot, message);
              insert.setLong(ParkedRow.COLUMN_COUNT + 1, progress.arrived());
              insert.addBatch();
            }
            insert.executeBatch();
          }
          return last(connection, messages);
        });
  }

  /**
   * The first parked messages of a key that arrived up to a number, in the order of their arrival:
   * as many as are read at once, and none only if none is left.
   */
  public List<ParkedMessage> next(Key key, long until) {
    return connections.inTransaction(
        "read parked messages of",
        connection -> {
          try (var select = connection.prepareStatement(SELECT_NEXT)) {
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
                      TO_DISCARD.contains(ParkedRow.state(rows))));
            }
            return next;
          }
        });
  }

  /**
   * Ends the parked messages of a key that arrived up to a number: they are published or discarded.
   *
   * @throws SlotLostException if that session does not hold the slot
   */
  public void end(Key key, long until, int holder) {
    connections.whileHeld(
        holder,
        "release messages of",
        connection -> {
          try (var handOn = connection.prepareStatement(HAND_ON_REQUEST)) {
            var asked = ParkedRow.writeKey(handOn, 1, slot, key);
            handOn.setLong(asked, until);
            handOn.setLong(ParkedRow.writeKey(handOn, asked + 1, slot, key), until);
            handOn.executeUpdate();
          }
          change(connection, DELETE_UNTIL, key, until);
          return change(connection, END, key, until);
        });
  }

  /**
   * Deletes the messages of a key that arrived after a number, unless an operator has quarantined
   * or discarded them: capture delivers them again.
   *
   * @throws SlotLostException if that session does not hold the slot
   */
  public void forget(Key key, long beyond, int holder) {
    connections.whileHeld(
        holder,
        "release messages of",
        connection -> change(connection, DELETE_BEYOND, key, beyond));
  }

  /**
   * Ends the discarded messages of a key that is not parked.
   *
   * @return the discarded messages
   */
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

  /**
   * Withdraws the request to release a key: Kafka has refused a message once more, or the topic is
   * missing or unfit.
   *
   * @param refused the message that cannot be published now
   * @param why is noted as the reason of that message
   */
  public void withdrawRelease(Key key, UUID refused, String why) {
    connections.inTransaction(
        "park messages of",
        connection -> {
          try (var update = connection.prepareStatement(WITHDRAW_REQUEST)) {
            update.setObject(1, refused);
            update.setString(2, why);
            update.setObject(ParkedRow.writeKey(update, 3, slot, key), refused);
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

  private Map<Key, Long> last(Connection connection, List<Message> messages) throws SQLException {
    try (var select = connection.prepareStatement(SELECT_LAST)) {
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
