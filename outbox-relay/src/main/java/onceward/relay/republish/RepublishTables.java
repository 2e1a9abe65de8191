package onceward.relay.republish;

import static java.util.stream.Collectors.toSet;

import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import onceward.messaging.Message;
import onceward.relay.position.Key;
import onceward.relay.quarantine.ParkedMessages;
import onceward.relay.republish.OutboxRows.Row;
import onceward.relay.source.Connections;
import onceward.relay.source.DatabaseException;
import onceward.relay.source.DatabaseSettings;
import onceward.relay.source.SlotLostException;
import org.jspecify.annotations.Nullable;

/**
 * The tables of requests to republish, as the relay uses them that holds the slot.
 *
 * <p>Every call is one transaction over a connection of its own, bounded in time, and fails with
 * {@link DatabaseException}. A change verifies last that the session holds the slot, and fails with
 * {@link SlotLostException} if another relay may have taken over. Thread-safe.
 */
public final class RepublishTables {

  /** How many messages are read at once. */
  private static final int CHUNK_MAX = 2_000;

  /** How many bytes of payload are read at once before the last message. */
  private static final int CHUNK_BYTES_MAX = 4 * 1024 * 1024;

  // A database whose migrations are older has no requests.
  private static final String SELECT_USABLE =
      "select coalesce(has_table_privilege(to_regclass('relay_republish'), 'select'), false)";

  private static final String SELECT_STARTED =
      "select id from relay_republish where slot = ? and state = 'STARTED'";

  private static final String SELECT_TURN =
      """
      select message_id from relay_republish_message where request = ? and state = 'WAITING'
      order by key_digest, aggregateversion, message_id limit ?
      """;

  private static final String DELETE_PUBLISHED =
      "delete from relay_republish_message where request = ? and message_id = any (?)";

  private static final String ADD_PUBLISHED =
      "update relay_republish set published = published + ? where id = ?";

  // A database whose migrations are older keeps no record of it.
  private static final String SELECT_KEEPS_RECORD =
      "select coalesce(has_table_privilege(to_regclass('relay_republished'), 'insert'), false)";

  // A relay that was killed before it noted the chunk has published it before.
  private static final String INSERT_PUBLISHED =
      """
      insert into relay_republished (message_id, request) select id, ? from unnest(?) id
      on conflict do nothing
      """;

  private static final String SET_UNPUBLISHED =
      """
      update relay_republish_message set state = ?
      where request = ? and message_id = any (?) and state = 'WAITING'
      """;

  private static final String END =
      """
      update relay_republish set state = 'DONE', ended_at = clock_timestamp()
      where id = ? and state = 'STARTED'
      """;

  private static final String PAUSE =
      """
      update relay_republish set state = 'PAUSED', trouble = ?, refused_message = ?
      where id = ? and state = 'STARTED'
      """;

  private final Connections connections;
  private final ParkedMessages parked;
  private final OutboxRows outbox;

  /**
   * @param pipeline is named to the server, for whoever looks at its sessions
   */
  public RepublishTables(String pipeline, DatabaseSettings settings, ParkedMessages parked) {
    this.connections = new Connections(pipeline, settings);
    this.parked = parked;
    this.outbox = new OutboxRows(settings);
  }

  /** The request that is to be carried out; empty if there is none. */
  OptionalLong started() {
    return connections.inTransaction(
        "look at republish requests of",
        connection -> {
          if (!isUsable(connection)) {
            return OptionalLong.empty();
          }
          try (var select = connection.prepareStatement(SELECT_STARTED)) {
            select.setString(1, connections.settings().slot());
            var row = select.executeQuery();
            return row.next() ? OptionalLong.of(row.getLong("id")) : OptionalLong.empty();
          }
        });
  }

  static boolean isUsable(Connection connection) throws SQLException {
    try (var select = connection.prepareStatement(SELECT_USABLE)) {
      var row = select.executeQuery();
      return row.next() && row.getBoolean(1);
    }
  }

