package onceward.cli.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import onceward.localstack.Commands;
import org.junit.jupiter.api.Test;

/** Whoever is woken reads what is wrong, what mends it, and where to read on. */
class PipelinesTableTest {

  @Test
  void below_the_table_stands_what_is_to_be_done_about_those_that_are_not_well() throws Exception {
    var table =
        table(
            """
            [{"pipeline":"user","state":"STREAMING","since":"2026-11-21T11:10:08.123Z",
              "sentence":"captures and publishes","published":120,"restarts":0,
              "canaryAgeSeconds":3.7,"retainedBytes":419430},
             {"pipeline":"auth","state":"STOPPED","since":"2026-11-21T11:12:31Z",
              "sentence":"there is no replication slot auth_outbox","reason":"slot-missing",
              "remedy":"psql -c \\"select 1\\"","published":0,"restarts":0},
             {"pipeline":"bill","state":"STOPPED","since":"2026-11-21T11:12:31Z",
              "sentence":"too large","reason":"message-refused","message":"7",
              "remedy":"have Kafka take it, then run infra/onceward relay resume bill",
              "published":0,"restarts":0},
             {"pipeline":"shop","state":"BACKING_OFF","since":"2026-11-21T11:12:31Z",
              "sentence":"the database does not answer","published":0,"restarts":3}]
            """);

    assertThat(table.text())
        .isEqualTo(
            """
            PIPELINE    STATE        SINCE                    CANARY   RETAINED  PUBLISHED  RESTARTS  REASON
            user        STREAMING    2026-11-21T11:10:08Z      3.7 s    0.4 MiB        120  0         captures and publishes
            auth        STOPPED      2026-11-21T11:12:31Z          -          -          0  0         slot-missing
            bill        STOPPED      2026-11-21T11:12:31Z          -          -          0  0         message-refused
            shop        BACKING_OFF  2026-11-21T11:12:31Z          -          -          0  3         see below

            auth: there is no replication slot auth_outbox
              to mend it: psql -c "select 1"
              read: infra/docs/runbook/slot-missing.md

            bill: too large
              to mend it: have Kafka take it, then run infra/onceward relay resume --home /srv/stack bill
              or quarantine the message: infra/onceward relay quarantine --home /srv/stack 7
              read: infra/docs/runbook/message-refused.md

            shop: the database does not answer
            """);
    assertThat(table.areWell()).isFalse();
  }

  @Test
  void the_history_of_a_pipeline_says_when_it_became_what_and_why() throws Exception {
    var table =
        table(
            """
            [{"pipeline":"user","state":"STREAMING","since":"2026-11-21T11:10:08.123Z",
              "history":[
                {"at":"2026-11-21T11:09:58.1Z","from":"STREAMING","to":"BACKING_OFF",
                 "cause":"Kafka does not answer"},
                {"at":"2026-11-21T11:10:08.123Z","from":"PREFLIGHT","to":"STREAMING",
                 "cause":"captures and publishes"},
                {"at":"2026-11-21T11:11:00Z","from":"STREAMING","to":"STOPPED",
                 "cause":"paused: an operator paused it","operator":"ada","role":"operator","address":"10.0.0.7"}]}]
            """);

    assertThat(table.history())
        .isEqualTo(
            """

            history of user:
              2026-11-21T11:09:58Z  STREAMING   -> BACKING_OFF  Kafka does not answer
              2026-11-21T11:10:08Z  PREFLIGHT   -> STREAMING    captures and publishes
              2026-11-21T11:11:00Z  STREAMING   -> STOPPED      paused: an operator paused it; by ada (operator, from 10.0.0.7)
            """);
  }

  @Test
  void what_is_to_be_mended_although_messages_flow_stands_below() throws Exception {
    var table =
        table(
            """
            [{"pipeline":"user","state":"STREAMING","since":"2026-11-21T11:10:08Z",
              "sentence":"captures and publishes","warnings":["a:5432 is a primary too"],
              "published":0,"restarts":0}]
            """);

    assertThat(table.text()).endsWith("\nWARNING user: a:5432 is a primary too\n");
    assertThat(table.areWell()).isTrue();
  }

  @Test
  void nothing_stands_below_when_all_are_well() throws Exception {
    var table =
        table(
            """
            [{"pipeline":"user","state":"STANDBY","since":"2026-11-21T11:10:08Z",
              "sentence":"session 7 holds the slot","published":0,"restarts":0}]
            """);

    assertThat(table.text()).hasLineCount(2);
    assertThat(table.areWell()).isTrue();
  }

  private static PipelinesTable table(String json) throws Exception {
    return new PipelinesTable(
        StreamSupport.stream(new ObjectMapper().readTree(json).spliterator(), false).toList(),
        Commands.of(Path.of("/srv/stack"))::complete);
  }
}
