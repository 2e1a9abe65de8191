package onceward.relay.preflight;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import onceward.relay.source.DatabaseFacts;
import onceward.relay.source.DatabaseFacts.Publication;
import onceward.relay.source.DatabaseFacts.Server;
import onceward.relay.source.DatabaseFacts.Slot;
import onceward.relay.source.DatabaseSettings;
import onceward.relay.source.OutboxColumn;
import onceward.relay.source.Shard;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import org.jspecify.annotations.Nullable;

/** What the database must be like for its outbox to be captured. Asks nobody: it judges facts. */
final class DatabaseChecks {

  /** The server passes on such text as it is, and the capture ends at what is no UTF-8. */
  private static final String NO_ENCODING = "SQL_ASCII";

  private static final String AGGREGATE_ID = OutboxColumn.AGGREGATEID.columnName();
  private static final Set<String> CANARY_COLUMNS = Set.of("slot", "beat");
  private static final String MIGRATE =
      "run the service's step migrate (java -jar SERVICE.jar migrate), of which %s of onceward.messaging makes it; for an outbox of others, make it as standalone.sql does";

  private final DatabaseSettings settings;
  private final DatabaseFacts facts;
  private final DatabaseRemedies remedies;

  DatabaseChecks(String pipeline, DatabaseSettings settings, DatabaseFacts facts) {
    this.settings = settings;
    this.facts = facts;
    this.remedies = new DatabaseRemedies(pipeline, settings, filter(settings.shard().number()));
  }

