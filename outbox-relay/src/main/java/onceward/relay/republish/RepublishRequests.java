package onceward.relay.republish;

import static onceward.relay.republish.RepublishState.OPEN;
import static onceward.relay.republish.RepublishState.sqlList;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import onceward.relay.source.Connections;
import onceward.relay.source.DatabaseException;
import onceward.relay.source.DatabaseSettings;
import onceward.relay.source.OutboxColumn;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests to republish as an operator uses them, through any relay of the slot. The relay that
 * holds the slot carries out a request that is started: with its next canary, or at its start
 * before anything that it captures.
 *
 * <p>Every call is one transaction over a connection of its own, bounded in time, and fails with
 * {@link DatabaseException}. Safe for use by many threads and relays.
 */
public final class RepublishRequests {

  /** How many messages one request names at most. */
  public static final int MESSAGES_MAX = 1_000_000;

  /** How many messages one call adds at most. */
  public static final int ADD_MAX = 10_000;

  private static final Logger log = LoggerFactory.getLogger(RepublishRequests.class);

  /** How many requests are kept that are over. */
  private static final int KEPT_MAX = 50;

  private static final int UNPUBLISHED_LISTED_MAX = 1_000;
  private static final int DELETED_AT_ONCE_MAX = 50_000;

  private static final String INSERT =
      "insert into relay_republish (slot, operator, reason) values (?, ?, ?) on conflict do nothing returning id";

  private static final String FORGET =
      """
      delete from relay_republish where slot = ? and ended_at is not null and id not in
        (select id from relay_republish where slot = ? and ended_at is not null order by id desc limit %d)
      """
          .formatted(KEPT_MAX);

  private static final String LOCK_COLLECTING =
      "select messages from relay_republish where slot = ? and id = ? and state = 'COLLECTING' for update";

  private static final String COUNT =
      "update relay_republish set messages = messages + ? where id = ?";

  private static final String DELETE_WAITING =
      """
      delete from relay_republish_message where request = ? and message_id in
        (select message_id from relay_republish_message where request = ? and state = 'WAITING' limit ?)
      """;

  private static final String SELECT = "select * from relay_republish where slot = ?";

  private static final String COUNT_UNPUBLISHED =
      """
      select request, state, count(*) as messages from relay_republish_message
      where request = any (?) and state <> 'WAITING' group by request, state
      """;

  private static final String SELECT_UNPUBLISHED =
      """
      select message_id, state from relay_republish_message
      where request = ? and state <> 'WAITING' order by state, message_id limit ?
      """;

  private final Connections connections;
  private final OutboxRows outbox;

  /**
   * @param pipeline is named to the server, for whoever looks at its sessions
   */
  public RepublishRequests(String pipeline, DatabaseSettings settings) {
    this.connections = new Connections(pipeline, settings);
    this.outbox = new OutboxRows(settings);
  }

  /** What an operator may do with a request. */
  public enum Action {
    /** Has the relay carry out the request. */
    START(RepublishState.STARTED),

    /** Lets the request stand still after the messages in hand. */
    PAUSE(RepublishState.PAUSED),

    /** Lets a paused request go on. */
    RESUME(RepublishState.STARTED),

    /** Ends a request after the messages in hand. */
    CANCEL(RepublishState.CANCELLED);

    private final RepublishState next;

    Action(RepublishState next) {
      this.next = next;
    }

    /** The state of a request with which this was done. */
    RepublishState next() {
      return next;
    }

    /** The states of a request in which this may be done. */
    public Set<RepublishState> from() {
      return switch (this) {
        case START -> Set.of(RepublishState.COLLECTING);
        case PAUSE -> Set.of(RepublishState.STARTED);
        case RESUME -> Set.of(RepublishState.PAUSED);
        case CANCEL -> OPEN;
      };
    }
  }

  /**
   * Whether requests may be made: one names messages of any aggregate, and those of other shards
   * would come in between what their pipelines publish.
   */
  public boolean isSupported() {
    return !connections.settings().shard().isPart();
  }

  /**
   * Makes a request that names no message.
   *
   * @return the request; empty if another one of the slot is not over
   */
  public Optional<Republish> create(String operator, @Nullable String reason) {
    return inTransaction(
        "make a republish request of",
        connection -> {
          try (var insert = connection.prepareStatement(INSERT)) {
            insert.setString(1, slot());
            insert.setString(2, operator);
            insert.setString(3, reason);
            var row = insert.executeQuery();
            if (!row.next()) {
              return Optional.empty();
            }
            forget(connection);
            log.info("{} makes republish request {}", operator, row.getLong("id"));
            return find(connection, row.getLong("id"));
          }
        });
  }

