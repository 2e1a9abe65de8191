package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.UUID;
import java.util.regex.Pattern;
import onceward.relay.capture.CaptureMethod;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever makes committed rows bypass the log, while a pipeline streams, stops it by name; and
 * once that is mended it does not go on as if nothing were missing.
 *
 * <p>Method: message 1 is published. Something is done to the outbox, and message 2 goes where the
 * relay does not see it. The pipeline stops; the remedy that it names is run; it stops again, for
 * an operator to find and append what is missing, and goes on when that is accepted.
 */
class WatchedOutboxTest extends OutboxAndTopic {

  private static final Pattern STATEMENT = Pattern.compile(" -c \"((?:[^\"\\\\]|\\\\.)*)\"");

  private LonePipeline pipeline;

  @BeforeEach
  void publishOne() throws Exception {
    pipeline = LonePipeline.start(database.parts()).awaitStreaming();
    database.append(topic.aggregateType(), "a", 1);
    topic.atLeast(1);
  }

  @AfterEach
  void end() {
    pipeline.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          an unlogged partition     | create unlogged table aside partition of outbox for values from ('f0000000-0000-7000-8000-000000000000') to ('f0000000-0000-8000-8000-000000000000'); alter table aside disable trigger outbox_append_only | is unlogged
          a rule                    | create table aside (like outbox including defaults); grant all on aside to public; create rule elsewhere as on insert to outbox do instead insert into aside values (new.*) | rule elsewhere of public.outbox
          a trigger that redirects  | create table aside (like outbox including defaults); create function redirect() returns trigger language plpgsql as 'begin insert into aside values (new.*); return null; end'; create trigger a_redirect before insert on outbox for each row execute function redirect() | trigger a_redirect of public.outbox
          """)
  void rows_that_do_not_reach_the_log(String what, String change, String sentence)
      throws Exception {
    database.administer(change);
    var second = append(2);

    pipeline.awaitStopped(LIMIT, StopReason.OUTBOX_BYPASSED, sentence);
    mend(remedy());

    pipeline.awaitStopped(LIMIT, StopReason.OUTBOX_CHANGED, sentence);
    assertThat(topic.readOn()).as(what).containsExactly("1");
    appendAgain("aside", second);
    goesOn();
  }

  @Test
  void another_table_in_place_of_the_outbox() throws Exception {
    database.administer(
        """
        begin;
        alter table outbox rename to gone;
        create table outbox (like gone including defaults including indexes);
        grant select on outbox to relay;
        commit\
        """);
    var second = append(2);

    pipeline.awaitStopped(
        LIMIT, StopReason.PUBLICATION_UNFIT, "publishes nothing of table public.outbox");
    database.administer(
        "alter publication outbox set table outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload, traceparent, causationid, correlationid), relay_canary (slot, beat)");

    pipeline.awaitStopped(
        LIMIT, StopReason.PUBLICATION_CHANGED, "the outbox is another table than the one");
    assertThat(topic.readOn()).containsExactly("1");
    pipeline.accept();
    pipeline.awaitStreaming();
    appendAgain("outbox", second);
    await().atMost(LIMIT).until(() -> topic.readOn().contains("2"));
  }

  /** Nothing else would tell of it: table and publication are as they were. */
  @Test
  void another_table_that_is_taken_away_again() throws Exception {
    database.administer(
        "begin; alter table outbox rename to kept; create table outbox (like kept including defaults); grant select on outbox to relay; commit");
    var second = append(2);
    pipeline.awaitStopped(LIMIT, StopReason.PUBLICATION_UNFIT, "publishes nothing of table");

    database.administer(
        "begin; alter table outbox rename to aside; alter table kept rename to outbox; commit");

    pipeline.awaitStopped(
        LIMIT, StopReason.OUTBOX_CHANGED, "publishes nothing of table public.outbox");
    assertThat(topic.readOn()).containsExactly("1");
    appendAgain("aside", second);
    goesOn();
  }

  /** No look can see it: the table has its own name again before anybody looks. */
  @Test
  void rows_that_come_while_the_outbox_has_another_name_for_a_moment() throws Exception {
    database.administer(
        "begin; alter table outbox rename to aside; %s; alter table aside rename to outbox; commit"
            .formatted(insertInto("aside", 2)));

    await().atMost(LIMIT).until(() -> topic.readOn().contains("2"));
  }

  @Test
  void rows_that_come_while_the_outbox_has_another_name_for_long() throws Exception {
    database.administer("create schema app; alter table outbox set schema app");
    pipeline.awaitStopped(LIMIT, StopReason.OUTBOX_UNFIT, "there is no table public.outbox");
    database.administer(insertInto("app.outbox", 2));

    database.administer("alter table app.outbox set schema public");

    await().atMost(LIMIT).until(() -> topic.readOn().contains("2"));
    pipeline.awaitStreaming();
  }

  @Test
  void a_view_in_place_of_the_outbox() throws Exception {
    database.administer(
        "begin; alter table outbox rename to kept; create view outbox as select * from kept; grant select on outbox to relay; commit");

    pipeline.awaitStopped(LIMIT, StopReason.OUTBOX_BYPASSED, "public.outbox is a view");

    database.administer("begin; drop view outbox; alter table kept rename to outbox; commit");
    pipeline.awaitStopped(LIMIT, StopReason.OUTBOX_CHANGED, "public.outbox is a view");
    goesOn();
  }

  @Test
  void a_publication_of_a_whole_schema() throws Exception {
    database.administer("create schema app");
    database.administer("alter publication outbox set table relay_canary, outbox");
    database.administer("alter publication outbox add tables in schema app");

    pipeline.awaitStopped(
        LIMIT, StopReason.PUBLICATION_UNFIT, "publishes all tables of schema app");
  }

  /** A relay that begins when all is mended has never seen what was wrong. */
  @Test
  void what_another_relay_saw_is_not_forgotten() throws Exception {
    database.administer(
        "create unlogged table aside partition of outbox for values from ('f0000000-0000-7000-8000-000000000000') to ('f0000000-0000-8000-8000-000000000000'); alter table aside disable trigger outbox_append_only");
    append(2);
    pipeline.awaitStopped(LIMIT, StopReason.OUTBOX_BYPASSED, "is unlogged");
    var remedy = remedy();
    pipeline.close();
    mend(remedy);

    pipeline = LonePipeline.start(database.parts());

    pipeline.awaitStopped(LIMIT, StopReason.OUTBOX_CHANGED, "is unlogged");
    goesOn();
  }

  /** No look sees that: only the rows tell of it. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          unlogged for a moment               | begin; set local session_replication_role = replica; alter table outbox_default set unlogged; %s; alter table outbox_default set logged; commit | outbox_default was unlogged before
          attached with rows                  | create table aside (like outbox including all); %s; alter table outbox attach partition aside FAR | aside had rows when it was attached
          attached with rows of that moment   | begin; create table aside (like outbox including all); %s; alter table outbox attach partition aside FAR; commit | aside had rows when it was attached
          attached within a partition         | create table aside (like outbox including all) partition by range (id); create table of_aside partition of aside default; %s; alter table outbox attach partition aside FAR | of_aside had rows when it was attached
          """)
  void rows_that_were_never_in_the_log_as_those_of_the_outbox(
      String what, String change, String sentence) throws Exception {
    database.administer(
        change
            .replace("%s", insertInto(change.contains("aside") ? "aside" : "outbox", 2))
            .replace(
                "FAR",
                "for values from ('f0000000-0000-7000-8000-000000000000') to ('f0000000-0000-8000-8000-000000000000')"));

    pipeline.awaitStopped(LIMIT, StopReason.OUTBOX_CHANGED, sentence);
    assertThat(topic.readOn()).as(what).containsExactly("1");
    pipeline.close();
    pipeline = LonePipeline.start(database.parts());
    pipeline.awaitStopped(LIMIT, StopReason.OUTBOX_CHANGED, sentence);
    appendAgain("outbox", id(2));
    goesOn();
    pipeline.beginAnew();
    pipeline.awaitStreaming();
  }

