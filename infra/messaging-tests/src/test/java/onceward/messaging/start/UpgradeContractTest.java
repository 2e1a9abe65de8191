package onceward.messaging.start;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import onceward.messaging.testkit.TestService;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: instances of the version before run beside this version on tables that this version has
 * migrated. Method: a database with the migrations of the version before is migrated to this
 * version, and what both had is compared.
 */
class UpgradeContractTest {

  /**
   * The files of the version before, one a line. At a release, list the files of that release here
   * and empty {@link #BREACHES}.
   */
  private static final String OF_VERSION_BEFORE = "migrations-of-version-before.txt";

  private static final Path MIGRATIONS =
      Path.of("..", "messaging", "src", "main", "resources", "onceward", "messaging", "migration");

  private static final String LIBRARY = "classpath:onceward/messaging/migration";

  /**
   * Known breaches. The README tells operators what each means while versions replace each other.
   */
  private static final Set<String> BREACHES =
      Set.of(
          "constraint replay.replay_mode_is_known",
          "constraint lost_records.lost_records_cause_is_known");

  private static final Map<String, String> NOT_ADDITIVE =
      Map.ofEntries(
          Map.entry(
              "alter table outbox drop column causationid cascade",
              "column outbox.causationid is gone"),
          Map.entry(
              "alter table inbox drop constraint inbox_pkey",
              "constraint inbox.inbox_pkey is gone"),
          Map.entry(
              "alter table outbox add column tenant text not null",
              "column outbox.tenant is new and not null without a default"),
          Map.entry(
              "alter table dead_letter alter column type set not null",
              "column dead_letter.type was changed from text to text not null"),
          Map.entry(
              "alter table dead_letter alter column state drop default",
              "column dead_letter.state was changed"),
          Map.entry(
              "alter table consumed_partition alter column next_offset type numeric",
              "column consumed_partition.next_offset was changed from bigint"),
          Map.entry(
              "alter table outbox add constraint short check (length(type) < 20)",
              "constraint outbox.short is new"),
          Map.entry(
              "alter table dead_letter add column tenant text, add constraint pair check (tenant <> type)",
              "constraint dead_letter.pair is new"),
          Map.entry(
              "create unique index once on dead_letter (message_id)", "unique index once is new"),
          Map.entry(
              "create trigger mine before insert on inbox for each row execute function outbox_is_append_only()",
              "trigger inbox.mine is new"),
          Map.entry(
              "drop function inbox_retain; create function inbox_retain(keep_days bigint, ahead_days int) returns int return 1",
              "function inbox_retain(keep_days integer, ahead_days integer) is gone"),
          Map.entry(
              "drop function inbox_retain; create function inbox_retain(keep_days int, ahead_days int) returns int return 1",
              "result of inbox_retain(keep_days integer, ahead_days integer) was changed"),
          Map.entry(
              "alter function outbox_retain(int, int) security invoker",
              "function outbox_retain(keep_days integer, ahead_days integer) was changed"),
          Map.entry(
              "create table mine (replay uuid constraint one references replay)",
              "constraint mine.one is new: it may keep rows"),
          Map.entry("drop view dead_letter_audit", "column dead_letter_audit.id is gone"),
          Map.entry("drop table consumed_type", "table consumed_type is gone"),
          Map.entry(
              "revoke update on consumed_key from shop_service",
              "right update on consumed_key of shop_service is gone"),
          Map.entry(
              "revoke insert (type) on outbox from shop_service",
              "right insert on outbox.type of shop_service is gone"),
          Map.entry(
              "revoke select on outbox from relay", "right select on outbox of relay is gone"),
          Map.entry(
              "revoke execute on function inbox_retain from shop_service",
              "right execute on inbox_retain of shop_service is gone"),
          Map.entry(
              "alter publication outbox set table outbox (id, type)",
              "publication outbox of outbox was changed"));

  private static final List<String> ADDITIVE =
      List.of(
          "alter table outbox add column tenant text",
          "alter table outbox add column tenant text not null default 'x'",
          "alter table dead_letter add column tenant text check (tenant <> '')",
          "create table mine (id int primary key, name text not null unique, replay uuid references replay on delete cascade)",
          "create index mine on dead_letter (message_id)",
          "create function mine() returns int return 1",
          "create or replace function messaging_today() returns date return current_date",
          "grant delete on inbox to shop_service");

  @TempDir private Path directory;
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
  void migrations_since_the_version_before_only_add() throws Exception {
    // This version's list has more, so nothing is compared yet.
    assertThat(
            with(
                Migrations::run,
                "filesystem:" + versionBefore(),
                Map.of(Migrations.ALLOWED, "true")))
        .isEmpty();
    var before = service.look(UpgradeContract::look);
    migrate();
    var contract = new UpgradeContract(before, service.look(UpgradeContract::look));

    assertThat(contract.breaches().entrySet())
        .as(
            "the version before runs on these tables while instances are replaced. Let the migration add only, and take away what is left over one version later")
        .filteredOn(breach -> !BREACHES.contains(breach.getKey()))
        .extracting(Map.Entry::getValue)
        .isEmpty();
    assertThat(contract.breaches().keySet()).as("known ones that are none").containsAll(BREACHES);
    assertThat(with(Migrations::missing, LIBRARY)).as("is complete").isEmpty();
  }

