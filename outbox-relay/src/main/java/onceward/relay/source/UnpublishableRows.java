package onceward.relay.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import onceward.relay.source.DatabaseFacts.Unpublishable;
import org.jspecify.annotations.Nullable;

/**
 * Finds the parts of an outbox whose rows the log does not have as inserts into the outbox, also
 * when what kept the rows from the log is over.
 *
 * <p>The rows themselves tell. A row that is older than the attachment of its partition was
 * inserted into another table. A change from unlogged to logged writes all rows anew, in its own
 * transaction; VACUUM FULL and CLUSTER keep the transactions of the rows. A change of a column's
 * type writes all rows anew as well, and changes the description of the column with them.
 *
 * <p>A partition that was made and attached by one transaction had no row before, whatever the ages
 * say: the partitions of the library's outbox are made so. Of other partitions, ages are compared
 * within the last 2³² transactions. A partition that was attached earlier than that, and has later
 * rows, can be reported although it is fit. The other way round, rows that were missed would be
 * hidden. An operator accepts a partition once at most, for the mark stays the same.
 *
 * <p>Rows are appended, so the first pages of a part have its oldest rows. Reads those only when a
 * part was made, attached or rewritten since the last look. Safe for use by many threads.
 */
final class UnpublishableRows {

  // What a row is compared with does not change again until the file or the partition does.
  private static final String PARTS =
      """
      with outbox as (
        select pg_class.oid from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where nspname || '.' || relname = ?)
      select string_agg(format('%s@%s@%s', pg_class.oid, relfilenode, pg_inherits.xmin), ' '
                        order by pg_class.oid, inhparent)
      from (select oid from outbox
            union select relid from outbox, pg_partition_tree(outbox.oid)) parts
      join pg_class on pg_class.oid = parts.oid
      left join pg_inherits on inhrelid = pg_class.oid
      """;

  // By the parent, for the relay's role may not read partitions under their own names. Nothing
  // changes the description of a system column once its table is made: that of ctid is number -1.
  private static final String LOOK =
      """
      with outbox as (
        select pg_class.oid from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where nspname || '.' || relname = ?),
      part as (
        select pg_class.oid, format('%I.%I', nspname, relname) as name, relfilenode,
               relfilenode <> pg_class.oid as is_rewritten
        from (select oid from outbox
              union select relid from outbox, pg_partition_tree(outbox.oid)) parts
        join pg_class on pg_class.oid = parts.oid join pg_namespace on pg_namespace.oid = relnamespace
        where relkind = 'r' and relpersistence = 'p'),
      seen as materialized (
        select tableoid as part, xmin as writer, cmin as command, min(ctid) as place
        from OUTBOX where ctid < '(16,0)' group by 1, 2, 3),
      first_seen as (select distinct on (part) part, writer from seen order by part, place),
      attached as (
        select part.oid, name, pg_inherits.xmin as attacher, pg_inherits.cmin as command,
               made.xmin = pg_inherits.xmin as is_made_attached
        from outbox cross join part cross join pg_partition_ancestors(part.oid) ancestor
        join pg_inherits on inhrelid = ancestor.relid
        join pg_attribute made on made.attrelid = ancestor.relid and made.attnum = -1
        where ancestor.relid <> outbox.oid)
      select 'ATTACHED_WITH_ROWS' as cause, name, format('attached %s@%s', oid, attacher) as mark
      from attached
      where exists (select from seen where part = oid
                    and (not is_made_attached and AGE(writer) > AGE(attacher)
                         or writer = attacher and seen.command::text::bigint < attached.command::text::bigint))
      union all
      select 'UNLOGGED_BEFORE', name, format('rewritten %s@%s', oid, relfilenode)
      from part join first_seen on part = oid
      where is_rewritten
        and exists (select from pg_class of_part
                    where xmin = writer
                      and (of_part.oid in (part.oid, (select reltoastrelid from pg_class where oid = part.oid))
                           or of_part.oid in (select indexrelid from pg_index where indrelid = part.oid)))
        and not exists (select from pg_attribute where attrelid = part.oid and xmin = writer)
      order by 1, 2
      """
          .replace("AGE(writer)", TransactionAge.of("writer"))
          .replace("AGE(attacher)", TransactionAge.of("attacher"));

  /** Whoever rewrites a table keeps readers out; sessions that wait would pile up. */
  private static final String LOCK_MAX = "set lock_timeout = '5s'";

  private final String table;
  private volatile @Nullable Seen seen;

  /**
   * @param table the outbox, with its schema
   */
  UnpublishableRows(String table) {
    this.table = table;
  }

  private record Seen(String parts, List<Unpublishable> unpublishable) {}

  List<Unpublishable> look(Connection connection) throws SQLException {
    var parts = parts(connection);
    var before = seen;
    if (before != null && before.parts().equals(parts)) {
      return before.unpublishable();
    }
    var found = found(connection);
    seen = new Seen(parts, found);
    return found;
  }

  private String parts(Connection connection) throws SQLException {
    try (var select = connection.prepareStatement(PARTS)) {
      select.setString(1, table);
      var row = select.executeQuery();
      row.next();
      return String.valueOf(row.getString(1));
    }
  }

  private List<Unpublishable> found(Connection connection) throws SQLException {
    try (var set = connection.prepareStatement(LOCK_MAX)) {
      set.execute();
    }
    try (var select = connection.prepareStatement(LOOK.replace("from OUTBOX", "from " + table))) {
      select.setString(1, table);
      var rows = select.executeQuery();
      var found = new ArrayList<Unpublishable>();
      while (rows.next()) {
        found.add(
            new Unpublishable(
                Unpublishable.Cause.valueOf(rows.getString("cause")),
                rows.getString("name"),
                rows.getString("mark")));
      }
      return List.copyOf(found);
    }
  }
}
