package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import onceward.messaging.Message;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CaptureException;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.capture.UnreadableRowException;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Capture} does, on a real server. A new capture is one package that passes these
 * tests: a subclass says how it is opened.
 */
abstract class CaptureConformance {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration WAIT = Duration.ofMillis(100);

  /** Below the 30 s within which a relay that stands by has to go on. */
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(20);

  /** Rows, beyond 16 MiB of which nothing is read ahead. */
  private static final int MORE_THAN_QUEUED = 40_000;

  private OutboxDatabase database;

  /**
   * Opens the capture that is tested.
   *
   * @param batchMax how many changes one batch may hold
   */
  abstract Capture open(OutboxDatabase from, Position behind, Set<UUID> discarded, int batchMax);

  @BeforeEach
  void make() {
    database = OutboxDatabase.create();
  }

  @AfterEach
  void drop() throws Exception {
    database.close();
  }

  @Test
  void messages_come_in_the_order_of_the_commits_and_no_ghost_comes() throws Exception {
    try (var late = database.begin();
        var never = database.begin()) {
      OutboxDatabase.append(late, "thing", "late", 1);
      OutboxDatabase.append(never, "thing", "never", 1);
      database.append("thing", "a", 1);
      never.rollback();
      late.commit();
    }
    database.append("thing", "a", 2);
    try (var capture = open(start())) {
      assertThat(take(capture, 3))
          .extracting(message -> message.aggregateId() + message.aggregateVersion())
          .containsExactly("a1", "late1", "a2");
    }
  }

  /** Method: one change at a time; after each a new capture, with and without acknowledgement. */
  @Test
  void a_capture_goes_on_behind_every_place() throws Exception {
    try (var long1 = database.begin()) {
      OutboxDatabase.append(long1, "thing", "long", 1);
      database.copy("thing", "a", 3);
      OutboxDatabase.append(long1, "thing", "long", 2);
      long1.commit();
    }
    database.append("thing", "b", 1);
    var position = start();
    var seen = new ArrayList<String>();
    for (int change = 0; change < 6; change++) {
      try (var capture = open(position)) {
        var batch = nextWithMessages(capture);
        batch.messages().forEach(one -> seen.add(one.aggregateId() + one.aggregateVersion()));
        position = position.reached(batch.beat(), batch.confirmable(), batch.place());
        if (change % 2 == 0) {
          batch.acknowledgement().send();
        }
      }
      database.awaitSlotFree();
    }
    assertThat(seen).containsExactly("a1", "a2", "a3", "long1", "long2", "b1");
  }

  @Test
  void without_acknowledgement_the_slot_stays_and_with_it_moves() throws Exception {
    var before = database.slotPosition();
    database.append("thing", "a", 1);
    var until = database.logPosition();
    database.append("thing", "a", 2);
    database.append("thing", "a", 3);
    try (var capture = open(start())) {
      take(capture, 3);
    }
    database.awaitSlotFree();
    assertThat(database.slotPosition()).isEqualTo(before);
    try (var capture = open(start())) {
      for (var left = 3; left > 0; ) {
        var batch = next(capture);
        left -= batch.messages().size();
        batch.acknowledgement().send();
      }
      await().atMost(LIMIT).until(() -> database.slotIsPast(until));
    }
  }

  @Test
  void a_changed_row_ends_the_capture_by_its_id_and_is_passed_over_when_discarded()
      throws Exception {
    database.administer("alter table outbox disable trigger outbox_append_only");
    var id = database.append("thing", "a", 1);
    database.administer("update outbox set type = 'Changed' where id = '%s'".formatted(id));
    database.append("thing", "a", 2);

    assertThat(unreadable(start()).messageId()).contains(id);
    database.awaitSlotFree();
    try (var capture = open(database, start(), Set.of(id), 1)) {
      // The row itself came before it was changed.
      assertThat(take(capture, 2)).extracting(Message::aggregateVersion).containsExactly(1L, 2L);
    }
  }

  @Test
  void a_truncation_ends_the_capture() throws Exception {
    database.administer(
        """
        alter publication outbox set (publish = 'insert, update, truncate');
        set session_replication_role = replica;
        truncate outbox
        """);
    database.append("thing", "a", 1);

    assertThat(unreadable(start())).hasMessageContaining("operation 't'");
  }

  @Test
  void the_canary_of_the_slot_is_a_beat_and_that_of_another_is_none() throws Exception {
    database.administer("insert into relay_canary (slot) values ('another')");
    database.administer("update relay_canary set beat = beat + 7 where slot = 'another'");
    database.administer(
        "update relay_canary set beat = beat + 3 where slot = '%s'".formatted(database.slot()));
    try (var capture = open(start())) {
      var beats = new ArrayList<Long>();
      while (!beats.contains(3L)) {
        var batch = next(capture);
        assertThat(batch.messages()).isEmpty();
        beats.add(batch.beat());
      }
      assertThat(beats).allMatch(beat -> beat == 0 || beat == 3);
    }
  }

