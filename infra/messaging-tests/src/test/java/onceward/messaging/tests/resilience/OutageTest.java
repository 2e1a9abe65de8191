package onceward.messaging.tests.resilience;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * Goal: while its database is away, a service waits and says so; when it is back, everything is
 * handled once and in order, and nobody has been taken for dead.
 *
 * <p>Method: two consumers of two members each, one for each group protocol, read one topic under
 * load; their PostgreSQL is stopped without a farewell for as long as {@code messaging.outage}
 * says, in seconds.
 */
class OutageTest {

  private static final Duration OUTAGE =
      Duration.ofSeconds(Integer.getInteger("messaging.outage", 15));

  /** Shorter than the outage, which must not cost a member its place; see the rebalances. */
  private static final int SESSION_MS = 14_000;

  private static final int HEARTBEAT_MS = 3_000;

  /** In four rounds of 5 s in which no connection comes, whatever the machine. */
  private static final Duration PROMISED = Duration.ofSeconds(30);

  private static final int MESSAGES_PER_SECOND = 300;
  private static final int BEFORE = 1_000;
  private static final List<String> PROTOCOLS = List.of("classic", "consumer");

  @Test
  void a_database_that_is_away_for_a_while_costs_time_and_nothing_else() throws Exception {
    try (var database = new OwnDatabase();
        var log = new LibraryLog();
        var classic = new Group("classic", "outage.events");
        var newer = new Group("consumer", "outage.events");
        var members = members(database, "classic");
        var newerMembers = members(database, "consumer");
        var load = Load.start("outage", MESSAGES_PER_SECOND)) {
      newer.setSession(SESSION_MS, HEARTBEAT_MS);
      awaitFlow(database, members, newerMembers);
      var rebalances = settledRebalances();

      var began = Instant.now();
      database.takeAway();
      awaitDownNamingTheDatabase(members, newerMembers);
      var noticed = Duration.between(began, Instant.now());
      awaitEndOfOutage(began, members);
      database.giveBack();
      var back = Instant.now();
      members.awaitReady();
      newerMembers.awaitReady();
      var ready = Duration.between(back, Instant.now());

      var sent = load.stop();
      for (var protocol : PROTOCOLS) {
        try (var connection = database.connect()) {
          var outcome = new Outcome(connection, protocol);
          await()
              .atMost(120, SECONDS)
              .untilAsserted(
                  () -> assertThat(outcome.effects()).isGreaterThanOrEqualTo(sent.size()));
          outcome.assertEachOnceAndInOrder(sent);
          outcome.assertNothingSetAside();
        }
      }
      for (var group : List.of(classic, newer)) {
        await().atMost(20, SECONDS).untilAsserted(() -> assertThat(group.lag()).isZero());
      }
      assertThat(Rebalances.count()).as("rebalances").isEqualTo(rebalances);
      assertThat(log.startsAnew()).isEmpty();
      System.out.printf(
          "outage of %s: %d messages, noticed after %s, ready after %s, drained after %s%n",
          OUTAGE, sent.size(), noticed, ready, Duration.between(back, Instant.now()));
    }
  }

  private static Members members(OwnDatabase database, String protocol) {
    var settings = new HashMap<String, Object>(database.properties());
    settings.putAll(
        Map.of(
            Effects.TOPIC,
            "outage.events",
            Effects.CONSUMER,
            protocol,
            "messaging.group-protocol",
            protocol,
            "messaging.session-timeout",
            SESSION_MS + "ms",
            "datasources.default.connection-timeout",
            5_000,
            "datasources.default.maximum-pool-size",
            6,
            // It would wait for a connection itself, and the test with it.
            "endpoints.health.jdbc.enabled",
            false));
    return new Members(2, true, settings);
  }

  private static void awaitFlow(OwnDatabase database, Members... all) throws Exception {
    for (var members : all) {
      members.awaitReady();
    }
    try (var connection = database.connect()) {
      for (var protocol : PROTOCOLS) {
        var outcome = new Outcome(connection, protocol);
        await().atMost(60, SECONDS).until(() -> outcome.effects() > BEFORE);
      }
    }
  }

  /** A group that already works may take another round over its members. */
  private static double settledRebalances() throws Exception {
    var last = new AtomicReference<>(Rebalances.count());
    await()
        .during(5, SECONDS)
        .atMost(60, SECONDS)
        .until(() -> {
          var now = Rebalances.count();
          return last.getAndSet(now).equals(now);
        });
    return last.get();
  }

  private static void awaitDownNamingTheDatabase(Members... all) {
    await()
        .atMost(PROMISED)
        .untilAsserted(() -> {
          for (var members : all) {
            for (var member = 0; member < members.count(); member++) {
              assertThat(members.readiness(member).text())
                  .startsWith("503")
                  .containsPattern("outage.events-\\d+ is held back: [^\"]*SQL");
            }
          }
        });
  }

  private static void awaitEndOfOutage(Instant began, Members members) {
    var rest = OUTAGE.minus(Duration.between(began, Instant.now()));
    if (rest.isPositive()) {
      await().during(rest).atMost(rest.plusSeconds(20)).until(() -> !members.readiness(0).isUp());
    }
  }
}
