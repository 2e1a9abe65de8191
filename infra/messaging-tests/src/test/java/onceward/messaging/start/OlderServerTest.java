package onceward.messaging.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: on a server before PostgreSQL 18 the relay can read on from the slot, although such a
 * server fails at what was written between a slot and its publication; and ids are those that
 * PostgreSQL 18 makes.
 */
class OlderServerTest {

  @TempDir private Path directory;
  private OlderServer server;

  @BeforeEach
  void start() {
    server = new OlderServer(directory);
  }

  @AfterEach
  void end() {
    server.close();
  }

  @Test
  void the_slot_is_asked_for_when_there_is_a_publication() throws Exception {
    assertThat(server.migrate())
        .hasValueSatisfying(fault ->
            assertThat(fault)
                .contains("replication slot shop_outbox is missing in database shop")
                .contains("pg_create_logical_replication_slot('shop_outbox', 'pgoutput')"));
    assertThat(server.ask("select pubname from pg_publication")).containsExactly("outbox");
    assertThat(server.migrate()).as("asked for once more").isPresent();

    server.createSlot();
    assertThat(server.migrate()).isEmpty();
    server.asService(append(1));

    assertThat(server.readSlot()).anyMatch(change -> change.contains("4f70656e6564"));
  }

  @Test
  void a_slot_that_came_before_the_publication_is_refused_and_could_not_be_read() throws Exception {
    server.createSlot();
    assertThat(server.migrate())
        .hasValueSatisfying(fault ->
            assertThat(fault)
                .contains("created before the publication, and PostgreSQL 17 cannot read on")
                .contains("pg_drop_replication_slot('shop_outbox')"));
    assertThat(server.ask("select to_regclass('flyway_schema_history')"))
        .as("nothing has been migrated")
        .containsOnlyNulls();

    try (var connection = server.connect();
        var sql = connection.createStatement()) {
      sql.execute("create table noted (id int); insert into noted values (1)");
      sql.execute("create publication outbox for table noted");
      sql.execute("insert into noted values (2)");
    }
    assertThatThrownBy(server::readSlot)
        .hasMessageContaining("publication \"outbox\" does not exist");

    server.dropSlot();
    server.createSlot();
    assertThat(server.readSlot()).isEmpty();
  }

  /** Method: the history has rows that this version does not know, below its highest and above. */
  @Test
  void a_service_runs_and_migrates_beside_a_later_version() throws Exception {
    server.migrate();
    server.createSlot();
    server.migrate();
    for (var later : List.of("0.5.9", "99")) {
      server.execute(
          """
          insert into flyway_schema_history
          select (select max(installed_rank) + 1 from flyway_schema_history), '%s', 'later', type,
                 'V_later.sql', 1, installed_by, now(), 1, true
          from flyway_schema_history where version = '0.1'
          """
              .formatted(later));
    }

    assertThat(server.missing()).isEmpty();
    assertThat(server.migrate()).isEmpty();
    server.execute("delete from flyway_schema_history where version = '0.6'");
    assertThat(server.missing())
        .hasValueSatisfying(fault -> assertThat(fault).contains("migration 0.6"));
  }

  @Test
  void ids_are_of_the_clock_and_ascend_with_it() throws Exception {
    server.migrate();
    var strange =
        server.ask(
            """
            with made as materialized (
              select n, clock_timestamp() as before, uuidv7() as id, clock_timestamp() as after
              from generate_series(1, 20000) n),
            read as (
              select *, lag(before) over (order by n) as before_last, lag(id) over (order by n) as last,
                     to_timestamp(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0) as time
              from made)
            select id from read
            where id::text !~ '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'
               or time not between before - interval '1 ms' and after
               or (id <= last and before > before_last + interval '1 us')
            """);
    assertThat(strange).isEmpty();
    assertThat(server.ask("select count(distinct uuidv7()) from generate_series(1, 20000)"))
        .containsExactly("20000");
  }

  static String append(int version) {
    return "insert into outbox (aggregatetype, aggregateid, aggregateversion, type, payload) values ('thing', 'a', %d, 'Opened', '{}')"
        .formatted(version);
  }
}
