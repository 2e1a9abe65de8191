package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CaptureException;
import onceward.relay.capture.CaptureMethod;
import onceward.relay.pipeline.PipelineParts;
import onceward.relay.position.Position;
import onceward.relay.publish.Delivery;
import onceward.relay.stop.StopReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The primary is killed, and its standby promoted: the relay goes on by itself where that loses
 * nothing and leaves nothing in the topic that the new primary lacks, and stops with a name
 * elsewhere.
 *
 * <p>Method: a real primary and standby; SIGKILL of all processes of the primary.
 */
// Before 17 no slot follows to a standby.
@DisabledIfSystemProperty(named = "onceward.postgres", matches = "15|16")
class FailoverTest extends PromotedStandby {

  /** Method: the standby gets nothing any more, and the primary does not wait for it. */
  @Test
  void a_standby_that_lacks_what_is_published_stops_the_relay() throws Exception {
    servers.addStandby();
    try (var pipeline = start(Delivery.EXACTLY_ONCE, CaptureMethod.PGOUTPUT)) {
      pipeline.awaitStreaming();
      servers.awaitFollowed(database.slot());
      servers.cutStandbyOff();
      publish(1);

      killAndPromote();

      pipeline.awaitStopped(LIMIT, StopReason.TIMELINE_CHANGED, "but it left timeline 1 at");
      assertStaysAt("1");
      assertThat(pipeline.accept()).isTrue();
      pipeline.awaitStreaming();
      publish(2);
    }
  }

  /**
   * Method: the standby gets the row and not the end of its transaction. The canary is locked, as
   * its moves would be published behind that.
   */
  @Test
  void a_standby_that_lacks_the_end_of_a_published_transaction_stops_the_relay() throws Exception {
    servers.addStandby();
    try (var pipeline = start(Delivery.EXACTLY_ONCE, CaptureMethod.PGOUTPUT)) {
      pipeline.awaitStreaming();
      servers.awaitFollowed(database.slot());
      try (var canary = servers.primary().connect(database.name());
          var lock = canary.createStatement();
          var transaction = database.begin()) {
        canary.setAutoCommit(false);
        lock.execute("select from relay_canary for update");
        OutboxDatabase.append(transaction, topic.aggregateType(), "a", 1);
        // Has the log written up to here.
        database.administer("create table filler ()");
        awaitCaughtUp();
        servers.cutStandbyOff();
        transaction.commit();
        await().atMost(LIMIT).until(() -> topic.arrivals().contains("a1"));

        killAndPromote();

        pipeline.awaitStopped(
            LIMIT,
            StopReason.TIMELINE_CHANGED,
            "the last whose messages are published, is not committed there");
      }
    }
  }

  /** Method: at least once, and the primary does not wait for the standby, which has it all. */
  @Test
  void more_may_be_published_than_is_written_down_where_nothing_waits_for_the_standby()
      throws Exception {
    servers.addStandby();
    try (var pipeline = start(Delivery.AT_LEAST_ONCE, CaptureMethod.PGOUTPUT)) {
      pipeline.awaitStreaming();
      servers.awaitFollowed(database.slot());
      publish(1);

      killAndPromote();

      pipeline.awaitStopped(
          LIMIT, StopReason.TIMELINE_CHANGED, "more may be published than is written down");
    }
  }

  /** Method: the standby gets nothing any more, and the primary waits for it. */
  @Test
  void a_standby_that_is_waited_for_and_gets_nothing_is_named() throws Exception {
    followByStandby();
    var parts = parts(Delivery.AT_LEAST_ONCE, CaptureMethod.PGOUTPUT);
    try (var pipeline =
        LonePipeline.start(LonePipeline.stallingAfter(Duration.ofSeconds(2), parts))) {
      pipeline.awaitStreaming();
      publish(1);
      servers.cutStandbyOff();

      pipeline.awaitDown(LIMIT, "nobody reads from standby there");
    }
  }

  @ParameterizedTest
  @EnumSource(Remade.class)
  void a_slot_that_is_made_after_the_promotion_stops_the_relay(Remade remade) throws Exception {
    servers.addStandby();
    database.dropSlot();
    database.makeSlot("pgoutput");
    try (var pipeline = start(Delivery.EXACTLY_ONCE, CaptureMethod.PGOUTPUT)) {
      pipeline.awaitStreaming();
      publish(1);
      awaitCaughtUp();

      killAndPromote();

      pipeline.awaitStopped(StopReason.SLOT_MISSING);
      database.append(topic.aggregateType(), "a", 2);
      remade.make(database);
      pipeline.awaitStopped(LIMIT, remade.reason, remade.sentence);
      assertStaysAt("1");
    }
  }

