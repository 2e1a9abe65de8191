package onceward.relay.preflight;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import onceward.relay.source.DatabaseFacts.Server;
import onceward.relay.source.DatabaseSettings;
import onceward.relay.source.Fence;
import onceward.relay.source.OutboxColumn;
import org.jspecify.annotations.Nullable;

/**
 * What mends the database: commands to paste into a shell, for whoever owns its tables, or one step
 * in words where no command could know enough.
 */
final class DatabaseRemedies {

  private final String pipeline;
  private final DatabaseSettings settings;
  private final @Nullable String filter;

  DatabaseRemedies(String pipeline, DatabaseSettings settings) {
    this(pipeline, settings, null);
  }

  /**
   * @param filter which rows of the outbox are to be published; null for all
   */
  DatabaseRemedies(String pipeline, DatabaseSettings settings, @Nullable String filter) {
    this.pipeline = pipeline;
    this.settings = settings;
    this.filter = filter;
  }

  String set(String property, String value) {
    return "set relay.pipelines.%s.%s to %s, and start the relay again"
        .formatted(settings.shard().configured(pipeline), property, value);
  }

  /** No command knows which of the slots hold messages that are not published. */
  String changeShards() {
    return "see \"Another number of shards\" in infra/docs/runbook/shards.md, or %s"
        .formatted(set("shards", "the number of shards that the outbox has"));
  }

  /** Its own pipeline knows its command. */
  String mendShard(int number) {
    var shard = settings.shard();
    return "do what pipeline %s-%d says in infra/onceward relay status, or %s"
        .formatted(
            shard.configured(pipeline),
            number,
            set("shards", "the number of shards that the outbox has"));
  }

  String makeSlot(Server on) {
    return psql(List.of(keepDays(), slotMade(on)));
  }

  String makeSlotAnew(Server on) {
    return psql(
        List.of(
            keepDays(),
            "select pg_drop_replication_slot('%s')".formatted(settings.slot()),
            slotMade(on)));
  }

  /**
   * The new slot confirms places that it has never seen, and the retention of the library's outbox
   * would drop days whose messages nobody has published. An outbox of others has no such table.
   */
  private String keepDays() {
    return "do 'begin if to_regclass(''%1$s'') is not null then update %1$s set doubtful = true where not confirmed; end if; end'"
        .formatted(settings.schema() + ".outbox_day");
  }

  /** One that follows to standbys, where the server knows such. */
  private String slotMade(Server on) {
    return "select pg_create_logical_replication_slot('%s', 'pgoutput'%s)"
        .formatted(settings.slot(), on.hasFailoverSlots() ? ", failover => true" : "");
  }

  /** The slot may not be in use meanwhile. */
  String haveSlotFollow() {
    return "infra/onceward relay pause %1$s && %2$s; infra/onceward relay resume %1$s"
        .formatted(pipeline, alterSlot("FAILOVER true"));
  }

  /** Nobody reads from the slot of a pipeline that has stopped. */
  String haveSlotWaitForCommits(Server on) {
    return on.altersTwoPhase() ? alterSlot("TWO_PHASE false") : makeSlotAnew(on);
  }

  /** No function alters a slot. The relay's own role may. */
  private String alterSlot(String option) {
    return "psql \"host=%s port=%d dbname='%s' user='%s' replication=database\" -c 'ALTER_REPLICATION_SLOT \"%s\" (%s)'"
        .formatted(
            settings.host(),
            settings.port(),
            settings.database(),
            settings.username(),
            settings.slot(),
            option);
  }

  String makePublication(Collection<String> outboxColumns) {
    return psql(List.of(publicationMade(settings.publication(), outboxColumns)));
  }

  /** One that somebody else may read by as well is left as it is. */
  String makeAnotherPublication(Collection<String> outboxColumns) {
    var name = "outbox".equals(settings.publication()) ? settings.slot() : "outbox";
    return "%s, and %s"
        .formatted(psql(List.of(publicationMade(name, outboxColumns))), set("publication", name));
  }

