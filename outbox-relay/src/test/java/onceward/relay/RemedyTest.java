package onceward.relay;

import static onceward.relay.LonePipeline.ADA;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The remedy that a stopped pipeline names for its database mends it, as it stands. Method: the
 * statements are taken out of the command as a shell would, and run by an administrator.
 */
class RemedyTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private OutboxDatabase database;

  @BeforeEach
  void create() {
    database = OutboxDatabase.create();
  }

  @AfterEach
  void end() throws Exception {
    database.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = current_database()",
        "drop publication outbox",
        "alter publication outbox drop table outbox",
        "alter publication outbox set (publish = 'insert')",
        "alter publication outbox set (publish = 'update')",
        "drop publication outbox; create publication outbox for table outbox, relay_canary",
        "drop publication outbox; do $$ begin execute 'create publication outbox for table relay_canary, ' || (select min(inhrelid::regclass::text) from pg_inherits where inhparent = 'outbox'::regclass) || ' with (publish_via_partition_root = true)'; end $$",
        "alter publication outbox set table outbox where (id is not null), relay_canary (slot, beat)",
        "revoke usage on schema public from public",
        "delete from relay_canary",
        "revoke select on outbox, relay_canary from relay",
        "revoke insert on relay_parked from relay",
        "alter role relay noreplication",
        "create type nothing as enum ()",
        "alter table outbox drop constraint outbox_pkey"
      })
  void what_was_done_to_the_database_is_undone(String statement) throws Exception {
    database.administer(statement);
    try (var pipeline = LonePipeline.start(database.parts())) {
      pipeline.awaitDown(LIMIT, "to mend it: psql -h ");

      for (var mending : statements(pipeline.status().stop().map(Stop::remedy).orElseThrow())) {
        database.administer(mending);
      }

      pipeline.awaitStreaming();
    }
  }

  /** The server changes no type of a column that is published by its name. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "alter aggregateversion type numeric",
        "drop constraint outbox_payload_is_a_json_object, drop constraint outbox_payload_is_at_most_512_kib, alter payload type bytea using convert_to(payload, 'UTF8')",
        "alter correlationid type bytea using null"
      })
  void a_column_of_another_type_is_changed(String change) throws Exception {
    var columns =
        database.ask(
            "select array_to_string(attnames, ', ') from pg_publication_tables where tablename = 'outbox'");
    database.administer(
        "alter publication outbox drop table outbox; alter table outbox %s; alter publication outbox add table outbox (%s)"
            .formatted(change, columns));
    try (var pipeline = LonePipeline.start(database.parts())) {
      pipeline.awaitStopped(StopReason.OUTBOX_UNFIT);

      for (var mending : statements(pipeline.status().stop().map(Stop::remedy).orElseThrow())) {
        database.administer(mending);
      }

      pipeline.awaitStreaming();
    }
  }

  /** What the slot had not passed has its only copy in the outbox, which drops confirmed days. */
  @Test
  void the_command_for_a_missing_slot_keeps_days_that_are_not_published() throws Exception {
    database.dropSlot();
    try (var pipeline = LonePipeline.start(database.parts())) {
      pipeline.awaitStopped(StopReason.SLOT_MISSING);

      for (var mending : statements(pipeline.status().stop().map(Stop::remedy).orElseThrow())) {
        database.administer(mending);
      }

      pipeline.awaitStreaming();
      assertThat(database.ask("select bool_and(doubtful) from outbox_day where not confirmed"))
          .isEqualTo("t");
    }
  }

  /** From PostgreSQL 18 on; before, no command changes a slot. */
  @Test
  void a_slot_made_for_two_phase_commits_is_altered() throws Exception {
    database.dropSlot();
    database.makeTwoPhaseSlot();
    try (var pipeline = LonePipeline.start(database.parts());
        var topic = new TopicReader().createTopic()) {
      database.append(topic.aggregateType(), "a", 1);
      pipeline.awaitStopped(StopReason.SLOT_FOREIGN);

      assertThat(pipeline.status().stop().map(Stop::remedy).orElseThrow())
          .startsWith("psql ")
          .endsWith(
              " replication=database\" -c 'ALTER_REPLICATION_SLOT \"%s\" (TWO_PHASE false)'"
                  .formatted(database.slot()));
      database.alterSlot("TWO_PHASE false");

      pipeline.awaitStreaming();
      topic.atLeast(1);
    }
  }

  @Test
  void the_command_for_a_message_that_no_topic_takes() throws Exception {
    database.administer("alter table outbox drop constraint outbox_aggregatetype_is_a_name");
    assertCommandMends(
        StopReason.MESSAGE_REFUSED,
        "insert into outbox (aggregatetype, aggregateid, aggregateversion, type, payload) values ('one / two', 'a', 1, 'Moved', '{}')");
  }

  @Test
  void the_command_for_a_row_that_is_no_message() throws Exception {
    database.administer("alter table outbox disable trigger outbox_append_only");
    assertCommandMends(StopReason.ROW_UNREADABLE, "update outbox set type = 'Changed'");
  }

  private void assertCommandMends(StopReason reason, String statement) throws Exception {
    try (var topic = new TopicReader().createTopic();
        var pipeline = LonePipeline.start(database.parts())) {
      database.append(topic.aggregateType(), "a", 1);
      database.administer(statement);
      database.append(topic.aggregateType(), "b", 1);
      pipeline.awaitStopped(reason);

      paste(pipeline);

      pipeline.awaitStreaming();
      topic.atLeast(2);
    }
  }

  /** What the command line tells the relay. */
  private static void paste(LonePipeline pipeline) throws InterruptedException {
    var words = pipeline.status().stop().map(Stop::remedy).orElseThrow().split(" ");
    assertThat(words).startsWith("infra/onceward", "relay").hasSize(4);
    switch (words[2]) {
      case "quarantine" ->
          assertThat(pipeline.pipeline().quarantine(UUID.fromString(words[3]), ADA)).isTrue();
      case "resume" -> {
        assertThat(words[3]).isEqualTo(pipeline.pipeline().name());
        pipeline.pipeline().resume(ADA);
      }
      default -> throw new IllegalStateException("no command: " + List.of(words));
    }
  }

  private List<String> statements(String remedy) {
    assertThat(remedy).contains(" -d " + database.name() + " ");
    assertThat(PsqlCommand.withoutStatements(remedy)).doesNotContain(";");
    var statements = PsqlCommand.statements(remedy);
    assertThat(statements).isNotEmpty();
    return statements;
  }
}