  /** The first thing that is wrong. */
  Optional<Stop> stop() {
    return Stream.of(
            server(),
            content(),
            slot(),
            outbox(),
            division(),
            bypass(),
            role(),
            canary(),
            parking(),
            publication(),
            otherShards(),
            doubling())
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<Stop> server() {
    var server = facts.server();
    if (!server.isSupported()) {
      return stop(
          StopReason.DATABASE_UNFIT,
          "the server is PostgreSQL %s; allowed: %d and newer"
              .formatted(server.version(), Server.OLDEST),
          remedies.set("host", "a server of such a version, to which the database has moved"));
    }
    return facts.readOnly()
        ? stop(
            StopReason.DATABASE_READ_ONLY,
            "the server is a standby",
            remedies.set("host", "the primary"))
        : Optional.empty();
  }

  private Optional<Stop> content() {
    var content = facts.content();
    if (NO_ENCODING.equals(content.encoding())) {
      return stop(
          StopReason.DATABASE_UNFIT,
          "database %s has the encoding %s: its text may be of any, and what is no UTF-8 cannot be captured"
              .formatted(settings.database(), NO_ENCODING),
          remedies.set("database", "a copy of this one with encoding UTF8"));
    }
    return content.unreadableTypes().stream()
        .sorted()
        .findFirst()
        .flatMap(type ->
            stop(
                StopReason.DATABASE_UNFIT,
                "type %s of database %s counts as an enumeration and has no values of its own, at which the capture would end"
                    .formatted(type, settings.database()),
                remedies.dropType(type)));
  }

  private Optional<Stop> slot() {
    return facts
        .slot()
        .map(this::slot)
        .orElseGet(() ->
            stop(
                StopReason.SLOT_MISSING,
                "there is no replication slot " + settings.slot(),
                isDivided() ? remedies.makeSlot(facts.server()) : remedies.changeShards()));
  }

  /** Whether there are slots of this number of shards at all. */
  private boolean isDivided() {
    var shard = settings.shard();
    return !shard.isPart()
        || IntStream.range(0, shard.count())
            .mapToObj(shard::slot)
            .anyMatch(facts.layout().slots()::contains);
  }

  private Optional<Stop> slot(Slot slot) {
    if (!"pgoutput".equals(slot.plugin()) || !settings.database().equals(slot.database())) {
      return stop(
          StopReason.SLOT_FOREIGN,
          slot.plugin() == null
              ? "slot %s is a physical one, which decodes nothing".formatted(settings.slot())
              : "slot %s decodes database %s with plugin %s, not database %s with pgoutput"
                  .formatted(settings.slot(), slot.database(), slot.plugin(), settings.database()),
          remedies.set(
              "slot", "a slot of database %s with pgoutput".formatted(settings.database())));
    }
    if (slot.invalidationReason() != null
        || "lost".equals(slot.walStatus())
        || slot.confirmed() == null) {
      return stop(
          StopReason.SLOT_INVALIDATED,
          "the server invalidated slot %s (%s): log that it needed is gone"
              .formatted(
                  settings.slot(),
                  slot.invalidationReason() == null ? slot.walStatus() : slot.invalidationReason()),
          remedies.makeSlotAnew(facts.server()));
    }
    if (slot.twoPhase()) {
      return stop(
          StopReason.SLOT_FOREIGN,
          "slot %s was made with two_phase: the server would send prepared transactions before they are committed, as messages that the relay does not read"
              .formatted(settings.slot()),
          remedies.haveSlotWaitForCommits(facts.server()));
    }
    return Optional.empty();
  }

  private Optional<Stop> outbox() {
    var columns = facts.outboxColumns();
    if (columns.isEmpty()) {
      return stop(
          StopReason.OUTBOX_UNFIT,
          "there is no table " + settings.table() + elsewhere(settings.table()),
          elsewhere(settings.table()).isEmpty()
              ? "run the service's step migrate (java -jar SERVICE.jar migrate), which makes it"
              : remedies.set("table", "the outbox, and .schema to where relay_canary is"));
    }
    if (!facts.outbox().isTable()) {
      return stop(
          StopReason.OUTBOX_BYPASSED,
          "%s is a view: its rows are of other tables".formatted(settings.table()),
          remedies.set("table", "the table itself, and publish that"));
    }
    var lacking = lacking(columns.keySet(), names(OutboxColumn::isRequired));
    if (!lacking.isEmpty()) {
      return stop(
          StopReason.OUTBOX_UNFIT,
          "table %s has no column %s".formatted(settings.table(), String.join(", ", lacking)),
          remedies.set("table", "the outbox"));
    }
    return outboxColumns().flatMap(column -> type(column).stream()).findFirst();
  }

  /** Whether its rows can be divided between shards, so that each stays where it is. */
  private Optional<Stop> division() {
    if (!settings.shard().isPart()) {
      return Optional.empty();
    }
    var type = facts.outboxColumns().get(AGGREGATE_ID);
    if (type == null || !Shard.types().contains(type)) {
      return stop(
          StopReason.OUTBOX_UNFIT,
          "column %s of table %s is of type %s, by which rows cannot be divided between shards; allowed: %s"
              .formatted(
                  AGGREGATE_ID,
                  settings.table(),
                  type,
                  String.join(", ", new TreeSet<>(Shard.types()))),
          remedies.set("shards", "1"));
    }
    var shifting = facts.layout().shifting();
    return shifting.isEmpty()
        ? Optional.empty()
        : stop(
            StopReason.OUTBOX_UNFIT,
            "the replica identity of %s has column %s: an update could move a row to another shard, which would publish the row again"
                .formatted(String.join(", ", shifting), AGGREGATE_ID),
            remedies.psql(
                shifting.stream()
                    .map("alter table %s replica identity default"::formatted)
                    .toList()));
  }

  /**
   * Whether all shards are there, and those of no other number of shards: what a slot holds that no
   * pipeline reads from is not published.
   */
  private Optional<Stop> otherShards() {
    var shard = settings.shard();
    var strange =
        Stream.concat(
                shard.isPart() ? Stream.of(shard.slots()) : Stream.empty(),
                IntStream.range(shard.isPart() ? shard.count() : 0, Shard.COUNT_MAX)
                    .filter(this::isPublished)
                    .mapToObj(shard::slot))
            .filter(facts.layout().slots()::contains)
            .toList();
    if (!strange.isEmpty()) {
      return stop(
          StopReason.SLOT_FOREIGN,
          "the outbox is published as %s, and there is slot %s of another number of shards: what that holds would not be published, or twice"
              .formatted(shard.isPart() ? shard.count() + " shards" : shard, strange.getFirst()),
          remedies.changeShards());
    }
    return IntStream.range(0, shard.isPart() ? shard.count() : 0)
        .filter(other -> other != shard.number())
        .mapToObj(this::otherShard)
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<Stop> otherShard(int number) {
    var shard = settings.shard();
    if (!facts.layout().slots().contains(shard.slot(number))) {
      return stop(
          StopReason.SLOT_MISSING,
          "there is no replication slot %s of shard %d of %d"
              .formatted(shard.slot(number), number, shard.count()),
          remedies.mendShard(number));
    }
    var filter = facts.layout().filters().get(shard.publication(number));
    return Objects.equals(filter, filter(number))
        ? Optional.empty()
        : stop(
            StopReason.PUBLICATION_MISSING,
            "there is no publication %s with the rows of shard %d of %d%s"
                .formatted(
                    shard.publication(number),
                    number,
                    shard.count(),
                    filter == null ? "" : ", but with those where " + filter),
            remedies.mendShard(number));
  }

  /** Whether a publication of a part of that number publishes one, of whatever number of parts. */
  private boolean isPublished(int number) {
    var filter = facts.layout().filters().get(settings.shard().publication(number));
    return filter != null && Shard.isFilter(filter);
  }

  /** The filter of the publication of a part of that number; null for all rows. */
  private @Nullable String filter(int number) {
    var type = facts.outboxColumns().get(AGGREGATE_ID);
    return type == null ? null : settings.shard().filter(number, type).orElse(null);
  }

  /** The first way in which rows of the outbox do not come out of its log under its name. */
  private Optional<Stop> bypass() {
    var outbox = facts.outbox();
    return Stream.of(
            outbox.unlogged().stream()
                .map(part ->
                    bypassed(
                        "rows of %s are not written to the log: it is unlogged".formatted(part),
                        "alter table %s set logged".formatted(part))),
            outbox.foreign().stream()
                .map(part ->
                    bypassed(
                        "rows of %s are not written to the log: it is a foreign table"
                            .formatted(part),
                        "alter table %s detach partition %s".formatted(settings.table(), part))),
            outbox.children().stream()
                .map(child ->
                    bypassed(
                        "rows of %s are not published with those of %s, from which it inherits"
                            .formatted(child, settings.table()),
                        "alter table %s no inherit %s".formatted(child, settings.table()))),
            outbox.rules().stream()
                .map(rule ->
                    bypassed(
                        "rule %s of %s does something else instead of an insert"
                            .formatted(rule.name(), rule.table()),
                        "drop rule %s on %s".formatted(rule.name(), rule.table()))),
            outbox.redirects().stream()
                .map(trigger ->
                    bypassed(
                        "trigger %s of %s inserts rows elsewhere"
                            .formatted(trigger.name(), trigger.table()),
                        "drop trigger %s on %s".formatted(trigger.name(), trigger.table()))))
        .flatMap(stops -> stops)
        .findFirst();
  }

  /** Consumers take the second of two messages with one id for the first, come again. */
  private Optional<Stop> doubling() {
    var parts = facts.outbox().doubling();
    return parts.isEmpty()
        ? Optional.empty()
        : stop(
            StopReason.OUTBOX_UNFIT,
            "%s takes two rows with one id, of which consumers drop the second as a repetition: there is no unique index on id"
                .formatted(String.join(", ", parts)),
            remedies.psql(
                parts.stream()
                    .map("create unique index concurrently on %s (id)"::formatted)
                    .toList()));
  }

  private Stop bypassed(String sentence, String statement) {
    return new Stop(StopReason.OUTBOX_BYPASSED, sentence, remedies.psql(List.of(statement)));
  }

  private Optional<Stop> type(OutboxColumn column) {
    var type = String.valueOf(facts.outboxColumns().get(column.columnName()));
    return column.types().contains(type) || isLeftOut(column)
        ? Optional.empty()
        : stop(
            StopReason.OUTBOX_UNFIT,
            "column %s of table %s is of type %s; allowed: %s"
                .formatted(
                    column.columnName(), settings.table(), type, String.join(", ", column.types())),
            remedies.changeType(column, type, isPublishedAlone() ? toPublish() : List.of()));
  }

  /** Whether the publication is for this outbox, and may be altered for its sake. */
  private boolean isPublishedAlone() {
    return facts
        .publication()
        .filter(publication -> !publication.allTables() && publication.schemas().isEmpty())
        .map(publication -> publication.tables().keySet())
        .filter(Set.of(settings.table(), settings.canary())::equals)
        .isPresent();
  }

  /** In which schema there is one, if not in that of the settings. */
  private String elsewhere(String table) {
    var name = table.substring(table.indexOf('.'));
    var found = facts.elsewhere().stream().filter(other -> other.endsWith(name)).sorted().toList();
    return found.isEmpty() ? "" : ", but " + String.join(", ", found);
  }

  private boolean isLeftOut(OutboxColumn column) {
    return column.mayBeLeftOut()
        && facts
            .publication()
            .map(publication -> publication.tables().get(settings.table()))
            .filter(published -> !published.columns().contains(column.columnName()))
            .isPresent();
  }

  /** What the outbox has of what makes up a message. */
  private Stream<OutboxColumn> outboxColumns() {
    return Stream.of(OutboxColumn.values())
        .filter(column ->
            column.isRequired() || facts.outboxColumns().containsKey(column.columnName()));
  }

  private Set<String> names(Predicate<OutboxColumn> which) {
    return outboxColumns()
        .filter(which)
        .map(OutboxColumn::columnName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The columns that a new publication should publish. */
  private Set<String> toPublish() {
    return names(column -> true);
  }

  private Optional<Stop> publication() {
    return facts
        .publication()
        .map(this::publication)
        .orElseGet(() ->
            stop(
                StopReason.PUBLICATION_MISSING,
                "there is no publication " + settings.publication(),
                remedies.makePublication(toPublish())));
  }

  private Optional<Stop> publication(Publication publication) {
    var faults = new ArrayList<String>();
    if (publication.allTables()) {
      faults.add("publishes all tables, also those to come");
    }
    if (!publication.schemas().isEmpty()) {
      faults.add(
          "publishes all tables of schema %s, also those to come"
              .formatted(String.join(", ", new TreeSet<>(publication.schemas()))));
    }
    if (!publication.inserts()) {
      faults.add("does not publish inserts");
    }
    if (!publication.updates()) {
      faults.add("does not publish updates, of which the canary's are");
    }
    if (!publication.viaRoot()) {
      faults.add("publishes partitions under their own names");
    }
    addLacking(publication, settings.table(), names(column -> !column.mayBeLeftOut()), faults);
    addLacking(publication, settings.canary(), CANARY_COLUMNS, faults);
    addFilter(publication, settings.table(), filter(settings.shard().number()), faults);
    addFilter(publication, settings.canary(), null, faults);
    addAlike(publication, faults);
    var others = new TreeSet<>(publication.tables().keySet());
    others.removeAll(List.of(settings.table(), settings.canary()));
    if (!others.isEmpty()) {
      faults.add("publishes tables that are no outbox: " + String.join(", ", others));
    }
    return faults.isEmpty()
        ? Optional.empty()
        : stop(
            StopReason.PUBLICATION_UNFIT,
            "publication %s %s".formatted(settings.publication(), String.join("; ", faults)),
            publication.allTables() || !publication.schemas().isEmpty() || !others.isEmpty()
                ? remedies.makeAnotherPublication(toPublish())
                : remedies.alterPublication(toPublish()));
  }

  private static void addLacking(
      Publication publication, String table, Set<String> needed, List<String> faults) {
    var published = publication.tables().get(table);
    if (published == null) {
      faults.add("publishes nothing of table " + table);
      return;
    }
    var lacking = lacking(published.columns(), needed);
    if (!lacking.isEmpty()) {
      faults.add(
          "does not publish these columns of %s: %s".formatted(table, String.join(", ", lacking)));
    }
  }

  /**
   * @param wanted the filter that it should have; null for none
   */
  private void addFilter(
      Publication publication, String table, @Nullable String wanted, List<String> faults) {
    var published = publication.tables().get(table);
    if (published == null || Objects.equals(published.filter(), wanted)) {
      return;
    }
    if (wanted == null) {
      faults.add("publishes only some rows of %s: where %s".formatted(table, published.filter()));
    } else if (published.filter() == null) {
      faults.add(
          "publishes all rows of %s, and not only those of %s".formatted(table, settings.shard()));
    } else {
      faults.add(
          "publishes other rows of %s than those of %s: where %s"
              .formatted(table, settings.shard(), published.filter()));
    }
  }

  /** Debezium 3.6 takes such columns for one, and ends. */
  private void addAlike(Publication publication, List<String> faults) {
    var published = publication.tables().get(settings.table());
    var seen = new HashSet<String>();
    if (published != null) {
      published.columns().stream()
          .sorted()
          .filter(column -> !seen.add(column.toLowerCase(Locale.ROOT)))
          .map("publishes columns whose names differ only in case, as %s"::formatted)
          .forEach(faults::add);
    }
  }

  private static Set<String> lacking(Set<String> columns, Set<String> needed) {
    var lacking = new TreeSet<>(needed);
    lacking.removeAll(columns);
    return lacking;
  }

  private Optional<Stop> role() {
    var role = facts.role();
    if (role.superuser()) {
      return stop(
          StopReason.ROLE_UNFIT,
          "role %s is a superuser: whoever learns its password owns the server"
              .formatted(role.name()),
          role.bootstrap()
              ? remedies.set(
                  "username", "a role of its own, as outbox-relay/standalone.sql makes it")
              : remedies.psql(List.of("alter role \"%s\" nosuperuser".formatted(role.name()))));
    }
    var rights = new ArrayList<String>();
    if (!role.replicates()) {
      rights.add("alter role \"%s\" replication".formatted(role.name()));
    }
    for (var schema : role.closedSchemas()) {
      rights.add("grant usage on schema %s to \"%s\"".formatted(schema, role.name()));
    }
    if (!role.readsOutbox()) {
      rights.add("grant select on %s to \"%s\"".formatted(settings.table(), role.name()));
    }
    if (!role.movesCanary()) {
      rights.add(
          "grant select, update (beat, beaten_at) on %s to \"%s\""
              .formatted(settings.canary(), role.name()));
    }
    if (!role.parks()) {
      rights.add(
          "grant select, insert, update, delete on %s to \"%s\""
              .formatted(settings.parked(), role.name()));
    }
    return rights.isEmpty()
        ? Optional.empty()
        : stop(
            StopReason.ROLE_UNFIT,
            "role %s lacks rights".formatted(role.name()),
            remedies.psql(rights));
  }

  private Optional<Stop> canary() {
    if (facts.canary().isPresent()) {
      return Optional.empty();
    }
    if (facts.hasCanary()) {
      return stop(
          StopReason.CANARY_MISSING,
          "%s has no row for slot %s".formatted(settings.canary(), settings.slot()),
          remedies.makeCanary());
    }
    var elsewhere = elsewhere(settings.canary());
    return stop(
        StopReason.CANARY_MISSING,
        "there is no table %s with its function relay_publication_state%s"
            .formatted(settings.canary(), elsewhere),
        elsewhere.isEmpty()
            ? MIGRATE.formatted("V0_7")
            : remedies.set("schema", "the schema of that table"));
  }

  private Optional<Stop> parking() {
    return facts.parks()
        ? Optional.empty()
        : stop(
            StopReason.PARKING_MISSING,
            "there is no table %s with a column state, in which parked messages are kept"
                .formatted(settings.parked()),
            MIGRATE.formatted("V0_12"));
  }

  private static Optional<Stop> stop(StopReason reason, String sentence, String remedy) {
    return Optional.of(new Stop(reason, sentence, remedy));
  }
}
