package onceward.relay.source;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import onceward.relay.position.LogPlace;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.source.DatabaseFacts.Canary;
import onceward.relay.source.DatabaseFacts.Content;
import onceward.relay.source.DatabaseFacts.Layout;
import onceward.relay.source.DatabaseFacts.OnTable;
import onceward.relay.source.DatabaseFacts.Outbox;
import onceward.relay.source.DatabaseFacts.Publication;
import onceward.relay.source.DatabaseFacts.Published;
import onceward.relay.source.DatabaseFacts.Role;
import onceward.relay.source.DatabaseFacts.Server;
import onceward.relay.source.DatabaseFacts.Slot;
import org.jspecify.annotations.Nullable;

/**
 * Asks the database, with a new connection for each call; what is asked again and again has an
 * object of its own that keeps one. Every call is bounded in time. Safe for use by many threads.
 */
public final class SourceDatabase {

  /** The table that the relay moves, to see it come back. Its schema is a setting. */
  public static final String CANARY = "relay_canary";

  /**
   * A password that has changed, a certificate that has expired or a server that has moved fails
   * the next login. The canary shows that in time, before a restart of the capture needs the login.
   */
  private static final Duration MOVER_AGE_MAX = Duration.ofSeconds(4);

  private static final Duration LOOK_AGE_MAX = Duration.ofMinutes(10);

  // By the catalogue: to_regclass fails for whoever may not use the schema.
  private static final String SERVER =
      """
      with named as (
        select nspname as schema, relname, nspname || '.' || relname as name, pg_class.oid,
               has_schema_privilege(pg_namespace.oid, 'usage') as open
        from pg_class join pg_namespace on pg_namespace.oid = relnamespace),
      outbox as (select * from named where name = ?),
      canary as (select * from named where name = ?),
      parked as (select * from named where name = ?)
      select (select system_identifier from pg_control_system()) as system_identifier,
             %s,
             case when pg_is_in_recovery() then pg_last_wal_replay_lsn()
                  else pg_current_wal_insert_lsn() end as written_to,
             pg_is_in_recovery() as read_only,
             rolname, rolsuper, pg_roles.oid = 10 as is_bootstrap, rolreplication,
             array(select schema from outbox where not open
                   union select schema from canary where not open
                   union select schema from parked where not open) as closed_schemas,
             coalesce((select has_table_privilege(oid, 'select') from outbox), false) as reads_outbox,
             coalesce((select open from outbox), false) as outbox_open,
             coalesce((select has_any_column_privilege(oid, 'update')
                              and has_table_privilege(oid, 'select') from canary), true) as moves_canary,
             coalesce((select has_table_privilege(oid, 'select')
                              and has_table_privilege(oid, 'insert')
                              and has_table_privilege(oid, 'update')
                              and has_table_privilege(oid, 'delete') from parked), true) as parks,
             exists (select from parked join pg_attribute on attrelid = oid
                     where attname = 'state' and not attisdropped) as has_parked,
             array(select name from named
                   where relname in (split_part(?, '.', 2), 'relay_canary')
                     and not exists (select from named here where here.name = named.name
                                     and here.name in (?, ?))) as elsewhere,
             (select pg_encoding_to_char(encoding) from pg_database where datname = current_database()) as encoding,
             array(select format('%I.%I', nspname, typname)
                   from pg_type join pg_namespace on pg_namespace.oid = typnamespace
                   where typcategory = 'E' and not exists (select from pg_enum where enumtypid = pg_type.oid)
                   order by 1) as unreadable_types,
             coalesce((select open and has_table_privilege(oid, 'select') from canary), false)
               and to_regprocedure('relay_publication_state(text)') is not null as has_canary
      from pg_roles where rolname = current_user
      """
          .replace("%s", Timelines.TIMELINE);