  private String publicationMade(String name, Collection<String> outboxColumns) {
    return "create publication %s for table %s, %s with (publish = 'insert, update', publish_via_partition_root = true)"
        .formatted(identifier(name), outbox(outboxColumns), canary());
  }

  String alterPublication(Collection<String> outboxColumns) {
    return psql(
        List.of(
            "alter publication %s set (publish = 'insert, update', publish_via_partition_root = true)"
                .formatted(identifier(settings.publication())),
            published(outbox(outboxColumns))));
  }

  private String canary() {
    return settings.canary() + " (beat, slot)";
  }

  private String outbox(Collection<String> columns) {
    return "%s (%s)%s"
        .formatted(
            settings.table(), String.join(", ", columns), filter == null ? "" : " where " + filter);
  }

  String makeCanary() {
    return psql(
        List.of(
            "insert into %s (slot) values ('%s')".formatted(settings.canary(), settings.slot())));
  }

  /**
   * Has the outbox refuse every insert. Waits for transactions that have inserted, and keeps others
   * from inserting meanwhile, so not for long.
   */
  String makeFence() {
    return psql(
        "psql -1",
        List.of(
            "set local lock_timeout = '10s'",
            "create or replace function %s() returns trigger language plpgsql as '%s'"
                .formatted(fence(), Fence.BODY.replace("'", "''")),
            "create or replace trigger %s before insert on %s for each row execute function %s()"
                .formatted(Fence.NAME, settings.table(), fence())));
  }

  /**
   * Lets rows be appended again. The table is locked before its partitions, as inserts do: dropping
   * a trigger alone locks the partitions first, and can end in a deadlock with inserts.
   */
  String dropFence() {
    return psql(
        "psql -1",
        List.of(
            "lock table " + settings.table(),
            "drop trigger if exists %s on %s".formatted(Fence.NAME, settings.table())));
  }

  private String fence() {
    return "%s.%s".formatted(settings.schema(), Fence.NAME);
  }

  /** Refused by the server if anything is of that type. */
  String dropType(String name) {
    return psql(List.of("drop type " + name));
  }

  /**
   * Where the values can be kept; else it is no column of an outbox.
   *
   * @param outboxColumns the published columns, if the publication is for this outbox alone: the
   *     server changes no type of a column that a publication lists
   */
  String changeType(OutboxColumn column, String type, Collection<String> outboxColumns) {
    if (column == OutboxColumn.ID) {
      return set("table", "an outbox whose id is of type uuid");
    }
    var name = column.columnName();
    var wanted = column.types().getFirst();
    var value =
        "bytea".equals(type)
            ? "convert_from(%s, 'UTF8')".formatted(name)
            : "%s::%s".formatted(name, wanted);
    var change =
        "alter table %s alter column %s type %s using %s"
            .formatted(settings.table(), name, wanted, value);
    return outboxColumns.isEmpty()
        ? psql(List.of(change))
        : psql(
            "psql -1",
            List.of(published(settings.table()), change, published(outbox(outboxColumns))));
  }

  private String published(String outbox) {
    return "alter publication %s set table %s, %s"
        .formatted(identifier(settings.publication()), outbox, canary());
  }

  /** Every statement in its place, none read by the shell. */
  String psql(Collection<String> statements) {
    return psql("psql", statements);
  }

  private String psql(String command, Collection<String> statements) {
    return statements.stream()
        .map(statement -> " -c \"%s\"".formatted(statement.replaceAll("([\"$`\\\\])", "\\\\$1")))
        .collect(
            Collectors.joining(
                "",
                "%s -h %s -p %d -d %s"
                    .formatted(
                        command, settings.host(), settings.port(), quoted(settings.database())),
                ""));
  }

  private static String identifier(String name) {
    return name.matches("[a-z_][a-z0-9_]*") ? name : "\"%s\"".formatted(name);
  }

  private static String quoted(String word) {
    return word.matches("[\\w.-]+") ? word : "'%s'".formatted(word.replace("'", "'\\''"));
  }
}