  /** As a publication has it that also serves others, and a slot for each of two relays. */
  @Test
  void what_is_of_others_is_passed_over() throws Exception {
    database.administer("insert into relay_canary (slot) values ('another')");
    database.administer("create table elsewhere (id int primary key)");
    database.administer("alter publication outbox add table elsewhere");
    database.append("thing", "a", 1);
    database.administer("update relay_canary set beat = beat + 7 where slot = 'another'");
    database.administer("insert into elsewhere select generate_series(1, 1000)");
    database.append("thing", "a", 2);
    try (var capture = open(start())) {
      var beats = new ArrayList<Long>();
      var versions = new ArrayList<Long>();
      while (versions.size() < 2) {
        var batch = next(capture);
        beats.add(batch.beat());
        batch.messages().forEach(message -> versions.add(message.aggregateVersion()));
      }
      assertThat(versions).containsExactly(1L, 2L);
      assertThat(beats).containsOnly(0L);
    }
  }

  @Test
  void columns_come_and_go_in_the_middle() throws Exception {
    database.administer("alter publication outbox set table outbox, relay_canary (slot, beat)");
    try (var capture = open(start())) {
      database.append("thing", "a", 1);
      assertThat(take(capture, 1)).hasSize(1);
      database.administer("alter table outbox add column before text default 'x'");
      database.append("thing", "a", 2);
      database.administer("alter table outbox drop column traceparent");
      database.append("thing", "a", 3);
      assertThat(take(capture, 2))
          .extracting(Message::aggregateVersion, Message::payload)
          .containsExactly(
              tuple(2L, OutboxDatabase.payload(2)), tuple(3L, OutboxDatabase.payload(3)));
    }
  }

  /** Larger than a page, so that the server keeps it apart, and than what is read at once. */
  @Test
  void a_large_payload_comes_as_it_is() throws Exception {
    try (var service = database.begin()) {
      OutboxDatabase.appendLarge(service, "thing", "a", 1, 300_000);
      service.commit();
    }
    try (var capture = open(start())) {
      assertThat(take(capture, 1).getFirst().payload())
          .isEqualTo(database.ask("select payload from outbox"));
    }
  }

  /** A server ends a session that it has not heard from for as long. */
  @Test
  void a_capture_keeps_its_slot_while_nobody_takes() throws Exception {
    database.administer(
        "alter role relay in database %s set wal_sender_timeout = '3s'".formatted(database.name()));
    database.copy("thing", "a", MORE_THAN_QUEUED);
    try (var capture = open(database, start(), Set.of(), 512)) {
      var first = next(capture).messages().size();
      var holder = database.slotHolder().pid();
      var longAgo =
          "select now() > backend_start + interval '8 s' from pg_stat_activity where pid = %d"
              .formatted(holder);
      await().atMost(LIMIT).until(() -> "t".equals(database.ask(longAgo)));

      assertThat(first + take(capture, MORE_THAN_QUEUED - first).size())
          .isEqualTo(MORE_THAN_QUEUED);
      assertThat(database.slotHolder().pid()).isEqualTo(holder);
    }
  }

  @Test
  void nothing_comes_while_nothing_happens() throws Exception {
    try (var capture = open(start())) {
      for (int i = 0; i < 20; i++) {
        // The canary's row came after the slot.
        assertThat(capture.next(WAIT).map(CapturedBatch::messages).orElse(List.of())).isEmpty();
      }
      database.append("thing", "a", 1);
      assertThat(take(capture, 1)).hasSize(1);
    }
  }

  /** More rows than any queue between server and caller holds, of which nobody takes one. */
  @Test
  void it_ends_while_it_is_full() throws Exception {
    database.copy("thing", "a", MORE_THAN_QUEUED);
    var capture = open(start());
    next(capture);

    assertEnds(capture);
  }

  @Test
  void it_ends_while_nothing_comes() throws Exception {
    var capture = open(start());
    capture.next(WAIT);

    assertEnds(capture);
  }

  @Test
  void it_ends_before_it_has_begun() {
    var capture = open(start());
    capture.close();

    assertThatThrownBy(() -> capture.next(WAIT)).isInstanceOf(CaptureException.class);
  }

  /** As a server that is restarted, or an administrator, does it. */
  @Test
  void a_session_that_is_ended_ends_the_capture_and_the_next_one_goes_on() throws Exception {
    database.append("thing", "a", 1);
    try (var capture = open(start())) {
      take(capture, 1);
      database.administer("select pg_terminate_backend(%d)".formatted(database.slotHolder().pid()));

      assertThat(failure(capture)).isInstanceOf(CaptureException.class);
    }
    database.awaitSlotFree();
    try (var capture = open(start())) {
      assertThat(take(capture, 1)).hasSize(1);
    }
  }