  /** How somebody makes the slot that was lost, and what the relay says of that. */
  enum Remade {
    FOLLOWING(StopReason.SLOT_AHEAD, "it was made anew or moved"),
    ORDINARY(StopReason.TIMELINE_CHANGED, "(failover is off), so it was made some other way; and");

    private final StopReason reason;
    private final String sentence;

    Remade(StopReason reason, String sentence) {
      this.reason = reason;
      this.sentence = sentence;
    }

    void make(OutboxDatabase database) throws SQLException {
      database.administer(
          "select pg_create_logical_replication_slot('%s', 'pgoutput', failover => %s)"
              .formatted(database.slot(), this == FOLLOWING));
    }
  }

  /**
   * Method: the old primary is started as it was, so there are two. Then the new one ends for a
   * while.
   */
  @Test
  void an_old_primary_that_comes_back_is_warned_of_and_not_read() throws Exception {
    followByStandby();
    var before = servers.primarySettings();
    try (var pipeline = start(Delivery.EXACTLY_ONCE, CaptureMethod.PGOUTPUT)) {
      pipeline.awaitStreaming();
      awaitPosition(1);
      publish(1);
      killAndPromote();
      var old = servers.startAgain(before);
      pipeline.awaitStreaming();
      publish(2);
      pipeline.beginAnew();
      pipeline.awaitStreaming();
      database.on(old).append(topic.aggregateType(), "a", 2);
      publish(3);
      var warning =
          "127.0.0.1:%d is a primary too, on timeline 1, while the relay reads from 127.0.0.1:%d, on timeline 2"
              .formatted(before.port(), servers.primary().port());
      await()
          .atMost(LIMIT)
          .until(
              pipeline.pipeline()::warnings,
              warnings -> warnings.size() == 1 && warnings.getFirst().startsWith(warning));

      servers.killPrimary();

      pipeline.awaitStopped(LIMIT, StopReason.TIMELINE_CHANGED, "an old primary has come back");
      assertThat(pipeline.pipeline().warnings()).isEmpty();
      servers.startAgain(servers.primarySettings());
      pipeline.awaitStreaming();
      publish(4);
      assertThat(topic.versions()).containsExactly("1", "2", "3", "4");
    }
  }

  /**
   * Method: the server is promoted twice in its place, while no relay runs. The first relay after
   * that can read nothing, so what it writes down comes from no batch.
   */
  @Test
  void two_promotions_that_no_relay_has_seen_are_one_way() throws Exception {
    try (var pipeline = start(Delivery.EXACTLY_ONCE, CaptureMethod.PGOUTPUT)) {
      pipeline.awaitStreaming();
      publish(1);
    }
    database.append(topic.aggregateType(), "a", 2);
    for (var promotion = 1; promotion <= 2; promotion++) {
      servers.promoteInPlace();
      database = database.on(servers.primary());
    }
    try (var _ = LonePipeline.start(unableToRead())) {
      await().atMost(LIMIT).until(() -> position().timeline() == 3);
    }
    try (var pipeline = start(Delivery.EXACTLY_ONCE, CaptureMethod.PGOUTPUT)) {
      pipeline.awaitStreaming();
      publish(3);
    }
    assertThat(topic.versions()).containsExactly("1", "2", "3");
  }

  private PipelineParts unableToRead() {
    return new FaultyParts(parts(Delivery.EXACTLY_ONCE, CaptureMethod.PGOUTPUT)) {
      @Override
      public Capture capture(Position from, Set<UUID> discarded) {
        throw new CaptureException("not now", null);
      }
    };
  }

  /** Else what is published is not on the standby, which is another test. */
  private void awaitCaughtUp() {
    var written = database.logPosition();
    var follower = database.on(servers.standby());
    await()
        .atMost(LIMIT)
        .until(() ->
            follower.ask("select pg_last_wal_replay_lsn() >= '%s'".formatted(written)).equals("t"));
  }

  private void assertStaysAt(String version) {
    assertThat(topic.readOn()).last().isEqualTo(version);
  }
}
