package onceward.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import onceward.relay.capture.CaptureMethod;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a table has besides what makes up a message does no harm, whatever it holds: also where the
 * publication tells of it. Method: values that Debezium cannot convert, and its engine.
 */
class UnneededColumnsTest extends OutboxAndTopic {

  private static final int BATCH_MAX = 256;

  private static final String PUBLISH_ALL =
      "alter publication outbox set table outbox, relay_canary; update relay_canary set publication = relay_publication_state('outbox')";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          numeric        | Infinity
          numeric(10,2)  | NaN
          numeric[]      | {NaN}
          """)
  void values_that_cannot_be_converted(String type, String value) throws Exception {
    assertPublished("alter table outbox add column more " + type, "'%s'".formatted(value));
  }

  /** All types of a database are read, whoever uses them. */
  @Test
  void types_of_any_kind_and_name() throws Exception {
    database.administer(
        """
        create schema "Odd.schema";
        create type "Odd.schema"."odd "".type[]" as enum ('a');
        create type "Odd.schema".int4 as (a int, b text);
        create domain "Odd.schema".inner_one as numeric[];
        create domain "Odd.schema".outer_one as "Odd.schema".inner_one;
        create type "Odd.schema".span as range (subtype = numeric, multirange_type_name = "Odd.schema".spans);
        create type "Odd.schema".shell
        """);
    assertPublished(
        """
        alter table outbox
          add column e "Odd.schema"."odd "".type[]" default 'a',
          add column c "Odd.schema".int4[] default array[row(1, 'x')::"Odd.schema".int4],
          add column d "Odd.schema".outer_one default '{NaN}',
          add column s "Odd.schema".spans default '{[1,)}',
          add column "Upper ""case" text default 'x', add column more money
        """,
        "null");
  }

  /** Debezium makes a key of each row, of which nothing is used here. */
  @Test
  void a_primary_key_of_more_than_the_id() throws Exception {
    assertPublished(
        "alter table outbox add column more numeric default 0; alter table outbox drop constraint outbox_pkey, add primary key (id, more), add unique (id)",
        "'NaN'");
  }

  /**
   * Not everything: some values Debezium's engine reads before it knows whether they are wanted.
   * That does not go on for ever without a word.
   */
  @Test
  void a_value_that_ends_the_engine_each_time_stops_the_pipeline_by_name() throws Exception {
    database.administer("alter table outbox add column more timetz; " + PUBLISH_ALL);
    try (var pipeline = LonePipeline.start(database.parts(CaptureMethod.ENGINE, BATCH_MAX))) {
      pipeline.awaitStreaming();
      database.append(topic.aggregateType(), "a", 1);
      topic.atLeast(1);

      append("'10:00:00+00:00:07'");

      // Ten failures, with waits between them of half a minute in all.
      pipeline.awaitStopped(
          Duration.ofMinutes(5), StopReason.FAILS_REPEATEDLY, "could not be parsed");
      assertThat(pipeline.status().stop().map(Stop::sentence).orElseThrow())
          .contains("failed 10 times since ", "published up to ", "could not be parsed");
    }
  }

  @Test
  void a_value_that_ends_the_engine_does_not_matter_to_a_reader_of_pgoutput() throws Exception {
    database.administer("alter table outbox add column more timetz; " + PUBLISH_ALL);
    try (var pipeline = LonePipeline.start(database.parts(CaptureMethod.PGOUTPUT, BATCH_MAX))) {
      pipeline.awaitStreaming();

      append("'10:00:00+00:00:07'");

      assertThat(topic.atLeast(1).getFirst().value()).isEqualTo("{}".getBytes(UTF_8));
    }
  }

  private void append(String value) throws Exception {
    database.administer(
        "insert into outbox (aggregatetype, aggregateid, aggregateversion, type, payload, more) values ('%s', 'a', 2, 'Moved', '{}', %s)"
            .formatted(topic.aggregateType(), value));
  }

  private void assertPublished(String change, String value) throws Exception {
    database.administer(change + "; " + PUBLISH_ALL);
    try (var pipeline = LonePipeline.start(database.parts(CaptureMethod.ENGINE, BATCH_MAX))) {
      pipeline.awaitStreaming();

      append(value);

      assertThat(topic.atLeast(1).getFirst().value()).isEqualTo("{}".getBytes(UTF_8));
    }
  }
}