  // As JSON: PostgreSQL 17 is the first to have the columns invalidation_reason and failover.
  // Before, a slot is lost, and follows to no standby.
  private static final String SLOT =
      """
      select plugin, database, wal_status,
             to_jsonb(pg_replication_slots) ->> 'invalidation_reason' as invalidation_reason,
             coalesce(active_pid, 0) as holder, two_phase,
             confirmed_flush_lsn,
             coalesce(pg_wal_lsn_diff(
               case when pg_is_in_recovery() then pg_last_wal_replay_lsn()
                    else pg_current_wal_insert_lsn() end, restart_lsn), 0)::bigint as retained,
             coalesce((to_jsonb(pg_replication_slots) ->> 'failover')::boolean, false) as failover,
             coalesce(current_setting('synchronized_standby_slots', true), '') <> '' as standbys_first,
             array(select listed
                   from regexp_split_to_table(
                     coalesce(current_setting('synchronized_standby_slots', true), ''), '[ ,"]+') as listed
                   where listed <> '' and not exists
                     (select from pg_replication_slots as standby
                      where standby.slot_name = listed and standby.active_pid is not null)
                   order by 1) as silent_standbys
      from pg_replication_slots where slot_name = ?
      """;

  private static final String PUBLICATION =
      """
      select relay_publication_state(pubname) as state, puballtables, pubinsert, pubupdate, pubviaroot,
             array(select nspname from pg_publication_namespace
                   join pg_namespace on pg_namespace.oid = pnnspid
                   where pnpubid = pg_publication.oid)::text[] as schemas
      from pg_publication where pubname = ?
      """;

  // The server counts transactions in 64 bits, and the log in 32: the last one of that number that
  // has begun is meant. Null if the server has forgotten how it ended.
  private static final String COMMITTED =
      """
      with known as (
        select pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next, ?::bigint as number),
      this_round as (select next, next - mod(next, 4294967296) + number as full_number from known),
      meant as (
        select case when full_number < next then full_number else full_number - 4294967296 end as full_number
        from this_round)
      select full_number > 0 and coalesce(pg_xact_status(full_number::text::xid8) = 'committed', false) as committed
      from meant
      """;

  /** PostgreSQL's word for a file that is not there. */
  private static final String NO_FILE = "58P01";

  // Partitions of the outbox under their own names are no tables of somebody else.
  private static final String PUBLISHED =
      """
      select schemaname || '.' || tablename as name, attnames::text[] as columns, rowfilter
      from pg_publication_tables
      where pubname = ? and not exists
        (select from pg_class one
         join pg_namespace one_schema on one_schema.oid = one.relnamespace
         join pg_class root on root.oid = pg_partition_root(one.oid)
         join pg_namespace root_schema on root_schema.oid = root.relnamespace
         where one.relispartition
           and one_schema.nspname = schemaname and one.relname = tablename
           and root_schema.nspname || '.' || root.relname = ?)
      """;

  // A trigger that inserts somewhere and returns no row is taken for one that redirects.
  private static final String OUTBOX =
      """
      with outbox as (
        select pg_class.oid, relkind from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where nspname || '.' || relname = ?),
      part as (
        select pg_class.oid, relkind, relpersistence, format('%I.%I', nspname, relname) as name
        from (select oid from outbox
              union select relid from outbox, pg_partition_tree(outbox.oid)) parts
        join pg_class on pg_class.oid = parts.oid join pg_namespace on pg_namespace.oid = relnamespace),
      keys as (
        select indexrelid as index, coalesce(attname, '') as attname
        from part join pg_index on indrelid = part.oid
        cross join unnest(indkey::int2[]) with ordinality as key (attnum, nth)
        left join pg_attribute on attrelid = indrelid and pg_attribute.attnum = key.attnum and key.attnum > 0
        where nth <= indnkeyatts),
      divided_by as (
        select attname from part join pg_partitioned_table on partrelid = part.oid
        cross join unnest(partattrs::int2[]) as key (attnum)
        join pg_attribute on attrelid = partrelid and pg_attribute.attnum = key.attnum)
      select oid, relkind in ('r', 'p') as is_table,
             (select pg_type.xmin from pg_type where typrelid = outbox.oid) as named,
             array(select name from part where relkind = 'r' and relpersistence <> 'p' order by name) as unlogged,
             array(select name from part where relkind = 'f' order by name) as foreign_parts,
             array(select name from part where relkind = 'r' and not exists
                     (select from pg_index
                      where indrelid = part.oid and indisunique and indisvalid and indpred is null
                        and exists (select from keys where keys.index = indexrelid and attname = 'id')
                        and not exists (select from keys where keys.index = indexrelid and attname <> 'id'
                                        and attname not in (select attname from divided_by)))
                   order by name) as doubling,
             array(select format('%I.%I', nspname, relname) from pg_inherits
                   join pg_class on pg_class.oid = inhrelid join pg_namespace on pg_namespace.oid = relnamespace
                   where inhparent = outbox.oid and outbox.relkind = 'r' order by 1) as children,
             array(select array[format('%I', rulename), name] from pg_rewrite join part on part.oid = ev_class
                   where ev_type = '3' and is_instead order by 1) as rules,
             array(select array[format('%I', tgname), name] from pg_trigger
                   join part on part.oid = tgrelid join pg_proc on pg_proc.oid = tgfoid
                   where not tgisinternal and tgparentid = 0 and tgenabled in ('O', 'A') and tgtype & 7 = 7
                     and prosrc ~* 'return[[:space:]]+null' and prosrc ~* 'insert[[:space:]]+into' order by 1) as redirects
      from outbox
      """;

