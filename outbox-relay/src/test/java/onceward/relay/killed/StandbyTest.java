package onceward.relay.killed;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import onceward.relay.OutboxDatabase;
import onceward.relay.TrappedRelay;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: of two relays for one slot one publishes, and the other takes over soon when the first is
 * killed or suspended, without loss or disorder.
 *
 * <p>With {@code relay.suspensions} above one the exactly-once mode is suspended too, so often and
 * for {@code relay.suspended.seconds} each.
 *
 * <p>Method: two real programs, under load. Each names itself in its messages.
 */
class StandbyTest {

  private static final int TAKEOVERS = Integer.getInteger("relay.takeovers", 1);

  private static final int SUSPENSIONS = Integer.getInteger("relay.suspensions", 1);

  /** How long the old one is suspended beyond the take-over. */
  private static final Duration SUSPENDED =
      Duration.ofSeconds(Long.getLong("relay.suspended.seconds", 0));

  private static final Duration SENDER_TIMEOUT = Duration.ofSeconds(5);
  private static final int START_SECONDS = 240;
  private static final String TRAPPED = "/relay/trapped";

  /** Far more than it takes: only to fail in the end. */
  private static final Duration TAKEOVER_MAX = Duration.ofMinutes(2);

  @TempDir private static Path directory;

  private final List<RelayProgram> programs = new ArrayList<>();
  private OutboxDatabase database;
  private PublishedTopic topic;
  private PublishedTopic uncommitted;
  private RelayProcesses processes;

  @BeforeEach
  void makeDatabaseAndTopic() throws Exception {
    database = OutboxDatabase.create();
    topic = PublishedTopic.create();
    uncommitted = topic.uncommitted();
    processes = new RelayProcesses(database, directory);
  }

  @AfterEach
  void end() throws Exception {
    programs.forEach(RelayProgram::close);
    uncommitted.close();
    topic.close();
    database.close();
  }

  @Test
  void the_standby_takes_over_soon_when_the_active_relay_is_killed() throws Exception {
    var takeovers = new ArrayList<Duration>();
    var active = startStreaming();
    try (var writers = new Writers(database, topic.aggregateType(), RelaySeries.SEED)) {
      writers.start();
      for (var number = 0; number < TAKEOVERS; number++) {
        var standby = startStandby();
        awaitPublished(active);
        assertThat(topic.from(standby.source())).isZero();

        active.process().kill();

        takeovers.add(awaitPublished(standby));
        active = standby;
      }
    }
    System.out.printf("%d take-overs, ms: %s%n", TAKEOVERS, sortedMillis(takeovers));
    publishTheRest(active);
    Audit.of(database, topic).assertFine();
  }

  /** Exactly once, it must not even leave records that are never committed. */
  @ParameterizedTest
  @EnumSource
  void a_relay_that_was_suspended_and_lost_its_slot_does_no_harm_when_it_wakes(Delivery delivery)
      throws Exception {
    assumeTrue(delivery.repeats() || SUSPENSIONS > 1);
    giveUpSilentSendersSoon();
    processes.with("delivery", delivery.setting());
    var active = startStreaming();
    var standby = startStandby();
    try (var writers = new Writers(database, topic.aggregateType(), RelaySeries.SEED)) {
      writers.start();
      for (var number = 0; number < SUSPENSIONS; number++) {
        var published = suspend(active, standby);
        if (!delivery.repeats()) {
          assertThat(published).as("records when it woke").isZero();
        }
        var woken = active;
        active = standby;
        standby = woken;
      }
    }
    publishTheRest(active);
    var audit = Audit.of(database, topic);
    System.out.printf("%s, %d suspensions: %s%n", delivery, SUSPENSIONS, audit);
    audit.assertFine();
    if (!delivery.repeats()) {
      assertThat(audit.duplicates()).isZero();
    }
  }

