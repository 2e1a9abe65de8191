package onceward.messaging.start;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the library's migrations make, object by object, and what a database has of it. The promises
 * of the library rest on these objects: without the inbox's primary key an effect happens twice,
 * and nothing else would say so.
 *
 * <p>Additional objects are ignored. Grants, rules and the definitions of views are not compared.
 *
 * @param objects by kind and name, such as {@code column inbox.message_id}; each with its
 *     definition
 */
record Schema(Map<String, String> objects) {

  /**
   * Written by {@code SchemaTest} from a database that has just been migrated. One line is one
   * object: kind and name, a tab, the definition.
   */
  private static final String RESOURCE = "/onceward/messaging/schema.txt";

  private static final String SEPARATOR = "\t";

  /** For one transaction: behind a pooler the next one may run in another session. */
  private static final String IN_SCHEMA = "select set_config('search_path', quote_ident(?), true)";

  /**
   * One partition stands for all others: the parent. Bodies of functions in standard SQL are stored
   * as a tree, which servers print differently. Servers from 18 on have constraints for {@code not
   * null}; those are part of the columns here.
   */
  private static final String LOOK =
      """
      with own as (
        select pg_class.oid, relname, relkind, relpersistence, relrowsecurity
        from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where nspname = current_schema() and not relispartition)
      select 'table ' || relname,
             case relpersistence when 'p' then 'logged' else 'not logged' end
             || case when relrowsecurity then ', with row security' else '' end
      from own where relkind in ('r', 'p')
      union all
      select 'column ' || relname || '.' || attname,
             format_type(atttypid, atttypmod) || case when attnotnull then ' not null' else '' end
             || coalesce(' default ' || pg_get_expr(adbin, adrelid), '')
             || case attidentity when '' then '' else ' identity' end
      from own join pg_attribute on attrelid = own.oid
           left join pg_attrdef on adrelid = own.oid and adnum = attnum
      where relkind in ('r', 'p', 'v') and attnum > 0 and not attisdropped
      union all
      select 'constraint ' || relname || '.' || conname, pg_get_constraintdef(pg_constraint.oid)
      from own join pg_constraint on conrelid = own.oid
      where contype in ('p', 'u', 'c', 'f', 'x')
      union all
      select case when indisunique then 'unique index ' else 'index ' end || index.relname,
             replace(pg_get_indexdef(index.oid), quote_ident(current_schema()) || '.', '')
      from own join pg_index on indrelid = own.oid join pg_class index on index.oid = indexrelid
      where own.relkind in ('r', 'p') and indisvalid
        and not exists (select from pg_constraint where conindid = indexrelid and conrelid = indrelid)
      union all
      select 'trigger ' || relname || '.' || tgname,
             replace(pg_get_triggerdef(pg_trigger.oid), quote_ident(current_schema()) || '.', '')
             || case tgenabled when 'O' then '' when 'D' then ' (disabled)' else ' (not for every session)' end
      from own join pg_trigger on tgrelid = own.oid
      where not tgisinternal
      union all
      select 'function ' || proname || '(' || pg_get_function_identity_arguments(pg_proc.oid) || ')',
             case when prosqlbody is null
                  then 'body ' || left(encode(sha256(convert_to(prosrc, 'UTF8')), 'hex'), 32) else 'SQL' end
             || case when prosecdef then ', with the rights of its owner' else '' end
             || coalesce(
                  (select ', sets ' || string_agg(split_part(setting, '=', 1), ' ') from unnest(proconfig) setting), '')
      from pg_proc join pg_namespace on pg_namespace.oid = pronamespace
      where nspname = current_schema() and prokind = 'f'
      """;

  /** What this version of the library expects. */
  static Schema expected() {
    try (InputStream resource = Schema.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new IllegalStateException(
            "the library's own " + RESOURCE + " is not on the class path");
      }
      return of(new String(resource.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /**
   * What a database has. Leaves the connection without a transaction.
   *
   * @param in the schema of the tables; null for the one that comes first for the connection
   */
  static Schema present(Connection connection, @Nullable String in) throws SQLException {
    connection.setAutoCommit(false);
    try (var schema = connection.prepareStatement(IN_SCHEMA);
        var look = connection.createStatement()) {
      if (in != null) {
        schema.setString(1, in);
        schema.execute();
      }
      try (var rows = look.executeQuery(LOOK)) {
        var objects = new TreeMap<String, String>();
        while (rows.next()) {
          // Servers break long definitions into lines.
          objects.put(rows.getString(1), rows.getString(2).replaceAll("\\s+", " "));
        }
        return new Schema(objects);
      }
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private static Schema of(String text) {
    return new Schema(
        text.lines()
            .map(line -> line.split(SEPARATOR, 2))
            .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1])));
  }

  /** As {@link #expected()} reads it. */
  String text() {
    return new TreeMap<>(objects)
        .entrySet().stream()
            .map(object -> object.getKey() + SEPARATOR + object.getValue() + "\n")
            .collect(Collectors.joining());
  }

  /**
   * An object that another schema lacks or defines differently.
   *
   * @param name with the kind before it
   * @param expected its definition in this schema
   * @param found its definition in the other one; null if that lacks it
   */
  record Difference(String name, String expected, @Nullable String found) {

    private static final int DEFINITION_MAX = 200;

    /** Without an index that is not unique statements are slow, and no promise is broken. */
    boolean isOfSpeedOnly() {
      return name.startsWith("index ");
    }

    @Override
    public String toString() {
      return found == null
          ? "%s is missing (%s)".formatted(name, shortened(expected))
          : "%s was changed (from %s to %s)".formatted(name, shortened(expected), shortened(found));
    }

    private static String shortened(String definition) {
      return definition.length() <= DEFINITION_MAX
          ? definition
          : definition.substring(0, DEFINITION_MAX) + "…";
    }
  }

  /** The objects of this schema that another one lacks or defines differently, by name. */
  List<Difference> differences(Schema other) {
    return new TreeMap<>(objects)
        .entrySet().stream()
            .map(object ->
                new Difference(
                    object.getKey(), object.getValue(), other.objects.get(object.getKey())))
            .filter(object -> !object.expected().equals(object.found()))
            .toList();
  }
}