  private static final String LAYOUT =
      """
      select array(select slot_name::text from pg_replication_slots
                   where slot_name = any (?) and database = current_database() and plugin = 'pgoutput') as slots,
             array(select array[pubname::text, rowfilter] from pg_publication_tables
                   where pubname = any (?) and schemaname || '.' || tablename = ? and rowfilter is not null) as filters,
             array(select format('%I.%I', nspname, relname)
                   from (select pg_class.oid from pg_class join pg_namespace on pg_namespace.oid = relnamespace
                         where nspname || '.' || relname = ?) outbox
                   cross join lateral (select outbox.oid union select relid from pg_partition_tree(outbox.oid)) part (oid)
                   join pg_class on pg_class.oid = part.oid join pg_namespace on pg_namespace.oid = relnamespace
                   where relkind = 'r' and (relreplident = 'f' or exists
                     (select from pg_index join pg_attribute on attrelid = indrelid and attnum = any (indkey::int2[])
                      where indrelid = pg_class.oid and attname = 'aggregateid'
                        and case relreplident when 'd' then indisprimary when 'i' then indisreplident else false end))
                   order by 1) as shifting
      """;

  private static final String OUTBOX_COLUMNS =
      """
      select attname,
             (with recursive base as (
                select pg_type.* from pg_type where oid = atttypid
                union all
                select pg_type.* from base join pg_type on pg_type.oid = base.typbasetype)
              select case when typtype = 'e' then 'enum'
                          when typnamespace = 'pg_catalog'::regnamespace then format_type(oid, null)
                          when typname = 'citext' then 'citext'
                          else typnamespace::regnamespace || '.' || typname end
              from base where typtype <> 'd') as type
      from pg_attribute
      join pg_class on pg_class.oid = attrelid
      join pg_namespace on pg_namespace.oid = relnamespace
      where nspname || '.' || relname = ? and attnum > 0 and not attisdropped
      """;

  private static final String BEAT = "select beat, publication from relay_canary where slot = ?";

  private static final String MOVE =
      """
      update relay_canary set beat = beat + 1, beaten_at = clock_timestamp() where slot = ?
      returning
        (select count(*) from
          (select from relay_parked where slot = ? and ended_at is null limit 10000) counted) as parked,
        exists (select from relay_parked where slot = ? and ended_at is null and release_asked_at is not null) as release_asked
      """;

  // A commit that waits for a synchronous standby keeps its row locked. Each later session that
  // waits for the row would stay on the server after the relay has given it up.
  private static final String CANARY_LOCK_MAX = "set lock_timeout = '5s'";

  // A database whose migrations are older has no table of requests.
  private static final String HAS_REPUBLISH =
      "select coalesce(has_table_privilege(to_regclass('relay_republish'), 'select'), false)";

  private static final String REPUBLISH_ASKED =
      "select exists (select from relay_republish where slot = ? and state = 'STARTED')";

  private final Connections connections;
  private final DatabaseSettings settings;
  private final PrimarySearch search;
  private final UnpublishableRows unpublishable;
  private volatile @Nullable Slot lastSeen;

  /**
   * @param pipeline is named to the server, for whoever looks at its sessions
   */
  public SourceDatabase(String pipeline, DatabaseSettings settings) {
    this.connections = new Connections(pipeline, settings);
    this.settings = settings;
    this.search = new PrimarySearch(connections, settings.servers());
    this.unpublishable = new UnpublishableRows(settings.table());
  }

