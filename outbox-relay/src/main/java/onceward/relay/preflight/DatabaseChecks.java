package onceward.relay.preflight;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import onceward.relay.database.DatabaseFacts;
import onceward.relay.database.DatabaseFacts.Publication;
import onceward.relay.database.DatabaseFacts.Slot;
import onceward.relay.database.DatabaseSettings;
import onceward.relay.database.OutboxColumn;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;

/** What the database must be like for its outbox to be captured. Asks nobody: it judges facts. */
final class DatabaseChecks {

  /** The server passes on such text as it is, and the capture ends at what is no UTF-8. */
  private static final String NO_ENCODING = "SQL_ASCII";

  private static final Set<String> CANARY_COLUMNS = Set.of("slot", "beat");
  private static final String MIGRATE =
      "start the service once with its migrations, of which %s of onceward.messaging makes it; for an outbox of others, make it as standalone.sql does";

  private final DatabaseSettings settings;
  private final DatabaseFacts facts;
  private final DatabaseRemedies remedies;

  DatabaseChecks(String pipeline, DatabaseSettings settings, DatabaseFacts facts) {
    this.settings = settings;
    this.facts = facts;
    this.remedies = new DatabaseRemedies(pipeline, settings);
  }

  /** The first thing that is wrong. */
  Optional<Stop> stop() {
    return Stream.of(
            server(), content(), slot(), outbox(), role(), canary(), parking(), publication())
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<Stop> server() {
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
                remedies.makeSlot()));
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
          remedies.makeSlotAnew());
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
              ? "start the service, whose migrations make it"
              : remedies.set("table", "the outbox, and .schema to where relay_canary is"));
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
        .filter(publication -> !publication.allTables())
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

  /** What a publication that is made now had better tell. */
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
    if (!publication.inserts()) {
      faults.add("no inserts");
    }
    if (!publication.updates()) {
      faults.add("no updates, which the canary makes");
    }
    if (!publication.viaRoot()) {
      faults.add("partitions under their own names");
    }
    addLacking(publication, settings.table(), names(column -> !column.mayBeLeftOut()), faults);
    addLacking(publication, settings.canary(), CANARY_COLUMNS, faults);
    addAlike(publication, faults);
    var others = new TreeSet<>(publication.tables().keySet());
    others.removeAll(List.of(settings.table(), settings.canary()));
    if (!others.isEmpty()) {
      faults.add("tables that are no outbox: " + String.join(", ", others));
    }
    return faults.isEmpty()
        ? Optional.empty()
        : stop(
            StopReason.PUBLICATION_UNFIT,
            "publication %s tells %s".formatted(settings.publication(), String.join("; ", faults)),
            publication.allTables() || !others.isEmpty()
                ? remedies.makeAnotherPublication(toPublish())
                : remedies.alterPublication(toPublish()));
  }

  private static void addLacking(
      Publication publication, String table, Set<String> needed, List<String> faults) {
    var published = publication.tables().get(table);
    if (published == null) {
      faults.add("nothing of table " + table);
      return;
    }
    var lacking = lacking(published.columns(), needed);
    if (!lacking.isEmpty()) {
      faults.add("not these columns of %s: %s".formatted(table, String.join(", ", lacking)));
    }
    if (published.filter() != null) {
      faults.add("only some rows of %s: where %s".formatted(table, published.filter()));
    }
  }

  /** Debezium 3.6 does not tell them apart, and ends. */
  private void addAlike(Publication publication, List<String> faults) {
    var published = publication.tables().get(settings.table());
    var seen = new HashSet<String>();
    if (published != null) {
      published.columns().stream()
          .sorted()
          .filter(column -> !seen.add(column.toLowerCase(Locale.ROOT)))
          .map("columns of one name but for the case, as %s"::formatted)
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
          remedies.psql(List.of("alter role \"%s\" nosuperuser".formatted(role.name()))));
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
            "there is no table %s, in which messages wait behind one that is quarantined"
                .formatted(settings.parked()),
            MIGRATE.formatted("V0_8"));
  }

  private static Optional<Stop> stop(StopReason reason, String sentence, String remedy) {
    return Optional.of(new Stop(reason, sentence, remedy));
  }
}