  /** The messages of a request whose turn it is; none if none waits. */
  Chunk next(long request) {
    return connections.inTransaction(
        "read messages to republish of",
        connection -> {
          var turn = turn(connection, request);
          var rows =
              turn.isEmpty() ? List.<Row>of() : outbox.read(connection, turn, CHUNK_BYTES_MAX);
          var messages = messages(rows);
          if (messages.isEmpty()) {
            return Chunk.of(rows, Map.of(), Set.of());
          }
          return Chunk.of(
              rows,
              parked.firstVersions(connection, messages.stream().map(Key::of).collect(toSet())),
              parked.discardedAmong(connection, messages));
        });
  }

  private static List<UUID> turn(Connection connection, long request) throws SQLException {
    try (var select = connection.prepareStatement(SELECT_TURN)) {
      select.setLong(1, request);
      select.setInt(2, CHUNK_MAX);
      var rows = select.executeQuery();
      var ids = new ArrayList<UUID>();
      while (rows.next()) {
        ids.add(rows.getObject("message_id", UUID.class));
      }
      return ids;
    }
  }

  private static List<Message> messages(List<Row> rows) {
    return rows.stream()
        .flatMap(
            row -> row instanceof Row.Found found ? Stream.of(found.message()) : Stream.empty())
        .toList();
  }

  /**
   * Notes that the messages of a chunk are published, and why the others are not.
   *
   * @param holder the session that holds the slot
   * @throws SlotLostException if that session does not hold the slot
   */
  void note(long request, Chunk chunk, int holder) {
    connections.whileHeld(
        holder,
        "note what was republished of",
        connection -> {
          var published = uuids(connection, chunk.publish().stream().map(Message::id).toList());
          keepRecord(connection, request, published);
          try (var delete = connection.prepareStatement(DELETE_PUBLISHED);
              var add = connection.prepareStatement(ADD_PUBLISHED)) {
            delete.setLong(1, request);
            delete.setArray(2, published);
            // A message that was cancelled meanwhile is published all the same.
            delete.executeUpdate();
            add.setLong(1, chunk.publish().size());
            add.setLong(2, request);
            add.executeUpdate();
          }
          for (var left : byReason(chunk).entrySet()) {
            leave(connection, request, left.getKey(), left.getValue());
          }
          return chunk;
        });
  }

  private static void keepRecord(Connection connection, long request, Array published)
      throws SQLException {
    try (var select = connection.prepareStatement(SELECT_KEEPS_RECORD)) {
      var row = select.executeQuery();
      if (!row.next() || !row.getBoolean(1)) {
        return;
      }
    }
    try (var insert = connection.prepareStatement(INSERT_PUBLISHED)) {
      insert.setLong(1, request);
      insert.setArray(2, published);
      insert.executeUpdate();
    }
  }

  private static Map<Unpublished, List<UUID>> byReason(Chunk chunk) {
    var byReason = new EnumMap<Unpublished, List<UUID>>(Unpublished.class);
    chunk
        .unpublished()
        .forEach((id, why) -> byReason.computeIfAbsent(why, _ -> new ArrayList<>()).add(id));
    return byReason;
  }

  private static void leave(Connection connection, long request, Unpublished why, List<UUID> ids)
      throws SQLException {
    try (var update = connection.prepareStatement(SET_UNPUBLISHED)) {
      update.setString(1, why.name());
      update.setLong(2, request);
      update.setArray(3, uuids(connection, ids));
      update.executeUpdate();
    }
  }

  private static Array uuids(Connection connection, Collection<UUID> ids) throws SQLException {
    return connection.createArrayOf("uuid", ids.toArray());
  }

  /**
   * Ends a request of which no message waits.
   *
   * @throws SlotLostException if that session does not hold the slot
   */
  void end(long request, int holder) {
    connections.whileHeld(
        holder,
        "end a republish request of",
        connection -> {
          try (var update = connection.prepareStatement(END)) {
            update.setLong(1, request);
            return update.executeUpdate();
          }
        });
  }

  /**
   * Pauses a request that cannot go on without an operator.
   *
   * @param refused the message that Kafka refuses; null if that is not why
   * @throws SlotLostException if that session does not hold the slot
   */
  void pause(long request, String why, @Nullable UUID refused, int holder) {
    connections.whileHeld(
        holder,
        "pause a republish request of",
        connection -> {
          try (var update = connection.prepareStatement(PAUSE)) {
            update.setString(1, why);
            update.setObject(2, refused);
            update.setLong(3, request);
            return update.executeUpdate();
          }
        });
  }
}