  /**
   * Looks at everything a pipeline depends on. Where there are several servers, chooses the primary
   * first: all connections go there from now on.
   *
   * @throws DatabaseException if the database does not answer
   */
  public DatabaseFacts look() {
    try {
      search.choose();
      try (var connection = connections.open()) {
        return facts(connection);
      }
    } catch (SQLException e) {
      throw silent("look at", e);
    }
  }

  /** The server that is connected to. */
  public Servers.Address server() {
    return settings.servers().chosen();
  }

  /** Whether there are servers beside the one that is connected to. */
  public boolean hasOtherServers() {
    return settings.servers().isChoice();
  }

  /**
   * Warns of each server that takes writes beside the one that is connected to. Asks each over one
   * short connection.
   *
   * @param position of a pipeline that reads from the server that is connected to
   * @throws DatabaseException if this thread is interrupted
   */
  public List<String> otherPrimaries(Position position) {
    try {
      return search.others(position.systemIdentifier()).stream()
          .map(other -> other.warning(settings.servers().chosen(), position.timeline()))
          .toList();
    } catch (SQLException e) {
      throw connections.silent("look for other primaries of", e);
    }
  }

  /**
   * Looks at the slot alone.
   *
   * @throws DatabaseException if the database does not answer
   */
  public Optional<Slot> lookAtSlot() {
    try (var connection = connections.open()) {
      return slot(connection);
    } catch (SQLException e) {
      throw silent("look at", e);
    }
  }

  /**
   * Looks at the slot alone, for the session that reads from it.
   *
   * @param session empty if that is not known; then whoever holds the slot counts as that session
   * @throws SlotLostException if that session does not hold the slot, or nobody does
   * @throws DatabaseException if the database does not answer
   */
  public Slot lookAtHeldSlot(OptionalInt session) {
    var slot = lookAtSlot().filter(Slot::isHeld);
    if (session.isEmpty()) {
      return slot.orElseThrow(() -> new SlotLostException(settings.slot()));
    }
    var own = session.getAsInt();
    return slot.filter(one -> one.holder() == own)
        .orElseThrow(() -> new SlotLostException(settings.slot(), own));
  }

  /**
   * Asks a server that is on a later timeline of that of a position.
   *
   * @param timeline of the server, as a look has shown it
   * @throws DatabaseException if the database does not answer
   */
  public Promotion lookAtPromotion(Position position, int timeline) {
    try {
      var history = history(timeline);
      try (var connection = connections.open()) {
        return new Promotion(
            history.endOf(position.timeline()), isCommitted(connection, position.place()));
      }
    } catch (SQLException e) {
      throw silent("look at the timelines of", e);
    }
  }

  private TimelineHistory history(int timeline) throws SQLException {
    try (var connection = connections.openForReplication();
        var statement = connection.createStatement();
        var row = statement.executeQuery("TIMELINE_HISTORY " + timeline)) {
      row.next();
      return TimelineHistory.parse(row.getString("content"));
    } catch (SQLException failed) {
      if (NO_FILE.equals(failed.getSQLState())) {
        return TimelineHistory.NONE;
      }
      throw failed;
    }
  }

  private static boolean isCommitted(Connection connection, @Nullable LogPlace last)
      throws SQLException {
    if (last == null) {
      return true;
    }
    try (var select = connection.prepareStatement(COMMITTED)) {
      select.setLong(1, last.transaction());
      var row = select.executeQuery();
      return row.next() && row.getBoolean("committed");
    }
  }

  /** The slot as it was when last looked at; empty if there was none, or no answer. */
  public Optional<Slot> lastSeenSlot() {
    return Optional.ofNullable(lastSeen);
  }

  /** For looking at the slot alone, again and again. To be closed. */
  public SlotLook slotLook() {
    return new SlotLook(this, connections);
  }

  /**
   * For asking what every session sees, again and again. To be closed.
   *
   * @param judged the server whose answer counts
   */
  public Snapshots snapshots(JudgedServer judged) {
    return new SnapshotConnection(
        connections, new KeptConnection(() -> connections.openBriefly(judged), LOOK_AGE_MAX));
  }

  /** For moving the canary, again and again. To be closed. */
  public CanaryMover canaryMover() {
    return new CanaryMover(this, new KeptConnection(connections::open, MOVER_AGE_MAX));
  }

  /** For looking at everything, again and again. To be closed. */
  public DatabaseLook databaseLook() {
    return new DatabaseLook(this, new KeptConnection(connections::open, LOOK_AGE_MAX));
  }

