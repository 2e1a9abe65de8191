package onceward.messaging.start;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What instances of the version before rely on while they run beside this version, on tables that
 * this version has migrated: everything that they use is there and unchanged, and nothing that they
 * write is refused. Later migrations add; whatever else they do to objects of the version before is
 * a breach. Immutable.
 *
 * @param before what the migrations of the version before make
 * @param now what all migrations make of it
 */
record UpgradeContract(Map<String, String> before, Map<String, String> now) {

  /**
   * What {@link Schema} does not list: rights, results of functions, what the publication
   * publishes, and the columns that a constraint or an index is about.
   */
  private static final String MORE =
      """
      with own as (
        select pg_class.oid, relname, relkind, relowner, relacl
        from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where nspname = current_schema() and not relispartition), rights as (
        select relname as name, relowner as owner, privilege_type, grantee
        from own cross join aclexplode(relacl)
        union all
        select relname || '.' || attname, relowner, privilege_type, grantee
        from own join pg_attribute on attrelid = own.oid cross join aclexplode(attacl)
        where not attisdropped
        union all
        select proname, proowner, privilege_type, grantee
        from pg_proc join pg_namespace on pg_namespace.oid = pronamespace
             cross join aclexplode(coalesce(proacl, acldefault('f', proowner)))
        where nspname = current_schema())
      select 'right ' || lower(privilege_type) || ' on ' || name || ' of '
             || case grantee when 0 then 'everybody' else pg_get_userbyid(grantee) end, 'granted'
      from rights where grantee <> owner
      union all
      select 'result of ' || proname || '(' || pg_get_function_identity_arguments(pg_proc.oid) || ')',
             pg_get_function_result(pg_proc.oid)
      from pg_proc join pg_namespace on pg_namespace.oid = pronamespace
      where nspname = current_schema() and prokind = 'f'
      union all
      select 'publication ' || pubname || ' of ' || tablename, attnames::text
      from pg_publication_tables where schemaname = current_schema()
      union all
      select 'columns of constraint ' || relname || '.' || conname,
             relname || ' ' || coalesce(
               (select string_agg(attname, ' ') from pg_attribute
                where attrelid = own.oid and attnum = any (conkey)), '*')
      from own join pg_constraint on conrelid = own.oid
      where contype in ('p', 'u', 'c', 'f', 'x')
      union all
      select 'columns of unique index ' || index.relname, own.relname || ' *'
      from own join pg_index on indrelid = own.oid join pg_class index on index.oid = indexrelid
      where indisunique
      """;

  private static final Pattern BODY = Pattern.compile("body [0-9a-f]+|SQL");

  private static final Pattern REFERENCES = Pattern.compile(" REFERENCES (?<table>\\w+)\\(");

  private static final String CASCADE = "ON DELETE CASCADE";

  private static final Set<String> NOT_RELIED_ON = Set.of("index", "columns");

  /**
   * The objects of a database that the contract is about. Leaves the connection without a
   * transaction.
   */
  static Map<String, String> look(Connection connection) throws SQLException {
    var objects = new HashMap<String, String>();
    try (var look = connection.createStatement();
        var rows = look.executeQuery(MORE)) {
      while (rows.next()) {
        objects.put(rows.getString(1), rows.getString(2));
      }
    }
    // Last, because this ends the transaction.
    objects.putAll(Schema.present(connection, null).objects());
    return objects;
  }

  /** One sentence for each object that breaks the contract, by the name of the object. */
  Map<String, String> breaches() {
    var breaches = new TreeMap<String, String>();
    before.forEach((name, definition) ->
        ofOld(name, definition).ifPresent(why -> breaches.put(name, name + " " + why)));
    now.keySet().stream()
        .filter(name -> !before.containsKey(name))
        .forEach(name -> ofNew(name).ifPresent(why -> breaches.put(name, name + " " + why)));
    return breaches;
  }

  private Optional<String> ofOld(String name, String definition) {
    if (NOT_RELIED_ON.contains(kind(name))) {
      return Optional.empty();
    }
    var found = now.get(name);
    if (found == null) {
      return Optional.of("is gone, and the version before uses it");
    }
    return reliedOn(name, definition).equals(reliedOn(name, found))
        ? Optional.empty()
        : Optional.of(
            "was changed from %s to %s, and the version before goes by the former"
                .formatted(definition, found));
  }

  private Optional<String> ofNew(String name) {
    return switch (kind(name)) {
      case "column" ->
          isLeftOutByInserts(name)
              ? Optional.empty()
              : Optional.of(
                  "is new and not null without a default: inserts of the version before fail");
      case "constraint", "unique" ->
          isAboutNewColumnsOnly(name)
              ? keepsRows(name)
              : Optional.of("is new: it may refuse rows that the version before writes");
      case "trigger" ->
          isOld(tableOf(name))
              ? Optional.of("is new: it sees and may refuse rows that the version before writes")
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private boolean isLeftOutByInserts(String column) {
    var definition = now.getOrDefault(column, "");
    return !isOld(tableOf(column))
        || !definition.contains(" not null")
        || definition.contains(" default ")
        || definition.endsWith(" identity");
  }

  /** Columns that the version before leaves null; a key of those is never equal to another. */
  private boolean isAboutNewColumnsOnly(String rule) {
    var tableAndColumns = words(now.getOrDefault("columns of " + rule, ""));
    var table = tableAndColumns.getFirst();
    return !isOld(table)
        || tableAndColumns.stream()
            .skip(1)
            .allMatch(column -> {
              var name = "column %s.%s".formatted(table, column);
              return now.containsKey(name)
                  && !before.containsKey(name)
                  && !now.getOrDefault(name, "").contains(" default ");
            });
  }

  private Optional<String> keepsRows(String rule) {
    var definition = now.getOrDefault(rule, "");
    var references = REFERENCES.matcher(definition);
    return references.find() && isOld(references.group("table")) && !definition.contains(CASCADE)
        ? Optional.of("is new: it may keep rows that the version before deletes")
        : Optional.empty();
  }

  private boolean isOld(String table) {
    return before.containsKey("table " + table);
  }

  private static String kind(String name) {
    return words(name).getFirst();
  }

  private static String tableOf(String name) {
    return words(name).getLast().split("\\.", 2)[0];
  }

  /** What a function does may be mended; its arguments are part of its name. */
  private static String reliedOn(String name, String definition) {
    return kind(name).equals("function") ? BODY.matcher(definition).replaceFirst("") : definition;
  }

  private static List<String> words(String text) {
    return List.of(text.split(" "));
  }
}