  @Test
  void rows_that_come_while_no_relay_runs_and_were_never_in_the_log() throws Exception {
    pipeline.close();
    database.administer(
        "create table aside (like outbox including all); %s; alter table outbox attach partition aside for values from ('f0000000-0000-7000-8000-000000000000') to ('f0000000-0000-8000-8000-000000000000')"
            .formatted(insertInto("aside", 2)));

    pipeline = LonePipeline.start(database.parts());

    pipeline.awaitStopped(LIMIT, StopReason.OUTBOX_CHANGED, "aside had rows");
    goesOn();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vacuum full outbox",
        "cluster outbox_default using outbox_default_pkey",
        """
        begin;
        alter publication outbox set table relay_canary (slot, beat);
        alter table outbox alter column type type varchar(200);
        alter publication outbox set table relay_canary (slot, beat), outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload, traceparent, causationid, correlationid);
        update relay_canary set publication = relay_publication_state('outbox');
        commit\
        """,
        "begin; create table aside partition of outbox for values from ('f0000000-0000-7000-8000-000000000000') to ('f0000000-0000-8000-8000-000000000000'); %s; commit",
        "begin; create table aside (like outbox including all); alter table outbox attach partition aside for values from ('f0000000-0000-7000-8000-000000000000') to ('f0000000-0000-8000-8000-000000000000'); %s; commit",
        "grant select on outbox to public; analyze outbox; reindex index outbox_default_pkey"
      })
  void what_loses_no_row_stops_nothing(String change) throws Exception {
    database.administer(change.replace("%s", insertInto("outbox", 2)));

    pipeline.beginAnew();

    pipeline.awaitStreaming();
    database.append(topic.aggregateType(), "a", 3);
    await().atMost(LIMIT).until(() -> topic.readOn().contains("3"));
  }

  @Test
  void rows_that_come_without_triggers_are_in_the_log() throws Exception {
    database.administer(
        "begin; set local session_replication_role = replica; %s; commit"
            .formatted(insertInto("outbox", 2)));

    await().atMost(LIMIT).until(() -> topic.readOn().contains("2"));
  }

  /** Debezium's engine knows tables by their names. */
  @Test
  void rows_that_an_engine_passes_over_while_the_outbox_has_another_name() throws Exception {
    pipeline.close();
    pipeline = LonePipeline.start(database.parts(CaptureMethod.ENGINE, 100)).awaitStreaming();
    database.administer("grant select on outbox to public; analyze outbox");
    pipeline.beginAnew();
    pipeline.awaitStreaming();

    database.administer(
        "begin; alter table outbox rename to aside; %s; alter table aside rename to outbox; commit"
            .formatted(insertInto("aside", 2)));

    pipeline.awaitStopped(LIMIT, StopReason.OUTBOX_CHANGED, "had another name, schema or owner");
    assertThat(topic.readOn()).containsExactly("1");
    appendAgain("outbox", id(2));
    goesOn();
  }

  /** Only where the relay does not look; the unlogged partition takes ids of a far future. */
  private UUID append(int version) throws Exception {
    database.administer(insertInto("outbox", version));
    return id(version);
  }

  private String insertInto(String table, int version) {
    return "insert into %s (id, aggregatetype, aggregateid, aggregateversion, type, payload) values ('%s', '%s', 'a', %d, 'Moved', '{}')"
        .formatted(table, id(version), topic.aggregateType(), version);
  }

  private static UUID id(int version) {
    return UUID.fromString("f0000000-0000-7000-8000-%012d".formatted(version));
  }

  private void appendAgain(String table, UUID row) throws Exception {
    database.administer(
        "insert into outbox (aggregatetype, aggregateid, aggregateversion, type, payload) select aggregatetype, aggregateid, aggregateversion, type, payload from %s where id = '%s'"
            .formatted(table, row));
  }

  private void goesOn() throws Exception {
    assertThat(pipeline.accept()).isTrue();
    pipeline.awaitStreaming();
    database.append(topic.aggregateType(), "a", 3);
    await().atMost(LIMIT).until(() -> topic.readOn().contains("3"));
  }

  private String remedy() {
    return pipeline.status().stop().map(Stop::remedy).orElseThrow();
  }

  /** Runs the statements of a remedy. */
  private void mend(String remedy) throws Exception {
    var statements = STATEMENT.matcher(remedy).results().toList();
    assertThat(statements).as(remedy).isNotEmpty();
    for (var statement : statements) {
      database.administer(statement.group(1).replaceAll("\\\\(.)", "$1"));
    }
  }
}