  /** Or an operator would have to close all letters before the upgrade. */
  @Test
  void letters_of_the_version_before_stand_behind_what_was_parked_before_them() throws Exception {
    with(Migrations::run, "filesystem:" + versionBefore(), Map.of(Migrations.ALLOWED, "true"));
    try (var connection = service.connect();
        var sql = connection.createStatement()) {
      sql.execute(
          """
          insert into parked_message (consumer, topic, kafka_partition, kafka_offset, key, message_id,
                                      type, version, header_names, header_values)
          values ('c', 't', 0, 11, 'killed', gen_random_uuid(), 'T', 1, '{}', '{}'),
                 ('c', 't', 0, 13, 'killed', gen_random_uuid(), 'T', 3, '{}', '{}'),
                 ('c', 't', 0, 10, 'anew', gen_random_uuid(), 'T', 2, '{}', '{}');
          insert into dead_letter (consumer, topic, kafka_partition, kafka_offset, key, reason,
                                   exception, stack_digest, attempts, failed_at)
          values ('c', 't', 0, 12, 'killed', 'kills-the-process', 'E', 'd', 3, now()),
                 ('c', 't', 0, 5000, 'anew', 'poison', 'E', 'd', 3, now() - interval '1 hour')
          """);
    }
    migrate();

    assertThat(parkedBefore("killed")).containsExactly(11L);
    assertThat(parkedBefore("anew")).isEmpty();
  }

  /** The offsets of the messages that are parked before the letter of the key. */
  private List<Long> parkedBefore(String key) throws Exception {
    return service.look(connection -> {
      var offsets = new ArrayList<Long>();
      try (var select =
          connection.prepareStatement(
              """
              select parked.kafka_offset from parked_message parked join dead_letter letter using (key)
              where key = ? and parked.position < letter.position order by 1
              """)) {
        select.setString(1, key);
        var rows = select.executeQuery();
        while (rows.next()) {
          offsets.add(rows.getLong(1));
        }
      }
      return offsets;
    });
  }

  /** As this version will, once it is the version before. */
  @Test
  void a_service_that_knows_fewer_migrations_starts() throws Exception {
    migrate();

    assertThat(with(Migrations::missing, "filesystem:" + versionBefore())).isEmpty();
  }

  /** Method: each change is taken back, so that one database does for all. */
  @Test
  void each_change_that_is_more_than_an_addition_is_named() throws Exception {
    migrate();
    var all = new SoftAssertions();
    for (var change : NOT_ADDITIVE.entrySet()) {
      all.assertThat(breachesOf(change.getKey()))
          .as(change.getKey())
          .anySatisfy(breach -> assertThat(breach).startsWith(change.getValue()));
    }
    all.assertAll();
  }

  @Test
  void additions_are_no_breach() throws Exception {
    migrate();
    for (var addition : ADDITIVE) {
      assertThat(breachesOf(addition)).as(addition).isEmpty();
    }
  }

  private List<String> breachesOf(String change) throws Exception {
    var before = service.look(UpgradeContract::look);
    try (var connection = service.connect();
        var sql = connection.createStatement()) {
      connection.setAutoCommit(false);
      sql.execute(change);
      var now = UpgradeContract.look(connection);
      return List.copyOf(new UpgradeContract(before, now).breaches().values());
    }
  }

  /** The migrations of the version before, in a directory of their own. */
  private Path versionBefore() throws IOException {
    var known = namesOfVersionBefore();
    assertThat(known)
        .as("migrations that have landed stay")
        .allSatisfy(name -> assertThat(MIGRATIONS.resolve(name)).exists());
    try (var files = Files.list(MIGRATIONS)) {
      for (var file : files.toList()) {
        var name = file.getFileName().toString();
        if (known.contains(name.replaceFirst("\\.conf$", "")) || name.startsWith("before")) {
          Files.copy(file, directory.resolve(name));
        }
      }
    }
    return directory.toAbsolutePath();
  }

  private static Set<String> namesOfVersionBefore() throws IOException {
    try (var list = UpgradeContractTest.class.getResourceAsStream(OF_VERSION_BEFORE)) {
      return new String(list.readAllBytes(), UTF_8)
          .lines()
          .filter(not(String::isBlank))
          .collect(Collectors.toSet());
    }
  }

  private void migrate() {
    assertThat(with(Migrations::run, LIBRARY)).isEmpty();
  }

  private Optional<String> with(Function<Migrations, Optional<String>> step, String locations) {
    return with(step, locations, Map.of());
  }

  private Optional<String> with(
      Function<Migrations, Optional<String>> step, String locations, Map<String, String> more) {
    var properties = new HashMap<String, Object>(service.migratorProperties());
    properties.put("flyway.datasources.migrator.locations", locations);
    properties.put("flyway.datasources.migrator.out-of-order", "true");
    properties.putAll(more);
    try (var context = ApplicationContext.builder().properties(properties).build();
        var environment = context.getEnvironment().start()) {
      return step.apply(new Migrations("shop", Migrations.MIGRATOR, environment));
    }
  }
}