  private void forget(Connection connection) throws SQLException {
    try (var delete = connection.prepareStatement(FORGET)) {
      delete.setString(1, slot());
      delete.setString(2, slot());
      delete.executeUpdate();
    }
  }

  /**
   * Adds messages to a request. A message that the request names already changes nothing.
   *
   * @param messages at most {@link #ADD_MAX}
   * @return the request; empty if there is none that takes messages
   * @throws IllegalArgumentException if they are too many
   */
  public Optional<Republish> add(long request, List<UUID> messages) {
    if (messages.size() > ADD_MAX) {
      throw new IllegalArgumentException(
          "%,d messages at once; allowed: at most %,d".formatted(messages.size(), ADD_MAX));
    }
    return inTransaction(
        "add messages to a republish request of",
        connection -> {
          var known = lockCollecting(connection, request);
          if (known.isEmpty()) {
            return Optional.empty();
          }
          var added = insert(connection, request, messages);
          if (known.get() + added > MESSAGES_MAX) {
            throw new IllegalArgumentException(
                "republish request %d would name %,d messages; allowed: at most %,d"
                    .formatted(request, known.get() + added, MESSAGES_MAX));
          }
          try (var count = connection.prepareStatement(COUNT)) {
            count.setLong(1, added);
            count.setLong(2, request);
            count.executeUpdate();
          }
          return find(connection, request);
        });
  }

  private Optional<Long> lockCollecting(Connection connection, long request) throws SQLException {
    try (var select = connection.prepareStatement(LOCK_COLLECTING)) {
      select.setString(1, slot());
      select.setLong(2, request);
      var row = select.executeQuery();
      return row.next() ? Optional.of(row.getLong("messages")) : Optional.empty();
    }
  }

  private int insert(Connection connection, long request, List<UUID> messages) throws SQLException {
    var columns = outbox.columns(connection);
    // Two keys may have one digest: the messages of each are in the order of their versions all the
    // same.
    var sql =
        """
        insert into relay_republish_message (request, message_id, state, key_digest, aggregateversion)
        select ?, wanted.id, case when found.id is null then 'GONE' else 'WAITING' end,
               coalesce(hashtextextended(found.aggregatetype::text || ' ' || found.aggregateid::text, 0), 0),
               coalesce(found.version, 0)
        from (select distinct unnest(?::uuid[]) as id) wanted
        left join (select id, aggregatetype, aggregateid, %2$s as version from %1$s where id = any (?::%3$s[])) found
          on found.id = wanted.id::%3$s
        on conflict do nothing
        """
            .formatted(
                connections.settings().table(),
                columns.containsKey(OutboxColumn.AGGREGATEVERSION)
                    ? OutboxColumn.AGGREGATEVERSION.columnName()
                    : "null::bigint",
                OutboxRows.idType(columns));
    try (var insert = connection.prepareStatement(sql)) {
      var ids = connection.createArrayOf("uuid", messages.toArray());
      insert.setLong(1, request);
      insert.setArray(2, ids);
      insert.setArray(3, ids);
      return insert.executeUpdate();
    }
  }

  /**
   * Starts, pauses, resumes or cancels a request.
   *
   * @return whether the request was in a state in which that may be done
   */
  public boolean change(long request, Action action, String operator) {
    var isChanged = set(request, action, operator);
    if (isChanged) {
      log.info("{}: {} of republish request {}", operator, action, request);
    }
    if (isChanged && action == Action.CANCEL) {
      deleteWaiting(request);
    }
    return isChanged;
  }

  private boolean set(long request, Action action, String operator) {
    var sql =
        """
        update relay_republish
        set state = ?, trouble = ?, refused_message = null,
            started_at = case when ? then coalesce(started_at, clock_timestamp()) else started_at end,
            ended_at = case when ? then clock_timestamp() end
        where slot = ? and id = ? and state in %s
        """
            .formatted(sqlList(action.from()));
    return inTransaction(
        "change a republish request of",
        connection -> {
          try (var update = connection.prepareStatement(sql)) {
            update.setString(1, action.next.name());
            update.setString(2, action == Action.PAUSE ? operator + " paused it" : null);
            update.setBoolean(3, action.next == RepublishState.STARTED);
            update.setBoolean(4, !OPEN.contains(action.next));
            update.setString(5, slot());
            update.setLong(6, request);
            return update.executeUpdate() > 0;
          }
        });
  }

