package onceward.relay;

import static onceward.relay.LonePipeline.ADA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.postgres.PostgresSettings;
import onceward.messaging.DatabaseTrouble;
import onceward.messaging.Message;
import onceward.messaging.testkit.servers.TestPostgres;
import onceward.relay.move.MoveStage;
import onceward.relay.move.Moving;
import onceward.relay.pipeline.Status;
import onceward.relay.position.Lsn;
import onceward.relay.position.Move;
import onceward.relay.position.Position;
import onceward.relay.publish.Delivery;
import onceward.relay.publish.Publisher;
import onceward.relay.stop.StopReason;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A pipeline moves from a cluster of PostgreSQL 17 to one of 18 and loses nothing, repeats nothing,
 * and publishes nothing that the new cluster lacks. What slips past the fence is named.
 *
 * <p>Method: two real servers; the copy is a logical one, by COPY.
 */
class MoveTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int WRITERS = 3;

  @TempDir private static Path directory;
  private static PostgresServer older;
  private static PostgresServer newer;

  private OutboxDatabase database;
  private TopicReader topic;
  private TopicReader committed;

  @BeforeAll
  static void startServers() throws Exception {
    older = PostgresServer.start(settings("older"), 17);
    newer = PostgresServer.start(settings("newer"), 18);
  }

  private static PostgresSettings settings(String name) throws Exception {
    return PostgresSettings.in(Files.createDirectory(directory.resolve(name)));
  }

  @AfterAll
  static void endServers() {
    older.close();
    newer.close();
  }

  @BeforeEach
  void create() {
    database = OutboxDatabase.on(TestPostgres.of(older));
    topic = new TopicReader().createTopic();
    committed = topic.committed();
  }

  @AfterEach
  void end() throws Exception {
    committed.close();
    topic.close();
    database.close();
  }

  @ParameterizedTest
  @EnumSource
  void it_moves_under_load_and_loses_and_repeats_nothing(Delivery delivery) throws Exception {
    List<Long> appended;
    try (var pipeline = start(database, delivery).awaitStreaming();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var written = new AtomicLong();
      var writers = IntStream.range(0, WRITERS).mapToObj(one -> writer(one, written)).toList();
      var running = writers.stream().map(threads::submit).toList();
      await().atMost(LIMIT).until(() -> written.get() > 50);
      move(pipeline);
      awaitReason(pipeline, "waits for the fence of its outbox");
      assertThat(stage(pipeline)).isEqualTo(MoveStage.AWAITS_FENCE);

      database.fence();

      appended = results(running);
      pipeline.awaitStopped(
          LIMIT,
          StopReason.MOVED,
          "with %,d rows in the outbox"
              .formatted(appended.stream().mapToLong(Long::longValue).sum()));
      assertThat(stage(pipeline)).isEqualTo(MoveStage.LEFT);
      assertThat(pipeline.pipeline().moves().difference()).isEmpty();
    }
    var total = appended.stream().mapToLong(Long::longValue).sum();
    committed.atLeast((int) total);
    assertThat(committed.readOn()).hasSize((int) total);

    try (var copy = copy();
        var pipeline = start(copy, delivery).awaitStreaming()) {
      assertThatThrownBy(() -> copy.append(topic.aggregateType(), "key-0", 1))
          .hasMessageContaining("the outbox is fenced");
      copy.openToAppends();
      for (var key = 0; key < WRITERS; key++) {
        copy.append(topic.aggregateType(), "key-" + key, appended.get(key) + 1);
      }
      committed.atLeast((int) total + WRITERS);

      assertThat(stage(pipeline)).isEqualTo(MoveStage.STAYS);
      assertThat(committed.readOn()).hasSize((int) total + WRITERS);
      for (var key = 0; key < WRITERS; key++) {
        var name = "key-" + key;
        assertThat(committed.arrivals())
            .filteredOn(arrival -> arrival.startsWith(name))
            .containsExactlyElementsOf(arrivals(name, appended.get(key) + 1));
      }
    }
  }

  @Test
  void a_row_that_was_appended_after_the_departure_is_named() throws Exception {
    leave(Delivery.AT_LEAST_ONCE);
    database.openToAppends();
    var late = database.append(topic.aggregateType(), "a", 3).toString();
    try (var pipeline = start(database, Delivery.AT_LEAST_ONCE)) {
      pipeline.awaitStopped(StopReason.MOVED);
      assertThat(pipeline.pipeline().moves().difference()).get().asString().contains(late);
    }

    try (var copy = copy();
        var pipeline = start(copy, Delivery.AT_LEAST_ONCE)) {
      pipeline.awaitStopped(
          LIMIT,
          StopReason.DATABASE_REPLACED,
          "1 rows of the outbox were appended after the departure, or before this slot was made: "
              + late);
      assertThat(committed.readOn()).containsExactly("1", "2");
    }
  }

  /** Guard: the slot begins behind the row, so nothing but the comparison finds it. */
  @ParameterizedTest
  @EnumSource
  void a_row_that_came_before_the_new_slot_is_named_and_can_be_republished(Delivery delivery)
      throws Exception {
    leave(delivery);
    try (var copy = database.copyTo(TestPostgres.of(newer))) {
      var early = copy.append(topic.aggregateType(), "a", 3);
      copy.makeSlot("pgoutput");
      copy.append(topic.aggregateType(), "a", 4);
      try (var pipeline = start(copy, delivery)) {
        pipeline.awaitStopped(LIMIT, StopReason.DATABASE_REPLACED, early.toString());
        assertThat(stage(pipeline)).isEqualTo(MoveStage.ARRIVES);
        assertThat(committed.readOn()).containsExactly("1", "2");

        copy.requestAgain(List.of(early));
        assertThat(pipeline.accept()).isTrue();

        committed.atLeast(4);
        assertThat(committed.readOn()).containsExactly("1", "2", "3", "4");
      }
    }
  }

  @Test
  void a_row_that_the_copy_lacks_is_named_and_nothing_is_published_until_it_is_there()
      throws Exception {
    leave(Delivery.AT_LEAST_ONCE);
    try (var copy = copy();
        var pipeline = start(without(copy, 2), Delivery.AT_LEAST_ONCE)) {
      pipeline.awaitStopped(
          LIMIT,
          StopReason.DATABASE_REPLACED,
          "1 rows of the outbox are missing: " + database.ids("aggregateversion = 2").getFirst());

      database.copyRowsTo(copy);
      // The slot was there before these rows, and would send them.
      pipeline.awaitStopped(
          LIMIT, StopReason.DATABASE_REPLACED, "2 rows of the outbox were written after slot");
      copy.dropSlot();
      copy.makeSlot("pgoutput");

      pipeline.awaitStreaming();
      assertThat(committed.readOn()).containsExactly("1", "2");
    }
  }

  @Test
  void a_canary_that_was_not_copied_is_named() throws Exception {
    leave(Delivery.AT_LEAST_ONCE);
    try (var copy = copy()) {
      copy.administer("update relay_canary set beat = 0");
      try (var pipeline = start(copy, Delivery.AT_LEAST_ONCE)) {
        pipeline.awaitStopped(
            LIMIT, StopReason.DATABASE_REPLACED, "its canary stands at 0, and had come through");
      }
    }
  }

  @Test
  void a_pipeline_that_has_left_does_not_go_on_there_until_it_is_told_to_stay() throws Exception {
    leave(Delivery.EXACTLY_ONCE);
    try (var pipeline = start(database, Delivery.EXACTLY_ONCE)) {
      pipeline.awaitStopped(StopReason.MOVED);
      assertThat(pipeline.accept()).isFalse();
      pipeline.pipeline().resume(ADA);
      await()
          .atMost(LIMIT)
          .until(() ->
              pipeline.pipeline().history().stream()
                      .filter(one -> one.cause().startsWith(StopReason.MOVED.code()))
                      .count()
                  == 2);

      assertThat(pipeline.pipeline().stay(ADA)).isTrue();
      pipeline.awaitStreaming();
      database.openToAppends();
      database.append(topic.aggregateType(), "a", 3);
      committed.atLeast(3);
      assertThat(committed.readOn()).containsExactly("1", "2", "3");
    }
  }

  /** Its consumers wait then, and its callers are told to try again. */
  @Test
  void a_service_takes_the_fence_for_what_time_may_mend() throws Exception {
    database.fence();

    assertThatThrownBy(() -> database.append(topic.aggregateType(), "a", 1))
        .satisfies(refused -> assertThat(DatabaseTrouble.isCauseOf(refused)).isTrue());
  }

  /** Whoever stays has not accepted that the slot was moved. */
  @Test
  void to_stay_accepts_nothing_else() throws Exception {
    leave(Delivery.AT_LEAST_ONCE);
    database.dropSlot();
    database.openToAppends();
    database.append(topic.aggregateType(), "a", 3);
    database.makeSlot("pgoutput");
    try (var pipeline = start(database, Delivery.AT_LEAST_ONCE)) {
      pipeline.awaitStopped(StopReason.MOVED);
      assertThat(pipeline.pipeline().stay(ADA)).isTrue();
      pipeline.awaitStopped(StopReason.SLOT_AHEAD);
    }
    // The pipeline stays, so what else is wrong is a stop like any other.
    try (var pipeline = start(database, Delivery.AT_LEAST_ONCE)) {
      pipeline.awaitStopped(StopReason.SLOT_AHEAD);
      assertThat(pipeline.accept()).isTrue();
      pipeline.awaitStreaming();
    }
  }

  @Test
  void a_request_can_be_taken_back_and_survives_the_process() throws Exception {
    try (var pipeline = start(database, Delivery.AT_LEAST_ONCE).awaitStreaming()) {
      move(pipeline);
      awaitReason(pipeline, "waits for the fence");
    }
    try (var pipeline = start(database, Delivery.AT_LEAST_ONCE).awaitStreaming()) {
      awaitReason(pipeline, "waits for the fence");
      assertThat(pipeline.pipeline().stay(ADA)).isTrue();
      awaitReason(pipeline, "captures and publishes");
      database.fence();
      assertThat(stage(pipeline)).isEqualTo(MoveStage.STAYS);
      assertThat(pipeline.status().isStreaming()).isTrue();
    }
  }

  /**
   * A kill at the writing of the departure, before and after, as the next start sees it. Method:
   * the publisher fails there, once.
   */
  @ParameterizedTest
  @CsvSource({
    "AT_LEAST_ONCE,true",
    "AT_LEAST_ONCE,false",
    "EXACTLY_ONCE,true",
    "EXACTLY_ONCE,false"
  })
  void a_failure_at_the_departure_ends_where_it_would_have(Delivery delivery, boolean before)
      throws Exception {
    database.append(topic.aggregateType(), "a", 1);
    var failures = new AtomicInteger();
    var parts =
        new FaultyParts(database.parts(delivery, 512)) {
          @Override
          public Publisher publisher() {
            return new FaultyPublisher(super.publisher()) {
              @Override
              public void publish(List<Message> messages, Position reached)
                  throws InterruptedException {
                var fails = reached.departure().isPresent() && failures.getAndIncrement() == 0;
                if (fails && before) {
                  throw new IllegalStateException("killed before");
                }
                super.publish(messages, reached);
                if (fails) {
                  super.checkpoint(reached);
                  throw new IllegalStateException("killed after");
                }
              }
            };
          }
        };
    try (var pipeline = LonePipeline.start(parts).awaitStreaming()) {
      move(pipeline);
      database.fence();
      pipeline.awaitStopped(StopReason.MOVED);
      assertThat(failures).hasValue(before ? 2 : 1);
    }
    try (var copy = copy();
        var _ = start(copy, delivery).awaitStreaming()) {
      copy.openToAppends();
      copy.append(topic.aggregateType(), "a", 2);
      committed.atLeast(2);
      assertThat(committed.readOn()).containsExactly("1", "2");
    }
  }

  /**
   * Guard: with the place of the first look, the row would be in the digest and in no topic.
   * Method: the fence is away for a moment, after the first look and while the ids are read.
   */
  @Test
  void a_fence_that_was_away_for_a_moment_has_all_begin_anew() throws Exception {
    database.appendAtOnce("thing", "a", 10_000);
    database.fence();
    var holdings = database.parts().holdings();
    var clock = new AtomicLong();
    var moving = new Moving(holdings, () -> clock.addAndGet(Duration.ofMinutes(1).toNanos()));
    assertThat(moving.departure(at(new Lsn(1)), new Meanwhile(() -> {}))).isEmpty();
    var drained = at(holdings.fence().writtenTo());
    appendPastTheFence();

    assertThat(moving.departure(drained, new Meanwhile(() -> {}))).isEmpty();

    var now = at(holdings.fence().writtenTo());
    assertThat(moving.departure(now, new Meanwhile(this::appendPastTheFence))).isEmpty();
    var later = at(holdings.fence().writtenTo());
    assertThat(moving.departure(later, new Meanwhile(() -> {})))
        .get()
        .satisfies(departure -> assertThat(departure.outbox().rows()).isEqualTo(10_002));
  }

  private Position at(Lsn confirmable) {
    return new Position(database.slot(), "1", 1, "", 0, confirmable, null);
  }

  /** A statement that does not wait for whoever reads the table. */
  private void appendPastTheFence() {
    try {
      database.administer("alter table outbox disable trigger relay_fence");
      database.append("thing", "b", 1);
      database.administer("alter table outbox enable trigger relay_fence");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Meanwhile(Runnable deed) implements Moving.Progress {

    @Override
    public void waits(String what) {}

    @Override
    public void reads(long rows) {
      deed.run();
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_parked_key_goes_on_in_order_in_the_new_cluster(Delivery delivery) throws Exception {
    topic.limitMessageBytes(2_000);
    var type = topic.aggregateType();
    database.append(type, "a", 1);
    UUID refused;
    try (var connection = database.begin()) {
      refused = OutboxDatabase.appendLarge(connection, type, "a", 2, 4_000);
      OutboxDatabase.append(connection, type, "a", 3);
      connection.commit();
    }
    try (var pipeline = start(database, delivery)) {
      pipeline.awaitStopped(StopReason.MESSAGE_REFUSED);
      pipeline.pipeline().quarantine(refused, ADA);
      pipeline.awaitStreaming();
      move(pipeline);
      database.fence();
      pipeline.awaitStopped(StopReason.MOVED);
    }
    try (var copy = copy();
        var pipeline = start(copy, delivery).awaitStreaming()) {
      copy.openToAppends();
      copy.append(type, "a", 4);
      await()
          .atMost(LIMIT)
          .until(() ->
              copy.ask("select count(*) from relay_parked where ended_at is null").equals("3"));
      topic.limitMessageBytes(1_000_000);

      assertThat(pipeline.pipeline().quarantine().retry(refused, "ada")).isTrue();

      // At least once, the batch that was refused came twice, as far as it was taken.
      await()
          .atMost(LIMIT)
          .untilAsserted(() ->
              assertThat(committed.readOn().stream().distinct())
                  .containsExactly("1", "2", "3", "4"));
    }
  }

  /** Method: a fence that lets rows by, each in its own way, and a fence for one partition only. */
  @Test
  void what_is_called_a_fence_and_is_none_does_not_hold() throws Exception {
    var holdings = database.parts().holdings();
    assertThat(holdings.fence().holds()).isFalse();
    database.fence();
    assertThat(holdings.fence().holds()).isTrue();
    for (var fault :
        List.of(
            "alter table outbox disable trigger relay_fence",
            "create or replace trigger relay_fence before insert on outbox for each row when (new.type = 'Other') execute function relay_fence()",
            "create or replace function relay_fence() returns trigger language plpgsql as 'begin return new; end'",
            "create or replace trigger relay_fence after insert on outbox for each row execute function relay_fence()",
            "do $$ begin execute format('alter table %s disable trigger relay_fence', (select min(inhrelid)::regclass from pg_inherits where inhparent = 'outbox'::regclass)); end $$")) {
      var before = holdings.fence().state();
      database.administer(fault);
      assertThat(holdings.fence().holds()).as(fault).isFalse();
      database.openToAppends();
      database.fence();
      assertThat(holdings.fence().holds()).isTrue();
      assertThat(holdings.fence().state()).as(fault).isNotEqualTo(before);
    }
  }

  private Callable<Long> writer(int number, AtomicLong written) {
    return () -> {
      for (var version = 1L; ; version++) {
        try {
          database.append(topic.aggregateType(), "key-" + number, version);
        } catch (SQLException fenced) {
          assertThat(fenced.getMessage()).contains("the outbox is fenced");
          return version - 1;
        }
        written.incrementAndGet();
      }
    };
  }

  private static List<Long> results(List<Future<Long>> running) throws Exception {
    var results = new ArrayList<Long>();
    for (var one : running) {
      results.add(one.get());
    }
    return results;
  }

  private static List<String> arrivals(String key, long last) {
    return LongStream.rangeClosed(1, last).mapToObj(version -> key + version).toList();
  }

  /** Versions 1 and 2 of one aggregate are published, and the pipeline has left. */
  private void leave(Delivery delivery) throws Exception {
    database.append(topic.aggregateType(), "a", 1);
    database.append(topic.aggregateType(), "a", 2);
    try (var pipeline = start(database, delivery).awaitStreaming()) {
      move(pipeline);
      database.fence();
      pipeline.awaitStopped(StopReason.MOVED);
    }
    committed.atLeast(2);
    assertThat(committed.readOn()).containsExactly("1", "2");
  }

  /** A whole copy, as a dump makes it: fenced, and with a slot that was made after the rows. */
  private OutboxDatabase copy() throws Exception {
    var copy = database.copyTo(TestPostgres.of(newer));
    copy.fence();
    copy.makeSlot("pgoutput");
    return copy;
  }

  private static OutboxDatabase without(OutboxDatabase copy, long version) throws Exception {
    copy.administer(
        "set session_replication_role = replica; delete from outbox where aggregateversion = "
            + version);
    return copy;
  }

  private static LonePipeline start(OutboxDatabase database, Delivery delivery) {
    return LonePipeline.start(database.parts(delivery, 512));
  }

  private static void move(LonePipeline pipeline) throws Exception {
    assertThat(pipeline.pipeline().move(new Move("ada", Instant.now()), ADA)).isTrue();
  }

  private static MoveStage stage(LonePipeline pipeline) {
    return pipeline.pipeline().moves().look().stage();
  }

  private static void awaitReason(LonePipeline pipeline, String part) {
    await()
        .atMost(LIMIT)
        .until(pipeline::status, (Status status) -> status.reason().contains(part));
  }
}