  Beat moveCanary(Connection connection) throws SQLException {
    try (var set = connection.prepareStatement(CANARY_LOCK_MAX)) {
      set.execute();
    }
    try (var update = connection.prepareStatement(MOVE)) {
      update.setString(1, settings.slot());
      update.setString(2, settings.slot());
      update.setString(3, settings.slot());
      var row = update.executeQuery();
      var isMoved = row.next();
      var parked = isMoved ? row.getLong("parked") : 0;
      var isReleaseAsked = isMoved && row.getBoolean("release_asked");
      return new Beat(
          parked,
          isReleaseAsked,
          isRepublishAsked(connection),
          // Also for whoever asks what was seen last.
          slot(connection).map(Slot::silentStandbys).orElse(List.of()));
    }
  }

  private boolean isRepublishAsked(Connection connection) throws SQLException {
    try (var has = connection.prepareStatement(HAS_REPUBLISH)) {
      var row = has.executeQuery();
      if (!row.next() || !row.getBoolean(1)) {
        return false;
      }
    }
    try (var select = connection.prepareStatement(REPUBLISH_ASKED)) {
      select.setString(1, settings.slot());
      var row = select.executeQuery();
      return row.next() && row.getBoolean(1);
    }
  }

  DatabaseException silent(String attempted, SQLException why) {
    lastSeen = null;
    return connections.silent(attempted, why);
  }

  @Override
  public String toString() {
    return settings.toString();
  }

  DatabaseFacts facts(Connection connection) throws SQLException {
    var server =
        new Server(
            connection.getMetaData().getDatabaseMajorVersion(),
            connection.getMetaData().getDatabaseProductVersion());
    return server.isSupported() ? facts(connection, server) : DatabaseFacts.of(server);
  }

  private DatabaseFacts facts(Connection connection, Server server) throws SQLException {
    try (var select = connection.prepareStatement(SERVER)) {
      select.setString(1, settings.table());
      select.setString(2, settings.canary());
      select.setString(3, settings.parked());
      select.setString(4, settings.table());
      select.setString(5, settings.table());
      select.setString(6, settings.canary());
      var row = select.executeQuery();
      row.next();
      return new DatabaseFacts(
          server,
          row.getString("system_identifier"),
          row.getInt("timeline"),
          Lsn.parse(row.getString("written_to")),
          row.getBoolean("read_only"),
          role(row),
          slot(connection),
          row.getBoolean("has_canary") ? publication(connection) : Optional.empty(),
          outbox(connection, isOutboxReadable(row)),
          outboxColumns(connection),
          row.getBoolean("has_parked"),
          row.getBoolean("has_canary"),
          row.getBoolean("has_canary") ? canary(connection) : Optional.empty(),
          names(row, "elsewhere"),
          new Content(row.getString("encoding"), names(row, "unreadable_types")),
          layout(connection));
    }
  }

  private static boolean isOutboxReadable(ResultSet row) throws SQLException {
    return row.getBoolean("reads_outbox") && row.getBoolean("outbox_open");
  }

  private static Role role(ResultSet row) throws SQLException {
    return new Role(
        row.getString("rolname"),
        row.getBoolean("rolsuper"),
        row.getBoolean("is_bootstrap"),
        row.getBoolean("rolreplication"),
        names(row, "closed_schemas"),
        row.getBoolean("reads_outbox"),
        row.getBoolean("moves_canary"),
        row.getBoolean("parks"));
  }

  private static Set<String> names(ResultSet row, String column) throws SQLException {
    return Set.of((String[]) row.getArray(column).getArray());
  }

  Optional<Slot> slot(Connection connection) throws SQLException {
    var seen = read(connection);
    lastSeen = seen.orElse(null);
    return seen;
  }

  private Optional<Slot> read(Connection connection) throws SQLException {
    try (var select = connection.prepareStatement(SLOT)) {
      select.setString(1, settings.slot());
      var row = select.executeQuery();
      if (!row.next()) {
        return Optional.empty();
      }
      var confirmed = row.getString("confirmed_flush_lsn");
      return Optional.of(
          new Slot(
              row.getString("plugin"),
              row.getString("database"),
              row.getString("wal_status"),
              row.getString("invalidation_reason"),
              row.getInt("holder"),
              confirmed == null ? null : Lsn.parse(confirmed),
              row.getLong("retained"),
              row.getBoolean("failover"),
              row.getBoolean("failover") && row.getBoolean("standbys_first"),
              row.getBoolean("failover")
                  ? List.of((String[]) row.getArray("silent_standbys").getArray())
                  : List.of(),
              row.getBoolean("two_phase")));
    }
  }