  /** In portions: all at once may take longer than an answer may. */
  private void deleteWaiting(long request) {
    var deleted = DELETED_AT_ONCE_MAX;
    while (deleted == DELETED_AT_ONCE_MAX) {
      deleted =
          inTransaction(
              "cancel a republish request of",
              connection -> {
                try (var delete = connection.prepareStatement(DELETE_WAITING)) {
                  delete.setLong(1, request);
                  delete.setLong(2, request);
                  delete.setInt(3, DELETED_AT_ONCE_MAX);
                  return delete.executeUpdate();
                }
              });
    }
  }

  /** The latest requests, newest first: the one that is not over, and those that are kept. */
  public List<Republish> latest() {
    return inTransaction(
        "list republish requests of",
        connection -> {
          try (var select = connection.prepareStatement(SELECT + " order by id desc")) {
            select.setString(1, slot());
            return requests(connection, select.executeQuery());
          }
        });
  }

  /** The request of that number, if there is one. */
  public Optional<Republish> find(long request) {
    return inTransaction("look at a republish request of", connection -> find(connection, request));
  }

  private Optional<Republish> find(Connection connection, long request) throws SQLException {
    try (var select = connection.prepareStatement(SELECT + " and id = ?")) {
      select.setString(1, slot());
      select.setLong(2, request);
      return requests(connection, select.executeQuery()).stream().findFirst();
    }
  }

  /** The messages of a request that are not published for good, with why; at most a thousand. */
  public Map<UUID, Unpublished> unpublished(long request) {
    return inTransaction(
        "look at a republish request of",
        connection -> {
          try (var select = connection.prepareStatement(SELECT_UNPUBLISHED)) {
            select.setLong(1, request);
            select.setInt(2, UNPUBLISHED_LISTED_MAX);
            var rows = select.executeQuery();
            var unpublished = new HashMap<UUID, Unpublished>();
            while (rows.next()) {
              unpublished.put(
                  rows.getObject("message_id", UUID.class),
                  Unpublished.valueOf(rows.getString("state")));
            }
            return unpublished;
          }
        });
  }

  private static List<Republish> requests(Connection connection, ResultSet rows)
      throws SQLException {
    var bare = new ArrayList<Republish>();
    while (rows.next()) {
      bare.add(request(rows));
    }
    var counts = counts(connection, bare.stream().map(Republish::id).toArray());
    return bare.stream().map(one -> one.with(counts.getOrDefault(one.id(), Map.of()))).toList();
  }

  private static Map<Long, Map<Unpublished, Long>> counts(Connection connection, Object[] requests)
      throws SQLException {
    try (var select = connection.prepareStatement(COUNT_UNPUBLISHED)) {
      select.setArray(1, connection.createArrayOf("bigint", requests));
      var rows = select.executeQuery();
      var counts = new HashMap<Long, Map<Unpublished, Long>>();
      while (rows.next()) {
        counts
            .computeIfAbsent(rows.getLong("request"), _ -> new EnumMap<>(Unpublished.class))
            .put(Unpublished.valueOf(rows.getString("state")), rows.getLong("messages"));
      }
      return counts;
    }
  }

  private static Republish request(ResultSet row) throws SQLException {
    return new Republish(
        row.getLong("id"),
        row.getString("operator"),
        row.getString("reason"),
        RepublishState.valueOf(row.getString("state")),
        row.getObject("requested_at", OffsetDateTime.class).toInstant(),
        instant(row, "started_at"),
        instant(row, "ended_at"),
        row.getLong("messages"),
        row.getLong("published"),
        Map.of(),
        row.getString("trouble"),
        row.getObject("refused_message", UUID.class));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    var time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  private String slot() {
    return connections.settings().slot();
  }

  private <T> T inTransaction(String attempted, Connections.Work<T> work) {
    return connections.inTransaction(
        attempted,
        connection -> {
          if (!RepublishTables.isUsable(connection)) {
            throw new SQLException(
                "it has no table relay_republish that the relay may read; run the service's step migrate, with V0_21 of onceward.messaging, or standalone.sql once more; or grant the right (infra/docs/runbook/role-unfit.md)");
          }
          return work.over(connection);
        });
  }
}
