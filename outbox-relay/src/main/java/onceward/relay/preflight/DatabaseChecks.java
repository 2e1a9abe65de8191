package onceward.relay.preflight;

import static onceward.relay.database.SourceDatabase.CANARY;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import onceward.relay.database.DatabaseFacts;
import onceward.relay.database.DatabaseFacts.Publication;
import onceward.relay.database.DatabaseFacts.Slot;
import onceward.relay.database.DatabaseSettings;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;

/** What the database must be like for its outbox to be captured. Asks nobody: it judges facts. */
final class DatabaseChecks {

  private static final Set<String> NEEDED =
      Set.of("id", "aggregatetype", "aggregateid", "type", "payload");
  private static final Set<String> UNDERSTOOD =
      Set.of("aggregateversion", "traceparent", "causationid", "correlationid");
  private static final String BINARY = "bytea";
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
            server(), slot(), outbox(), bypass(), role(), canary(), parking(), publication())
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
          "there is no table " + settings.table(),
          "start the service, whose migrations make it");
    }
    if (!facts.outbox().isTable()) {
      return stop(
          StopReason.OUTBOX_UNFIT,
          "%s is a view: its rows are of other tables".formatted(settings.table()),
          remedies.set("table", "the table itself, and publish that"));
    }
    var lacking = lacking(columns.keySet(), NEEDED);
    if (!lacking.isEmpty()) {
      return stop(
          StopReason.OUTBOX_UNFIT,
          "table %s has no column %s".formatted(settings.table(), String.join(", ", lacking)),
          remedies.set("table", "the outbox"));
    }
    return outboxColumns().stream()
        .filter(column -> BINARY.equals(columns.get(column)))
        .findFirst()
        .flatMap(binary ->
            stop(
                StopReason.OUTBOX_UNFIT,
                "column %s of table %s is of type %s, which is no text"
                    .formatted(binary, settings.table(), BINARY),
                remedies.set("table", "an outbox whose columns are text, json or jsonb")));
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

  private Stop bypassed(String sentence, String statement) {
    return new Stop(StopReason.OUTBOX_BYPASSED, sentence, remedies.psql(List.of(statement)));
  }

  /** What the outbox has of what is understood. */
  private Set<String> outboxColumns() {
    var columns = new TreeSet<>(UNDERSTOOD);
    columns.retainAll(facts.outboxColumns().keySet());
    columns.addAll(NEEDED);
    return columns;
  }

  private Optional<Stop> publication() {
    return facts
        .publication()
        .map(this::publication)
        .orElseGet(() ->
            stop(
                StopReason.PUBLICATION_MISSING,
                "there is no publication " + settings.publication(),
                remedies.makePublication(outboxColumns())));
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
    addLacking(publication, settings.table(), outboxColumns(), faults);
    addLacking(publication, CANARY, CANARY_COLUMNS, faults);
    var others = new TreeSet<>(publication.tables().keySet());
    others.removeAll(List.of(settings.table(), CANARY));
    if (!others.isEmpty()) {
      faults.add("publishes tables that are no outbox: " + String.join(", ", others));
    }
    return faults.isEmpty()
        ? Optional.empty()
        : stop(
            StopReason.PUBLICATION_UNFIT,
            "publication %s %s".formatted(settings.publication(), String.join("; ", faults)),
            publication.allTables() || !publication.schemas().isEmpty() || !others.isEmpty()
                ? remedies.makeAnotherPublication(outboxColumns())
                : remedies.alterPublication(outboxColumns()));
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
    if (published.filter() != null) {
      faults.add("publishes only some rows of %s: where %s".formatted(table, published.filter()));
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
          "grant select, update (beat, beaten_at) on relay_canary to \"%s\""
              .formatted(role.name()));
    }
    if (!role.parks()) {
      rights.add(
          "grant select, insert, update, delete on relay_parked to \"%s\"".formatted(role.name()));
    }
    return rights.isEmpty()
        ? Optional.empty()
        : stop(
            StopReason.ROLE_UNFIT,
            "role %s lacks rights".formatted(role.name()),
            remedies.psql(rights));
  }

  private Optional<Stop> canary() {
    return facts.canary().isPresent()
        ? Optional.empty()
        : stop(
            StopReason.CANARY_MISSING,
            facts.hasCanary()
                ? "relay_canary has no row for slot " + settings.slot()
                : "there is no table relay_canary with its function relay_publication_state",
            facts.hasCanary() ? remedies.makeCanary() : MIGRATE.formatted("V0_7"));
  }

  private Optional<Stop> parking() {
    return facts.parks()
        ? Optional.empty()
        : stop(
            StopReason.PARKING_MISSING,
            "there is no table relay_parked, in which messages wait behind one that is quarantined",
            MIGRATE.formatted("V0_8"));
  }

  private static Optional<Stop> stop(StopReason reason, String sentence, String remedy) {
    return Optional.of(new Stop(reason, sentence, remedy));
  }
}
