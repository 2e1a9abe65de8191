package onceward.user.directory;

import io.micronaut.data.connection.annotation.Connectable;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.transaction.TransactionDefinition.Propagation;
import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import onceward.messaging.readmodel.Generation;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the directory. Writes to the generation that is asked for, and reads the live one.
 * Safe for use by many threads; writing fails without a transaction.
 */
@Singleton
@Connectable
class DirectoryEntries {

  private static final String LAST_CHARACTER = Character.toString(Character.MAX_CODE_POINT);

  private final JdbcOperations jdbc;

  DirectoryEntries(JdbcOperations jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Stores what messages say, in one statement; of each account nothing that is older than the row.
   * In the order of the accounts, so that two writers wait for each other in one order.
   */
  @Transactional(propagation = Propagation.MANDATORY)
  void write(Generation generation, List<DirectoryEntry> entries) {
    var latest = latest(entries);
    jdbc.prepareStatement(
        """
        insert into %s as entry (account_id, version, name, search_name)
        select * from unnest(?, ?, ?, ?)
        on conflict (account_id) do update
        set version = excluded.version, name = excluded.name, search_name = excluded.search_name
        where entry.version < excluded.version
        """
            .formatted(generation.table()),
        upsert -> {
          setArray(upsert, 1, "uuid", latest.stream().map(DirectoryEntry::accountId));
          setArray(upsert, 2, "int8", latest.stream().map(DirectoryEntry::version));
          setArray(upsert, 3, "text", latest.stream().map(DirectoryEntry::name));
          setArray(upsert, 4, "text", latest.stream().map(DirectoryEntries::searchName));
          return upsert.executeUpdate();
        });
  }

  /** One entry of each account: a statement may not write a row twice. */
  private static Collection<DirectoryEntry> latest(List<DirectoryEntry> entries) {
    var latest = new TreeMap<UUID, DirectoryEntry>();
    for (var entry : entries) {
      latest.merge(
          entry.accountId(),
          entry,
          (known, other) -> other.version() > known.version() ? other : known);
    }
    return latest.values();
  }

  private static @Nullable String searchName(DirectoryEntry entry) {
    return entry.name() == null ? null : SearchName.of(entry.name());
  }

  private static void setArray(
      PreparedStatement statement, int index, String type, Stream<?> values) throws SQLException {
    statement.setArray(index, statement.getConnection().createArrayOf(type, values.toArray()));
  }

  /**
   * The people that a search finds, by name. Reads a range of the index: without LIKE, no character
   * of a prefix has a meaning of its own.
   */
  List<DirectoryEntry> find(DirectorySearch search) {
    return jdbc.prepareStatement(
        """
        select account_id, version, name from directory
        where name is not null and (search_name, account_id) > (?, ?) and search_name < ?
        order by search_name, account_id limit ?
        """,
        select -> {
          select.setString(1, search.after().searchName());
          select.setObject(2, search.after().accountId());
          select.setString(3, search.prefix() + LAST_CHARACTER);
          select.setInt(4, search.limit());
          var row = select.executeQuery();
          var found = new ArrayList<DirectoryEntry>();
          while (row.next()) {
            found.add(
                new DirectoryEntry(row.getObject(1, UUID.class), row.getLong(2), row.getString(3)));
          }
          return found;
        });
  }
}