  private Optional<Publication> publication(Connection connection) throws SQLException {
    try (var select = connection.prepareStatement(PUBLICATION)) {
      select.setString(1, settings.publication());
      var row = select.executeQuery();
      return row.next()
          ? Optional.of(
              new Publication(
                  row.getString("state"),
                  row.getBoolean("puballtables"),
                  Set.of((String[]) row.getArray("schemas").getArray()),
                  row.getBoolean("pubinsert"),
                  row.getBoolean("pubupdate"),
                  row.getBoolean("pubviaroot"),
                  published(connection)))
          : Optional.empty();
    }
  }

  private Map<String, Published> published(Connection connection) throws SQLException {
    try (var select = connection.prepareStatement(PUBLISHED)) {
      select.setString(1, settings.publication());
      select.setString(2, settings.table());
      var rows = select.executeQuery();
      var published = new HashMap<String, Published>();
      while (rows.next()) {
        published.put(
            rows.getString("name"),
            new Published(
                Set.of((String[]) rows.getArray("columns").getArray()),
                rows.getString("rowfilter")));
      }
      return published;
    }
  }

  private Outbox outbox(Connection connection, boolean isReadable) throws SQLException {
    try (var select = connection.prepareStatement(OUTBOX)) {
      select.setString(1, settings.table());
      var row = select.executeQuery();
      if (!row.next()) {
        return Outbox.NONE;
      }
      var foreign = ordered(row, "foreign_parts");
      // Other servers are not asked for rows.
      var hasRowsHere = isReadable && row.getBoolean("is_table") && foreign.isEmpty();
      return new Outbox(
          row.getLong("oid"),
          row.getBoolean("is_table"),
          ordered(row, "unlogged"),
          foreign,
          ordered(row, "doubling"),
          ordered(row, "children"),
          onTables(row, "rules"),
          onTables(row, "redirects"),
          String.valueOf(row.getString("named")),
          hasRowsHere ? unpublishable.look(connection) : List.of());
    }
  }

  private Layout layout(Connection connection) throws SQLException {
    var shard = settings.shard();
    try (var select = connection.prepareStatement(LAYOUT)) {
      select.setArray(1, connection.createArrayOf("text", shard.slotsOfAny().toArray()));
      select.setArray(2, connection.createArrayOf("text", shard.publicationsOfAny().toArray()));
      select.setString(3, settings.table());
      select.setString(4, settings.table());
      var row = select.executeQuery();
      row.next();
      return new Layout(
          names(row, "slots"),
          pairs(row, "filters").collect(Collectors.toMap(pair -> pair[0], pair -> pair[1])),
          ordered(row, "shifting"));
    }
  }

  private static List<String> ordered(ResultSet row, String column) throws SQLException {
    return List.of((String[]) row.getArray(column).getArray());
  }

  private static List<OnTable> onTables(ResultSet row, String column) throws SQLException {
    return pairs(row, column).map(pair -> new OnTable(pair[0], pair[1])).toList();
  }

  /** The server gives an empty array of pairs as one of texts. */
  private static Stream<String[]> pairs(ResultSet row, String column) throws SQLException {
    return row.getArray(column).getArray() instanceof String[][] pairs
        ? Stream.of(pairs)
        : Stream.empty();
  }

  private Map<String, String> outboxColumns(Connection connection) throws SQLException {
    try (var select = connection.prepareStatement(OUTBOX_COLUMNS)) {
      select.setString(1, settings.table());
      var rows = select.executeQuery();
      var columns = new HashMap<String, String>();
      while (rows.next()) {
        columns.put(rows.getString("attname"), rows.getString("type"));
      }
      return columns;
    }
  }

  private Optional<Canary> canary(Connection connection) throws SQLException {
    try (var select = connection.prepareStatement(BEAT)) {
      select.setString(1, settings.slot());
      var row = select.executeQuery();
      return row.next()
          ? Optional.of(new Canary(row.getLong(1), row.getString(2)))
          : Optional.empty();
    }
  }
}
