package onceward.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import onceward.localstack.postgres.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.replication.LogSequenceNumber;

/**
 * What each role may do in the databases that the stack creates and the services migrate. The
 * tables of {@code infra/docs/security.md} say it, and each cell is tried by a connection of the
 * role.
 */
final class RightsTest {

  private static final String DENIED = "42501";

  /**
   * Nobody may, whatever the rights: an identity through a view, a view is not truncated, and one
   * of two tables takes no rows.
   */
  private static final Set<String> IMPOSSIBLE = Set.of("428C9", "42809", "55000");

  private static final String NOT_LET_IN = "28000";
  private static final Path PAGE =
      Path.of(System.getProperty("onceward.root", "../.."), "infra", "docs", "security.md");

  private final PostgresServer postgres = RunningSystem.stack().postgres();

  @ParameterizedTest
  @CsvSource({"auth,auth_service", "user,user_service"})
  void tables_are_read_and_written_as_documented(String database, String service)
      throws SQLException, IOException {
    List<String> rows = new ArrayList<>();
    try (Connection asService = postgres.connect(database, service);
        Connection asRelay = postgres.connect(database, "relay")) {
      for (Table table : tables(database)) {
        rows.add(
            "| %s | `%s` | %s | %s |"
                .formatted(
                    database, table.shown(), table.rightsOf(asService), table.rightsOf(asRelay)));
      }
    }

    assertThat(documented("PostgreSQL: tables", "| " + database + " "))
        .isEqualTo(rows.stream().distinct().toList());
  }

  @Test
  void every_table_belongs_to_the_migrator() {
    for (String database : List.of("auth", "user")) {
      assertThat(
              RunningSystem.databases()
                  .texts(
                      database,
                      """
                      select distinct tableowner::text from pg_tables
                      where schemaname not in ('pg_catalog', 'information_schema')
                      """))
          .containsExactly(database + "_migrator");
    }
  }

  @Test
  void databases_are_connected_to_and_replicated_as_documented() throws IOException, SQLException {
    List<String> rows = new ArrayList<>();
    for (String role :
        List.of("auth_migrator", "auth_service", "user_migrator", "user_service", "relay")) {
      rows.add(
          "| `%s` | %s | %s | %s |"
              .formatted(
                  role,
                  where(database -> isLetIn(role, database, "")),
                  where(database -> isLetIn(role, database, "database")),
                  isLetIn(role, "auth", "true") ? "yes" : "–"));
    }

    assertThat(documented("PostgreSQL: databases and replication", "| `")).isEqualTo(rows);
  }

  @Test
  void the_administrator_neither_can_replicate_physically() {
    assertThatThrownBy(() -> open(PostgresServer.ADMIN, "postgres", "true").close())
        .isInstanceOfSatisfying(
            SQLException.class, refused -> assertThat(refused.getSQLState()).isEqualTo(NOT_LET_IN))
        .hasMessageContaining("no pg_hba.conf entry for replication connection");
  }

