package onceward.relay.preflight;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import onceward.relay.database.DatabaseSettings;

/**
 * What mends the database: commands to paste into a shell, for whoever owns its tables, or one step
 * in words where no command could know enough.
 */
final class DatabaseRemedies {

  private static final String CANARY_TABLE = "relay_canary (beat, slot)";

  private final String pipeline;
  private final DatabaseSettings settings;

  DatabaseRemedies(String pipeline, DatabaseSettings settings) {
    this.pipeline = pipeline;
    this.settings = settings;
  }

  String set(String property, String value) {
    return "set relay.pipelines.%s.%s to %s, and start the relay again"
        .formatted(pipeline, property, value);
  }

  String makeSlot() {
    return psql(List.of(slotMade()));
  }

  String makeSlotAnew() {
    return psql(
        List.of("select pg_drop_replication_slot('%s')".formatted(settings.slot()), slotMade()));
  }

  private String slotMade() {
    return "select pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(settings.slot());
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
        .formatted(name, outbox(outboxColumns), CANARY_TABLE);
  }

  String alterPublication(Collection<String> outboxColumns) {
    return psql(
        List.of(
            "alter publication %s set (publish = 'insert, update', publish_via_partition_root = true)"
                .formatted(settings.publication()),
            "alter publication %s set table %s, %s"
                .formatted(settings.publication(), outbox(outboxColumns), CANARY_TABLE)));
  }

  private String outbox(Collection<String> columns) {
    return "%s (%s)".formatted(settings.table(), String.join(", ", columns));
  }

  String makeCanary() {
    return psql(
        List.of("insert into relay_canary (slot) values ('%s')".formatted(settings.slot())));
  }

  /** Every statement in its place, none read by the shell. */
  String psql(Collection<String> statements) {
    return statements.stream()
        .map(statement -> " -c \"%s\"".formatted(statement.replaceAll("([\"$`\\\\])", "\\\\$1")))
        .collect(
            Collectors.joining(
                "",
                "psql -h %s -p %d -d %s"
                    .formatted(settings.host(), settings.port(), settings.database()),
                ""));
  }
}
