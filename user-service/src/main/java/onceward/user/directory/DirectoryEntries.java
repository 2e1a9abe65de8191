package onceward.user.directory;

import io.micronaut.data.connection.annotation.Connectable;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.transaction.TransactionDefinition.Propagation;
import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import onceward.messaging.readmodel.Generation;

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

  /** Stores what messages say; of each account nothing that is older than the row. */
  @Transactional(propagation = Propagation.MANDATORY)
  void write(Generation generation, List<DirectoryEntry> entries) {
    jdbc.prepareStatement(
        """
        insert into %s as entry (account_id, version, name, search_name) values (?, ?, ?, ?)
        on conflict (account_id) do update
        set version = excluded.version, name = excluded.name, search_name = excluded.search_name
        where entry.version < excluded.version
        """
            .formatted(generation.table()),
        upsert -> {
          for (var entry : entries) {
            var name = entry.name();
            upsert.setObject(1, entry.accountId());
            upsert.setLong(2, entry.version());
            upsert.setString(3, name);
            upsert.setString(4, name == null ? null : SearchName.of(name));
            upsert.addBatch();
          }
          return upsert.executeBatch();
        });
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