  /** The name of the server may stand for an old primary since the preflight looked. */
  @Test
  void a_server_on_another_timeline_than_the_position_is_not_read() throws Exception {
    database.append("thing", "a", 1);
    try (var capture = open(start().on(2))) {
      assertThat(failure(capture)).isInstanceOf(CaptureException.class);
    }
    database.awaitSlotFree();
  }

  /** Or for a copy of the database in another cluster, with a slot of the same name. */
  @Test
  void a_server_of_another_cluster_than_the_position_is_not_read() throws Exception {
    database.append("thing", "a", 1);
    try (var capture = open(new Position(database.slot(), "1", 1, "", 0, new Lsn(0), null))) {
      assertThat(failure(capture)).isInstanceOf(CaptureException.class);
    }
    database.awaitSlotFree();
  }

  @Test
  void many_rows_come_all_and_in_order() throws Exception {
    database.copy("thing", "a", 5_000);
    try (var capture = open(database, start(), Set.of(), 512)) {
      assertThat(take(capture, 5_000))
          .extracting(Message::aggregateVersion)
          .containsExactlyElementsOf(LongStream.rangeClosed(1, 5_000).boxed().toList());
    }
  }

  /**
   * As when the standby that commits wait for is away: the commit is in the log, and nobody sees
   * it.
   */
  @Test
  void a_commit_that_nobody_sees_yet_waits_and_so_does_what_comes_behind() throws Exception {
    database.administer(
        "alter database %s set synchronous_commit = local".formatted(database.name()));
    database.administer("alter system set synchronous_standby_names = 'away'");
    database.administer("select pg_reload_conf()");
    try (var capture = open(start());
        var session = database.begin();
        var commits = Executors.newVirtualThreadPerTaskExecutor()) {
      next(capture);
      run(session, "set synchronous_commit = on");
      OutboxDatabase.append(session, "thing", "a", 1);
      Future<?> committed;
      try {
        committed =
            commits.submit(() -> {
              session.commit();
              return null;
            });
        awaitTrue("select count(*) = 1 from pg_stat_activity where wait_event = 'SyncRep'");
        database.append("thing", "b", 1);
        awaitTrue(
            "select sent_lsn >= '%s' from pg_stat_replication where pid = %d"
                .formatted(database.logPosition(), database.slotHolder().pid()));
        assertThat(database.ask("select count(*) from outbox where aggregateid = 'a'"))
            .isEqualTo("0");

        for (int i = 0; i < 10; i++) {
          assertThat(capture.next(WAIT).map(CapturedBatch::messages).orElse(List.of())).isEmpty();
        }
      } finally {
        database.administer("alter system reset synchronous_standby_names");
        database.administer("select pg_reload_conf()");
      }
      committed.get();
      assertThat(take(capture, 2)).extracting(Message::aggregateId).containsExactly("a", "b");
    }
  }

  private void awaitTrue(String question) {
    await().atMost(LIMIT).until(() -> "t".equals(database.ask(question)));
  }

  private static void run(Connection connection, String statement) throws SQLException {
    try (var sql = connection.createStatement()) {
      sql.execute(statement);
    }
  }

  private void assertEnds(Capture capture) {
    var since = System.nanoTime();
    capture.close();
    database.awaitSlotFree();

    assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(ENDS_WITHIN);
    assertThatThrownBy(() -> capture.next(WAIT)).isInstanceOf(CaptureException.class);
  }

  private UnreadableRowException unreadable(Position behind) {
    try (var capture = open(behind)) {
      return (UnreadableRowException) failure(capture);
    }
  }

  private static Throwable failure(Capture capture) {
    return await().atMost(LIMIT).until(() -> failureOf(capture), failure -> failure != null);
  }

  private static @Nullable Throwable failureOf(Capture capture) {
    return catchThrowable(() -> capture.next(WAIT));
  }

  /** Where nothing is published yet. */
  private Position start() {
    return new Position(database.slot(), database.systemIdentifier(), 1, "", 0, new Lsn(0), null);
  }

  private Capture open(Position behind) {
    return open(database, behind, Set.of(), 1);
  }

  private static CapturedBatch next(Capture capture) throws InterruptedException {
    var since = System.nanoTime();
    while (System.nanoTime() - since < LIMIT.toNanos()) {
      var batch = capture.next(WAIT);
      if (batch.isPresent()) {
        return batch.get();
      }
    }
    throw new AssertionError("nothing came within " + LIMIT);
  }

  private static CapturedBatch nextWithMessages(Capture capture) throws InterruptedException {
    var batch = next(capture);
    while (batch.messages().isEmpty()) {
      batch = next(capture);
    }
    return batch;
  }

  private static List<Message> take(Capture capture, int count) throws InterruptedException {
    var messages = new ArrayList<Message>();
    while (messages.size() < count) {
      messages.addAll(next(capture).messages());
    }
    return messages;
  }
}
