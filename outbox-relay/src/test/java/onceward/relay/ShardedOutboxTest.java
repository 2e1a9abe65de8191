package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import onceward.relay.source.Shard;
import onceward.relay.stop.StopReason;
import onceward.relay.stop.StoppedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A relay goes on with the shards of an outbox only while every row is in exactly one of them, and
 * all of them are there. It names what is not so.
 */
@Tag("every-postgres")
class ShardedOutboxTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int SHARDS = 4;

  private OutboxDatabase database;

  @BeforeEach
  void divide() {
    database = OutboxDatabase.create();
    database.divide(SHARDS);
  }

  @AfterEach
  void end() throws Exception {
    database.close();
  }

  @Test
  void shards_as_the_script_makes_them_are_fit() {
    assertThat(slots())
        .isEqualTo(
            IntStream.range(0, SHARDS)
                .mapToObj(number -> database.slot() + "_" + number)
                .collect(Collectors.joining(",")));
    assertThat(database.ask("select string_agg(name, ',' order by name) from outbox_slot"))
        .isEqualTo(slots());
    IntStream.range(0, SHARDS)
        .forEach(number -> assertThatCode(() -> look(number)).doesNotThrowAnyException());
  }

  @Test
  void shards_of_an_outbox_that_is_not_divided_ask_for_the_script() throws Exception {
    try (var other = OutboxDatabase.create()) {
      assertThatThrownBy(() -> other.shard(0, SHARDS).preflight().lookAtDatabase())
          .isInstanceOfSatisfying(
              StoppedException.class,
              stopped ->
                  assertThat(stopped.stop())
                      .returns(StopReason.SLOT_MISSING, stop -> stop.reason())
                      .returns(
                          "see \"Another number of shards\" in infra/docs/runbook/shards.md, or set relay.pipelines.shop.shards to the number of shards that the outbox has, and start the relay again",
                          stop -> stop.remedy()));
    }
  }

  @Test
  void the_script_makes_no_slots_while_messages_are_not_published() throws Exception {
    try (var other = OutboxDatabase.create()) {
      other.append("thing", "a", 1);

      assertThatThrownBy(() -> other.changeShards(SHARDS, 1))
          .hasStackTraceContaining(
              "slot %s has not confirmed within 1 s what is in the outbox".formatted(other.slot()));

      assertThat(slots(other)).isEqualTo(other.slot());
      assertThatThrownBy(() -> other.append("thing", "a", 2))
          .hasMessageContaining("the outbox is fenced: its number of shards is being changed");
      // The next run goes on from there.
      other.divide(SHARDS);
      assertThat(slots(other)).doesNotContain(other.slot() + ",").contains(other.slot() + "_3");
      other.append("thing", "a", 2);
    }
  }

  @Test
  void the_script_makes_no_slots_while_messages_are_parked() throws Exception {
    try (var other = OutboxDatabase.create()) {
      other.administer(
          "insert into relay_parked (slot, message_id, aggregatetype, aggregateid, aggregateversion, type, payload, quarantined_by) values ('%s', uuidv7(), 'thing', 'a', 1, 'Moved', '{}', 'ada')"
              .formatted(other.slot()));

      assertThatThrownBy(() -> other.changeShards(SHARDS, 1))
          .hasStackTraceContaining("messages of slot %s are parked".formatted(other.slot()));

      assertThat(slots(other)).isEqualTo(other.slot());
      other.append("thing", "a", 1);
    }
  }

  @Test
  void the_script_does_not_fence_the_outbox_of_a_server_that_has_no_room_for_the_slots()
      throws Exception {
    try (var other = OutboxDatabase.create()) {
      other.administer(
          "select pg_create_physical_replication_slot('filler_' || number) from generate_series((select count(*) from pg_replication_slots) + 3, current_setting('max_replication_slots')::int) number");
      try {
        assertThatThrownBy(() -> other.changeShards(SHARDS, 1))
            .hasStackTraceContaining("the server has room for 2 more slots, and 4 are needed");

        other.append("thing", "a", 1);
      } finally {
        other.administer(
            "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name like 'filler_%'");
      }
    }
  }

  @Test
  void the_outbox_takes_rows_again_although_somebody_reads_it_for_long() throws Exception {
    try (var other = OutboxDatabase.create()) {
      try (var dump = other.begin()) {
        dump.createStatement().executeQuery("select count(*) from outbox");

        other.divide(SHARDS);

        other.append("thing", "a", 1);
        dump.rollback();
      }
      other.divide(1);
      assertThat(other.ask("select count(*) from pg_trigger where tgname like 'relay_shards%'"))
          .isEqualTo("0");
    }
  }

  /** Dropping a trigger of a partitioned table locks the partitions before the table. */
  @Test
  void the_fence_goes_without_a_deadlock_with_those_who_insert() throws Exception {
    try (var other = OutboxDatabase.create();
        var inserting = other.begin()) {
      // So that the script waits.
      other.append("thing", "a", 1);
      var script = CompletableFuture.runAsync(() -> other.changeShards(SHARDS));
      await("the fence")
          .atMost(LIMIT)
          .until(() ->
              other
                  .ask(
                      "select exists (select from pg_trigger where tgname = 'relay_shards_fence')::text")
                  .equals("true"));
      // What an insert holds that has not come to its partition.
      inserting
          .createStatement()
          .execute(
              "insert into outbox (aggregatetype, aggregateid, aggregateversion, type, payload) select 'thing', 'a', 2, 'Moved', '{}' where false");
      await("the fence is to go")
          .atMost(LIMIT)
          .until(() -> {
            other.confirmAll();
            // It waits for 2 s only, which a slow machine may take until this question.
            return script.isDone()
                || other
                    .ask(
                        "select exists (select from pg_locks where not granted and mode = 'AccessExclusiveLock' and database = (select oid from pg_database where datname = current_database()))::text")
                    .equals("true");
          });

      OutboxDatabase.append(inserting, "thing", "a", 2);
      inserting.commit();

      assertThat(script).succeedsWithin(Duration.ofSeconds(30));
    }
  }

  @Test
  void the_script_goes_from_one_number_to_another_by_way_of_one() {
    assertThatThrownBy(() -> database.changeShards(8, 1))
        .hasStackTraceContaining("the outbox has another number of shards");

    database.divide(1);

    assertThat(slots()).isEqualTo(database.slot());
    assertThatCode(() -> database.parts().preflight().lookAtDatabase()).doesNotThrowAnyException();
  }

  @Test
  void each_row_is_in_one_of_them() throws Exception {
    database.administer(
        "insert into outbox (aggregatetype, aggregateid, aggregateversion, type, payload) select 'thing', 'é' || number, 1, 'Moved', '{}' from generate_series(1, 400) number");

    var rows =
        IntStream.range(0, SHARDS)
            .map(number ->
                Integer.parseInt(
                    database.ask(
                        "select count(*) from pg_logical_slot_peek_binary_changes('%s_%d', null, null, 'proto_version', '1', 'publication_names', 'outbox_%2$d') where get_byte(data, 0) = ascii('I')"
                            .formatted(database.slot(), number))))
            .boxed()
            .toList();

    assertThat(rows).allMatch(count -> count > 50);
    assertThat(rows.stream().mapToInt(count -> count).sum()).isEqualTo(400);
  }

  /** A filter that is neither true nor false passes over the row. */
  @Test
  void a_row_without_an_aggregate_is_in_the_first_one() {
    for (var number = 0; number < SHARDS; number++) {
      var filter = new Shard(number, SHARDS, "s", "p").filter("text").orElseThrow();

      assertThat(
              database.ask(
                  "select coalesce((select %s from (select null::text as aggregateid) nobody)::text, 'null')"
                      .formatted(filter)))
          .isEqualTo(number == 0 ? "true" : "false");
    }
  }

  @Test
  void a_pipeline_of_all_rows_does_not_go_on_beside_them() throws Exception {
    database.makeSlot("pgoutput");

    assertThatThrownBy(() -> database.parts().preflight().lookAtDatabase())
        .isInstanceOfSatisfying(
            StoppedException.class,
            stopped ->
                assertThat(stopped.stop())
                    .returns(StopReason.SLOT_FOREIGN, stop -> stop.reason())
                    .returns(
                        "the outbox is published as one shard, and there is slot %s_0 of another number of shards: what that holds would not be published, or twice"
                            .formatted(database.slot()),
                        stop -> stop.sentence()));
    assertStops(
        0, StopReason.SLOT_FOREIGN, "published as 4 shards, and there is slot " + database.slot());
  }

  @Test
  void another_number_of_shards_does_not_go_on_with_them() {
    assertThatThrownBy(() -> database.shard(0, 2).preflight().lookAtDatabase())
        .hasMessageContaining(
            "publication outbox_0 publishes other rows of public.outbox than those of shard 0 of 2: where ((COALESCE(hashtext(aggregateid), 0) & 3) = 0)");
    assertThatThrownBy(() -> database.shard(0, 8).preflight().lookAtDatabase())
        .hasMessageContaining("than those of shard 0 of 8");
  }

  /** The publications of half the shards are those of two, so each of the four has its own. */
  @Test
  void shards_that_do_not_fit_together_do_not_go_on() throws Exception {
    setFilter(1, "where " + new Shard(1, 2, "s", "p").filter("text").orElseThrow());

    assertStops(
        0,
        StopReason.PUBLICATION_MISSING,
        "there is no publication outbox_1 with the rows of shard 1 of 4, but with those where ((COALESCE(hashtext(aggregateid), 0) & 1) = 1)");
    assertStops(1, StopReason.PUBLICATION_UNFIT, "than those of shard 1 of 4");
  }

  @Test
  void a_publication_of_all_rows_is_none_of_a_shard() throws Exception {
    setFilter(2, "");

    assertStops(
        2,
        StopReason.PUBLICATION_UNFIT,
        "publication outbox_2 publishes all rows of public.outbox, and not only those of shard 2 of 4");
  }

  @Test
  void what_mends_a_publication_makes_that_of_the_shard() throws Exception {
    setFilter(2, "");

    for (var statement : PsqlCommand.statements(stop(2).stop().remedy())) {
      database.administer(statement);
    }

    assertThatCode(() -> look(2)).doesNotThrowAnyException();
  }

  @Test
  void a_filter_of_the_canary_is_refused() throws Exception {
    database.administer(
        "alter publication outbox_3 set table outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload) where %s, relay_canary (slot, beat) where (slot = 'x')"
            .formatted(new Shard(3, SHARDS, "s", "p").filter("text").orElseThrow()));

    assertStops(3, StopReason.PUBLICATION_UNFIT, "publishes only some rows of public.relay_canary");
  }

  @Test
  void none_goes_on_without_the_slot_of_another() throws Exception {
    database.administer("select pg_drop_replication_slot('%s_3')".formatted(database.slot()));

    assertStops(
        0,
        StopReason.SLOT_MISSING,
        "there is no replication slot %s_3 of shard 3 of 4".formatted(database.slot()));
  }

  /**
   * With the old row in the log, the server makes of such an update an insert for the new shard.
   */
  @Test
  void a_row_that_an_update_could_move_to_another_shard_is_refused() throws Exception {
    database.administer("alter table outbox_default replica identity full");

    assertStops(
        0,
        StopReason.OUTBOX_UNFIT,
        "the replica identity of public.outbox_default has column aggregateid: an update could move a row to another shard");
  }

  @Test
  void other_types_of_the_aggregates_id_are_named() throws Exception {
    database.administer("create type kind as enum ('a')");
    for (var publication :
        new String[] {"outbox", "outbox_0", "outbox_1", "outbox_2", "outbox_3"}) {
      database.administer("drop publication " + publication);
    }
    database.administer("alter table outbox drop constraint outbox_aggregateid_is_1_to_256_bytes");
    database.administer("alter table outbox alter aggregateid type kind using 'a'");

    assertStops(
        0,
        StopReason.OUTBOX_UNFIT,
        "column aggregateid of table public.outbox is of type enum, by which rows cannot be divided between shards; allowed: bigint, character, character varying, integer, smallint, text, uuid");
  }

  @Test
  void a_relay_stops_within_seconds_when_a_shard_is_not_what_it_was() throws Exception {
    try (var topic = new TopicReader().createTopic();
        var relay = TestRelay.start(properties())) {
      for (var version = 1; version <= 20; version++) {
        database.append(topic.aggregateType(), "a" + version, 1);
      }
      topic.atLeast(20);
      await().atMost(LIMIT).until(relay::isReady);
      assertThat(relay.get("/relay").body()).contains("\"pipeline\":\"shop-3\"");

      setFilter(1, "");

      await()
          .atMost(LIMIT)
          .untilAsserted(() ->
              assertThat(relay.health())
                  .contains("STOPPED: publication-unfit: publication outbox_1 publishes all rows")
                  .contains(
                      "STOPPED: publication-missing: there is no publication outbox_1 with the rows of shard 1 of 4"));
    }
  }

  @Test
  void what_is_not_supported_for_shards_is_refused() throws Exception {
    try (var relay = TestRelay.start(properties())) {
      await().atMost(LIMIT).until(relay::isReady);

      assertThat(relay.post("/move/shop-1/begin", "{}"))
          .returns(409, answer -> answer.statusCode())
          .satisfies(answer ->
              assertThat(answer.body())
                  .contains(
                      "pipeline shop-1 publishes one of several shards, and only a pipeline of all rows moves to another cluster"));
      assertThat(relay.post("/republish/shop-1", "{}"))
          .returns(409, answer -> answer.statusCode())
          .satisfies(answer ->
              assertThat(answer.body())
                  .contains("only a pipeline of all rows publishes messages again"));
    }
  }

  private Map<String, Object> properties() {
    var properties = new HashMap<>(database.properties("shop"));
    properties.put("relay.pipelines.shop.shards", SHARDS);
    return properties;
  }

  private void setFilter(int shard, String where) throws Exception {
    database.administer(
        "alter publication outbox_%d set table outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload, traceparent, causationid, correlationid) %s, relay_canary (slot, beat)"
            .formatted(shard, where));
  }

  private String slots() {
    return slots(database);
  }

  private static String slots(OutboxDatabase of) {
    return of.ask(
        "select string_agg(slot_name, ',' order by slot_name) from pg_replication_slots where slot_name ~ '^%s(_[0-9]+)?$'"
            .formatted(of.slot()));
  }

  private void look(int shard) {
    database.shard(shard, SHARDS).preflight().lookAtDatabase();
  }

  private StoppedException stop(int shard) {
    try {
      look(shard);
    } catch (StoppedException stopped) {
      return stopped;
    }
    throw new AssertionError("shard %d is fit".formatted(shard));
  }

  private void assertStops(int shard, StopReason reason, String sentence) {
    assertThat(stop(shard).stop())
        .satisfies(stop -> {
          assertThat(stop.reason()).isEqualTo(reason);
          assertThat(stop.sentence()).contains(sentence);
        });
  }
}
