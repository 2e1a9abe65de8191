package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import onceward.messaging.testkit.TestServers;
import onceward.relay.stop.StopReason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A pipeline does not start on a database that is not what it takes it for: it names what is wrong,
 * publishes nothing, and leaves the slot as it is. What one command mends is in {@link RemedyTest},
 * what could lose messages in {@link PreflightTest}.
 */
@Tag("every-postgres")
class UnfitDatabaseTest extends OutboxAndTopic {

  @BeforeEach
  void appendOne() throws Exception {
    database.append(topic.aggregateType(), "a", 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          alter table outbox rename to gone                 | OUTBOX_UNFIT    | there is no table public.outbox
          alter table outbox rename column payload to body  | OUTBOX_UNFIT    | table public.outbox has no column payload
          alter publication outbox drop table outbox; alter table outbox alter aggregateversion type numeric | OUTBOX_UNFIT | column aggregateversion of table public.outbox is of type numeric; allowed: bigint, integer, smallint; to mend it: psql
          alter publication outbox drop table outbox; alter table outbox alter correlationid type bytea using null | OUTBOX_UNFIT | column correlationid of table public.outbox is of type bytea
          alter publication outbox drop table outbox; alter table outbox alter type type name | OUTBOX_UNFIT | column type of table public.outbox is of type name
          alter table outbox drop constraint outbox_pkey    | OUTBOX_UNFIT    | public.outbox_default takes two rows with one id
          alter table outbox drop constraint outbox_pkey; create index on outbox (id); create unique index on outbox (id, type); create unique index on outbox_default (id) where type = 'a' | OUTBOX_UNFIT | public.outbox_default takes two rows with one id
          create type nothing as enum () | DATABASE_UNFIT | type public.nothing of database
          create type color as enum ('red'); create domain shade as color | DATABASE_UNFIT | type public.shade of database
          create schema app; alter table outbox set schema app | OUTBOX_UNFIT | there is no table public.outbox, but app.outbox
          create schema app; alter table relay_canary set schema app | CANARY_MISSING | there is no table public.relay_canary with its function relay_publication_state, but app.relay_canary; to mend it: set relay.pipelines.
          drop table relay_parked                           | PARKING_MISSING | there is no table public.relay_parked
          alter table relay_parked drop column state        | PARKING_MISSING | there is no table public.relay_parked with a column state
          """)
  void tables(String statement, StopReason reason, String sentence) throws Exception {
    database.administer(statement);
    assertStopped(reason, sentence);
  }

  @Test
  void text_of_any_encoding() throws Exception {
    database.administer(
        "create database %s template template0 encoding 'SQL_ASCII' locale 'C'"
            .formatted(database.name() + "_ascii"));
    var parts = database.parts(Map.of("database", database.name() + "_ascii"), Map.of());
    try (var pipeline = LonePipeline.start(parts)) {
      pipeline.awaitStopped(
          LIMIT, StopReason.DATABASE_UNFIT, database.name() + "_ascii has the encoding SQL_ASCII");
    }
  }

  @Test
  void a_slot_of_another_database() throws Exception {
    database.dropSlot();
    try (var other = TestServers.postgres().connect("postgres");
        var statement = other.createStatement()) {
      statement.execute(
          "select pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(database.slot()));
    }
    try {
      assertStopped(
          StopReason.SLOT_FOREIGN,
          "decodes database postgres with plugin pgoutput, not database " + database.name());
    } finally {
      database.dropSlot();
    }
  }

  @Test
  void a_slot_that_decodes_nothing() throws Exception {
    database.dropSlot();
    database.administer(
        "select pg_create_physical_replication_slot('%s', true)".formatted(database.slot()));
    assertStopped(StopReason.SLOT_FOREIGN, "is a physical one");
  }

  @Test
  void a_slot_that_decodes_what_is_not_committed_yet() throws Exception {
    database.dropSlot();
    database.makeTwoPhaseSlot();
    assertStopped(StopReason.SLOT_FOREIGN, "was made with two_phase");
  }

  private void assertStopped(StopReason reason, String sentence) throws Exception {
    var slot = slot();
    try (var pipeline = LonePipeline.start(database.parts())) {
      pipeline.awaitStopped(LIMIT, reason, sentence);
    }
    assertThat(topic.readOn()).isEmpty();
    assertThat(slot()).isEqualTo(slot);
  }

  private String slot() {
    return database.ask(
        "select concat(confirmed_flush_lsn, ' ', restart_lsn) from pg_replication_slots where slot_name = '%s'"
            .formatted(database.slot()));
  }
}
