package onceward.messaging.start;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
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
 * <p>Objects that are in the database only are nobody's business. Grants are not compared.
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

  /**
   * One partition stands for all others: the parent. Bodies of functions in standard SQL are stored
   * as a tree, which servers print differently. Servers from 18 on have constraints for {@code not
   * null}; those are part of the columns here.
   */
  private static final String LOOK =
      """
      with own as (
        select oid, relname, relkind from pg_class
        where relnamespace = current_schema()::regnamespace and not relispartition)
      select 'column ' || relname || '.' || attname,
             format_type(atttypid, atttypmod) || case when attnotnull then ' not null' else '' end
      from own join pg_attribute on attrelid = own.oid
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
             replace(pg_get_triggerdef(pg_trigger.oid), quote_ident(current_schema()) || '.', '') || case tgenabled when 'D' then ' (disabled)' else '' end
      from own join pg_trigger on tgrelid = own.oid
      where not tgisinternal
      union all
      select 'function ' || proname || '(' || pg_get_function_identity_arguments(oid) || ')',
             case when prosqlbody is null then 'body ' || md5(prosrc) else 'SQL' end
             || case when prosecdef then ', with the rights of its owner' else '' end
      from pg_proc
      where pronamespace = current_schema()::regnamespace and prokind = 'f'
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
   * What a database has.
   *
   * @param in the schema of the tables, which then comes first for the connection; null if it does
   *     anyway
   */
  static Schema present(Connection connection, @Nullable String in) throws SQLException {
    if (in != null) {
      connection.setSchema(in);
    }
    try (var query = connection.createStatement();
        var rows = query.executeQuery(LOOK)) {
      var objects = new TreeMap<String, String>();
      while (rows.next()) {
        // Servers break long definitions into lines.
        objects.put(rows.getString(1), rows.getString(2).replaceAll("\\s+", " "));
      }
      return new Schema(objects);
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
   * An object that another schema lacks, or has otherwise.
   *
   * @param name with the kind before it
   * @param isMissing false if the object has another definition
   */
  record Difference(String name, boolean isMissing) {

    /** Without an index that is not unique statements are slow, and no promise is broken. */
    boolean isOfSpeedOnly() {
      return name.startsWith("index ");
    }

    @Override
    public String toString() {
      return name + (isMissing ? " is missing" : " was changed");
    }
  }

  /** The objects of this schema that another one lacks, or has otherwise, by name. */
  List<Difference> differences(Schema other) {
    return objects.entrySet().stream()
        .filter(object -> !object.getValue().equals(other.objects.get(object.getKey())))
        .map(object -> new Difference(object.getKey(), !other.objects.containsKey(object.getKey())))
        .sorted(Comparator.comparing(Difference::name))
        .toList();
  }
}