  /** Method: it is suspended between two messages of a batch, with the transaction open. */
  @Test
  void a_batch_that_was_in_hand_when_its_relay_was_suspended_is_not_published_when_it_wakes()
      throws Exception {
    assumeTrue(SUSPENSIONS > 1);
    giveUpSilentSendersSoon();
    processes.with("delivery", Delivery.EXACTLY_ONCE.setting());
    try (var trapped = startTrapped()) {
      var standby = startStandby();
      try (var writers = new Writers(database, topic.aggregateType(), RelaySeries.SEED)) {
        writers.start();
        awaitPrinted(trapped, Trap.lineFor(Point.SENDING));
        trapped.suspend();
        awaitPublished(standby);
        uncommitted.readOn();
        var before = uncommitted.from(TRAPPED);

        trapped.resume();
        awaitPrinted(trapped, "STANDBY");
        uncommitted.readOn();
        assertThat(uncommitted.from(TRAPPED)).as("records of " + trapped).isEqualTo(before);
      }
      publishTheRest(standby);
    }
    var audit = Audit.of(database, topic);
    audit.assertFine();
    assertThat(audit.duplicates()).isZero();
  }

  /** One that waits to be suspended in the middle of its third batch. */
  private RelayProcess startTrapped() throws Exception {
    var trapped =
        processes.start(
            TrappedRelay.class.getName(),
            Map.of(
                "killed.suspends",
                true,
                "killed.point",
                Point.SENDING,
                "killed.hit",
                3,
                "killed.part",
                0.9,
                "relay.pipelines." + RelayProcesses.PIPELINE + ".source",
                TRAPPED));
    trapped.begin();
    awaitPrinted(trapped, "STREAMING");
    return trapped;
  }

  private static void awaitPrinted(RelayProcess process, String text) {
    await(text + " by " + process)
        .atMost(START_SECONDS, SECONDS)
        .until(() -> process.hasPrinted(text));
  }

  private void giveUpSilentSendersSoon() throws SQLException {
    database.administer(
        "alter role relay in database %s set wal_sender_timeout = '%ds'"
            .formatted(database.name(), SENDER_TIMEOUT.toSeconds()));
  }

  /** Returns how many records it left when it woke, committed or not. */
  private int suspend(RelayProgram active, RelayProgram standby) {
    awaitPublished(active);

    active.process().suspend();

    var takeover = awaitPublished(standby);
    readFor(SUSPENDED);
    uncommitted.readOn();
    var before = uncommitted.from(active.source());
    active.process().resume();
    await()
        .atMost(START_SECONDS, SECONDS)
        .untilAsserted(
            () -> assertThat(active.isStandby()).as("standby %s", active.process()).isTrue());
    uncommitted.readOn();
    var published = uncommitted.from(active.source()) - before;
    System.out.printf(
        "take-over from a suspended relay in %d ms; it published %d when it woke%n",
        takeover.toMillis(), published);
    return published;
  }

  private RelayProgram startStreaming() throws Exception {
    var program = start();
    await("streaming " + program.process())
        .atMost(START_SECONDS, SECONDS)
        .until(program::isStreaming);
    return program;
  }

  private RelayProgram startStandby() throws Exception {
    var program = start();
    await("standby " + program.process()).atMost(START_SECONDS, SECONDS).until(program::isStandby);
    return program;
  }

  private RelayProgram start() throws Exception {
    var program = RelayProgram.start(processes, "/relay/" + programs.size());
    programs.add(program);
    return program;
  }

  /**
   * Returns how long it took until it has published more than before. All that is there is read
   * first: a relay that woke may have left records, which are no sign of a take-over.
   */
  private Duration awaitPublished(RelayProgram program) {
    topic.readOn();
    var begun = System.nanoTime();
    var before = topic.from(program.source());
    while (topic.from(program.source()) == before) {
      topic.poll();
      var passed = Duration.ofNanos(System.nanoTime() - begun);
      assertThat(passed).as("published by " + program.process()).isLessThan(TAKEOVER_MAX);
    }
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  private void readFor(Duration time) {
    var end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      topic.poll();
    }
  }

  private void publishTheRest(RelayProgram program) throws Exception {
    var end = "end-" + programs.size();
    database.append(topic.aggregateType(), end, 1);
    await("the rest by " + program.process())
        .atMost(START_SECONDS, SECONDS)
        .until(() -> {
          topic.readOn();
          return topic.has(end);
        });
  }

  private static List<Long> sortedMillis(List<Duration> durations) {
    return durations.stream().map(Duration::toMillis).sorted().toList();
  }
}
