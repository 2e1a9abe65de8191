package onceward.messaging.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import onceward.messaging.testkit.TestService;
import org.flywaydb.core.Flyway;
import org.postgresql.PGConnection;

/**
 * A database that moves to a newer server as by a dump that is restored there: with the function
 * that makes ids, the defaults that call it, and all rows. The other definitions are the same on
 * both servers; the migrations make them.
 */
record Move(OlderServer from, TestService to) {

  private static final String OWNER = "upgraded_migrator";

  private static final String ID_FUNCTION =
      "select pg_get_functiondef(oid) from pg_proc where proname = 'uuidv7' and pronamespace = 'public'::regnamespace";

  /** With an empty search_path, so every name has the schema in which the older server found it. */
  private static final String DEFAULTS =
      """
      select format('alter table %s alter column %I set default %s', adrelid::regclass, attname, pg_get_expr(adbin, adrelid))
      from pg_attrdef join pg_attribute on attrelid = adrelid and attnum = adnum
      where pg_get_expr(adbin, adrelid) like '%uuidv7()'
      """;

  /** Each table, and a list of its columns that are not generated. */
  private static final String TABLES =
      """
      select format('%s (%s)', attrelid::regclass, string_agg(quote_ident(attname), ', ' order by attnum))
      from pg_attribute join pg_class on pg_class.oid = attrelid
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
        and attnum > 0 and not attisdropped and attgenerated = ''
      group by attrelid
      """;

  void run() throws SQLException, IOException {
    try (var older = from.connect();
        var newer = to.connect()) {
      migrate();
      run(newer, "set role " + OWNER);
      for (var function : texts(older, ID_FUNCTION)) {
        run(newer, function);
      }
      run(older, "set search_path = ''");
      run(newer, "set search_path = ''");
      var defaults = texts(older, DEFAULTS);
      assertThat(defaults).isNotEmpty().allMatch(set -> set.endsWith("public.uuidv7()"));
      for (var statement : defaults) {
        run(newer, statement);
      }
      run(newer, "reset role");
      // As for a restore: no triggers, no foreign keys.
      run(newer, "set session_replication_role = replica");
      for (var table : texts(older, TABLES)) {
        copy(older, newer, table);
      }
    }
  }

  private void migrate() {
    var settings = to.migratorProperties();
    var prefix = "flyway.datasources.migrator.";
    Flyway.configure()
        .dataSource(
            settings.get(prefix + "url"),
            settings.get(prefix + "user"),
            settings.get(prefix + "password"))
        .locations("classpath:onceward/messaging/migration")
        .placeholders(
            Map.of(
                "service", settings.getOrDefault(prefix + "placeholders.service", ""),
                "relay", settings.getOrDefault(prefix + "placeholders.relay", ""),
                "slot", settings.getOrDefault(prefix + "placeholders.slot", "")))
        .load()
        .migrate();
  }

  private static void copy(Connection from, Connection to, String table)
      throws SQLException, IOException {
    var name = table.substring(0, table.indexOf(' '));
    var columns = table.substring(name.length() + 2, table.length() - 1);
    run(to, "delete from " + name);
    var rows = new ByteArrayOutputStream();
    from.unwrap(PGConnection.class)
        .getCopyAPI()
        .copyOut("copy (select %s from %s) to stdout".formatted(columns, name), rows);
    to.unwrap(PGConnection.class)
        .getCopyAPI()
        .copyIn(
            "copy %s from stdin".formatted(table), new ByteArrayInputStream(rows.toByteArray()));
  }

  private static void run(Connection connection, String statement) throws SQLException {
    try (var sql = connection.createStatement()) {
      sql.execute(statement);
    }
  }

  private static List<String> texts(Connection connection, String query) throws SQLException {
    try (var select = connection.createStatement();
        var rows = select.executeQuery(query)) {
      var texts = new ArrayList<String>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    }
  }
}
