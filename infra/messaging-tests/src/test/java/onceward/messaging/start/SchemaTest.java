package onceward.messaging.start;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.ApplicationContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import onceward.messaging.start.Schema.Difference;
import onceward.messaging.testkit.TestService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: a service does not run on tables that somebody has changed so that a promise is void, and a
 * migration that was interrupted is completed by the next.
 */
class SchemaTest {

  private static final int ANSWER_SECONDS_MAX = 60;

  /** Flyway's own table. */
  private static final String NOT_OF_MIGRATIONS = ".*flyway_schema_history.*";

  /** A migration that alters the outbox, somewhere in the middle of all. */
  private static final String BEFORE_AN_INDEX_ON_THE_OUTBOX = "0.14";

  private static final Map<String, String> CHANGES =
      Map.of(
          "alter table inbox drop constraint inbox_pkey",
          "constraint inbox.inbox_pkey is missing",
          "alter table outbox disable trigger outbox_append_only",
          "trigger outbox.outbox_append_only was changed",
          "drop function inbox_retain",
          "function inbox_retain(keep_days integer, ahead_days integer) is missing",
          "alter table dead_letter drop column attempts cascade",
          "column dead_letter.attempts is missing",
          "alter table inbox alter column handled_at drop not null",
          "column inbox.handled_at was changed",
          "alter table outbox enable replica trigger outbox_append_only",
          "trigger outbox.outbox_append_only was changed",
          "alter table relay_parked set unlogged",
          "table relay_parked was changed (from logged to not logged)",
          "drop index lost_records_stopped",
          "unique index lost_records_stopped is missing",
          "create or replace function outbox_is_append_only() returns trigger language plpgsql as 'begin return null; end'",
          "function outbox_is_append_only() was changed");

  private TestService service;

  @BeforeEach
  void create() {
    service = TestService.create("shop");
  }

  @AfterEach
  void end() {
    service.close();
  }

  @Test
  void the_list_is_what_the_migrations_make() throws Exception {
    migrate();

    var present = service.look(connection -> Schema.present(connection, null));
    var made = new HashMap<>(present.objects());
    made.keySet().removeIf(name -> name.matches(NOT_OF_MIGRATIONS));
    var written = Path.of("target", "schema.txt");
    Files.writeString(written, new Schema(made).text());

    assertThat(new Schema(made).text())
        .as(
            "copy %s to infra/messaging/src/main/resources/onceward/messaging/schema.txt",
            written.toAbsolutePath())
        .isEqualTo(Schema.expected().text());
  }

  /** Method: looking takes each change back, so that one database does for all. */
  @Test
  void each_change_of_what_promises_rest_on_is_named() throws Exception {
    migrate();
    try (var connection = service.connect();
        var sql = connection.createStatement()) {
      for (var change : CHANGES.entrySet()) {
        connection.setAutoCommit(false);
        sql.execute(change.getKey());
        assertThat(Schema.expected().differences(Schema.present(connection, null)))
            .as(change.getKey())
            .filteredOn(difference -> !difference.isOfSpeedOnly())
            .extracting(Difference::toString)
            .anySatisfy(named -> assertThat(named).startsWith(change.getValue()));
      }
    }
  }

  @Test
  void a_service_does_not_start_on_tables_that_were_changed() throws Exception {
    migrate();
    assertThat(missing()).isEmpty();

    execute("alter table inbox drop constraint inbox_pkey");

    assertThat(missing())
        .hasValueSatisfying(fault ->
            assertThat(fault)
                .contains(
                    "is not as its migrations made it: constraint inbox.inbox_pkey is missing")
                .contains("messaging.changed-schema-allowed=true"));
    assertThat(migrate()).as("the step that migrates says so").isPresent();
    assertThat(with(Migrations::missing, Map.of(Migrations.ALLOWED, "true"))).isEmpty();
  }

  @Test
  void what_breaks_no_promise_lets_a_service_start() throws Exception {
    migrate();
    execute("drop index outbox_by_aggregate");
    execute("create table mine (id int primary key)");
    execute("create index on outbox (type)");
    execute("alter table outbox add column note text");

    assertThat(missing()).isEmpty();
  }

  @Test
  void the_tables_may_be_in_a_schema_of_their_own() throws Exception {
    var in = Map.of("flyway.datasources.migrator.schemas", "Messages");

    assertThat(with(Migrations::run, in)).isEmpty();
    execute("alter table \"Messages\".inbox drop constraint inbox_pkey");

    assertThat(with(Migrations::missing, in))
        .hasValueSatisfying(fault -> assertThat(fault).contains("constraint inbox.inbox_pkey"));
  }

  /** Method: its session is ended while it waits for a table that another session has locked. */
  @Test
  void a_migration_that_was_interrupted_is_completed_by_the_next() throws Exception {
    with(
        Migrations::run,
        Map.of("flyway.datasources.migrator.target", BEFORE_AN_INDEX_ON_THE_OUTBOX));
    try (var other = service.connect();
        var sql = other.createStatement()) {
      other.setAutoCommit(false);
      sql.execute("lock table outbox in access exclusive mode");
      var interrupted = CompletableFuture.supplyAsync(this::migrate);
      await()
          .atMost(ANSWER_SECONDS_MAX, SECONDS)
          .until(() -> endsWaitingSession() && interrupted.isCompletedExceptionally());
    }
    assertThat(missing())
        .hasValueSatisfying(fault -> assertThat(fault).contains("not at the version"));

    assertThat(migrate()).isEmpty();

    assertThat(missing()).isEmpty();
  }

  /** Those that are ended wait no more, so a second look finds none. */
  private boolean endsWaitingSession() throws SQLException {
    return service.look(connection -> {
      try (var sql = connection.createStatement()) {
        return sql.execute(
            """
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'
            """);
      }
    });
  }

  private Optional<String> migrate() {
    return with(Migrations::run, Map.of());
  }

  private Optional<String> missing() {
    return with(Migrations::missing, Map.of());
  }

  private Optional<String> with(
      Function<Migrations, Optional<String>> step, Map<String, String> more) {
    var properties = new HashMap<String, Object>(service.migratorProperties());
    properties.put(
        "flyway.datasources.migrator.locations", "classpath:onceward/messaging/migration");
    properties.putAll(more);
    try (var context = ApplicationContext.builder().properties(properties).build();
        var environment = context.getEnvironment().start()) {
      return step.apply(new Migrations("shop", Migrations.MIGRATOR, environment));
    }
  }

  private void execute(String statement) throws Exception {
    try (var connection = service.connect();
        var sql = connection.createStatement()) {
      sql.execute(statement);
    }
  }
}
