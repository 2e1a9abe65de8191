package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import onceward.messaging.Message;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CaptureMethod;
import onceward.relay.capture.CapturedBatch;
import onceward.relay.position.LogPlace;
import onceward.relay.position.Lsn;
import onceward.relay.position.Position;
import onceward.relay.publish.Delivery;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A relay with one capture goes on wherever one with the other stopped, in both directions. */
class SwitchedCaptureTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration WAIT = Duration.ofMillis(100);
  private static final int SWITCHES = 5;

  private OutboxDatabase database;

  /** A batch of one change, by all that a pipeline goes by. */
  private record Seen(
      List<Message> messages,
      Instant committedAt,
      long beat,
      Lsn confirmable,
      @Nullable LogPlace place) {

    static Seen of(CapturedBatch batch) {
      return new Seen(
          batch.messages(), batch.oldestCommit(), batch.beat(), batch.confirmable(), batch.place());
    }
  }

  @BeforeEach
  void make() {
    database = OutboxDatabase.create();
  }

  @AfterEach
  void drop() throws Exception {
    database.close();
  }

  @Test
  void both_captures_give_the_same_changes_at_the_same_places() throws Exception {
    writeOfAllKinds();

    var byEngine = all(CaptureMethod.ENGINE);

    assertThat(all(CaptureMethod.PGOUTPUT)).containsExactlyElementsOf(byEngine);
    assertThat(byEngine).anyMatch(seen -> seen.place() != null && seen.place().nth() > 2);
    assertThat(byEngine).anyMatch(seen -> seen.beat() == 2);
  }

  /** Method: one change at a time, by turns; every second one is acknowledged. */
  @ParameterizedTest
  @EnumSource
  void one_capture_goes_on_behind_every_place_of_the_other(CaptureMethod first) throws Exception {
    writeOfAllKinds();
    var expected = messages(all(first));
    var position = start();
    var seen = new ArrayList<Message>();
    var method = first;
    for (var turn = 0; seen.size() < expected.size(); turn++) {
      try (var capture = open(method, position)) {
        var batch = nextWithMessages(capture);
        seen.addAll(batch.messages());
        position = position.reached(batch.beat(), batch.confirmable(), batch.place());
        if (turn % 4 < 2) {
          batch.acknowledgement().send();
        }
      }
      database.awaitSlotFree();
      method = other(method);
    }
    assertThat(seen).containsExactlyElementsOf(expected);
  }

  @ParameterizedTest
  @EnumSource
  void a_pipeline_may_change_its_capture_between_two_starts(Delivery delivery) throws Exception {
    try (var topic = new TopicReader().createTopic()) {
      var method = CaptureMethod.ENGINE;
      var expected = new ArrayList<String>();
      for (var number = 0; number < SWITCHES; number++) {
        append(topic, expected);
        try (var _ = LonePipeline.start(parts(delivery, method)).awaitStreaming()) {
          append(topic, expected);
          await().atMost(LIMIT).until(() -> topic.readOn().size() >= expected.size());
        }
        database.awaitSlotFree();
        method = other(method);
      }
      assertThat(topic.readOn()).containsExactlyElementsOf(expected);
    }
  }

  private void append(TopicReader topic, List<String> versions) throws SQLException {
    var version = versions.size() + 1;
    database.append(topic.aggregateType(), "a", version);
    versions.add(Integer.toString(version));
  }

  private static CaptureMethod other(CaptureMethod method) {
    return switch (method) {
      case PGOUTPUT -> CaptureMethod.ENGINE;
      case ENGINE -> CaptureMethod.PGOUTPUT;
    };
  }

  private ConfiguredParts parts(Delivery delivery, CaptureMethod capture) {
    return database.parts(Map.of("delivery", delivery.code(), "capture", capture.code()), Map.of());
  }

  /**
   * Transactions that overlap, rows that share a record of the log, canaries, what is of others.
   */
  private void writeOfAllKinds() throws Exception {
    database.administer("create table elsewhere (id int primary key)");
    database.administer("alter publication outbox add table elsewhere");
    try (var overlapping = database.begin()) {
      OutboxDatabase.append(overlapping, "thing", "long", 1);
      database.append("thing", "a", 1);
      database.administer("update relay_canary set beat = beat + 1");
      database.administer("insert into elsewhere values (1)");
      OutboxDatabase.append(overlapping, "thing", "long", 2);
      overlapping.commit();
    }
    database.copyIntoFewLogRecords("thing", "b", 4);
    database.administer("update relay_canary set beat = beat + 1");
    database.append("thing", "last", 1);
  }

  /**
   * All that the slot has, and leaves it there. Without the first transaction, which gave the
   * canary's row its name: a row whose key changes is two changes to the engine.
   */
  private List<Seen> all(CaptureMethod method) throws Exception {
    var seen = new ArrayList<Seen>();
    try (var capture = open(method, start())) {
      while (messages(seen).stream().noneMatch(one -> one.aggregateId().equals("last"))) {
        seen.add(Seen.of(next(capture)));
      }
    }
    database.awaitSlotFree();
    return seen.stream()
        .filter(one -> one.place() != null && one.place().commit() != null)
        .toList();
  }

  private static List<Message> messages(List<Seen> seen) {
    return seen.stream().flatMap(one -> one.messages().stream()).toList();
  }

  private Capture open(CaptureMethod method, Position behind) {
    return database.parts(method, 1).capture(behind, Set.of());
  }

  private static CapturedBatch nextWithMessages(Capture capture) throws InterruptedException {
    var batch = next(capture);
    while (batch.messages().isEmpty()) {
      batch = next(capture);
    }
    return batch;
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

  /** Where nothing is published yet. */
  private Position start() {
    return new Position(database.slot(), database.systemIdentifier(), 1, "", 0, new Lsn(0), null);
  }
}