  /** What the page says of the relay's password: PostgreSQL has no way to keep this from it. */
  @Test
  void who_replicates_logically_can_still_read_the_log_of_the_whole_cluster() throws SQLException {
    String here =
        RunningSystem.databases().texts("auth", "select pg_current_wal_lsn()::text").getFirst();
    try (Connection relay = open("relay", "user", "database");
        var log =
            relay
                .unwrap(PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .physical()
                .withStartPosition(LogSequenceNumber.valueOf(here))
                .start()) {
      assertThat(log.isClosed()).isFalse();
    }
  }

  private String where(Reach reach) throws SQLException {
    List<String> reached = new ArrayList<>();
    for (String database : List.of("auth", "user", "postgres", "template1")) {
      if (reach.reaches(database)) {
        reached.add(database);
      }
    }
    return reached.isEmpty() ? "–" : String.join(", ", reached);
  }

  private interface Reach {
    boolean reaches(String database) throws SQLException;
  }

  private boolean isLetIn(String role, String database, String replication) throws SQLException {
    try {
      open(role, database, replication).close();
      return true;
    } catch (SQLException refused) {
      assertThat(refused.getSQLState()).as(refused.getMessage()).isIn(DENIED, NOT_LET_IN);
      return false;
    }
  }

  private Connection open(String role, String database, String replication) throws SQLException {
    Properties login = new Properties();
    PGProperty.USER.set(login, role);
    PGProperty.PASSWORD.set(login, postgres.password(role));
    if (!replication.isEmpty()) {
      PGProperty.REPLICATION.set(login, replication);
      PGProperty.PREFER_QUERY_MODE.set(login, "simple");
      PGProperty.ASSUME_MIN_SERVER_VERSION.set(login, "18");
    }
    return DriverManager.getConnection(postgres.jdbcUrl(database), login);
  }

  /** The lines of a section of the page that begin so. */
  static List<String> documented(String section, String beginning) throws IOException {
    try (Stream<String> lines = Files.lines(PAGE)) {
      return lines
          .dropWhile(line -> !line.equals("## " + section))
          .skip(1)
          .takeWhile(line -> !line.startsWith("## "))
          .filter(line -> line.startsWith(beginning))
          .toList();
    }
  }

  private List<Table> tables(String database) {
    return RunningSystem.databases()
        .texts(
            database,
            """
            select quote_ident(nspname) || '.' || quote_ident(relname)
            from pg_class join pg_namespace on pg_namespace.oid = relnamespace
            where relkind in ('r', 'p', 'v', 'm', 'f')
              and nspname !~ '^pg_' and nspname <> 'information_schema'
            order by relname
            """)
        .stream()
        .map(name -> new Table(name, columns(database, name)))
        .toList();
  }

  private List<String> columns(String database, String table) {
    return RunningSystem.databases()
        .texts(
            database,
            """
            select quote_ident(attname) from pg_attribute
            where attrelid = ?::regclass and attnum > 0 and not attisdropped and attgenerated = ''
            """,
            table);
  }

  /** A table and the columns that can be written. */
  private record Table(String name, List<String> columns) {

    /** Partitions of one parent have the same rights, and come and go with the days. */
    String shown() {
      return name.replaceFirst("^public\\.", "").replaceFirst("_(\\d{8}|default)$", "_*");
    }

    /** {@code SIUDT}; a small letter for some of the columns, a dash for nothing. */
    String rightsOf(Connection role) throws SQLException {
      String rights =
          ofColumns(role, "S", "explain select %2$s from %1$s")
              + ofColumns(
                  role, "I", "explain insert into %1$s (%2$s) overriding system value select null")
              + ofColumns(role, "U", "explain update %1$s set %2$s = default")
              + (may(role, "explain delete from " + name) ? "D" : "")
              + (may(role, "truncate " + name) ? "T" : "");
      return rights.isEmpty() ? "–" : rights;
    }

    private String ofColumns(Connection role, String letter, String statement) throws SQLException {
      int allowed = 0;
      for (String column : columns) {
        allowed += may(role, statement.formatted(name, column)) ? 1 : 0;
      }
      if (allowed == 0) {
        return "";
      }
      return allowed == columns.size() ? letter : letter.toLowerCase(Locale.ROOT);
    }

    /** Planned and checked by the server, and not carried out. */
    private static boolean may(Connection role, String statement) throws SQLException {
      role.setAutoCommit(false);
      try (var attempt = role.createStatement()) {
        attempt.execute(statement);
        return true;
      } catch (SQLException refused) {
        assertThat(refused.getSQLState())
            .as("%s: %s", statement, refused.getMessage())
            .satisfiesAnyOf(
                state -> assertThat(state).isEqualTo(DENIED),
                state -> assertThat(state).isIn(IMPOSSIBLE));
        return false;
      } finally {
        role.rollback();
      }
    }
  }
}
