package onceward.messaging.tests.resilience;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import onceward.messaging.testkit.TestService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Goal: while its processes are restarted one after another, and one of them hangs for longer than
 * Kafka waits, a service handles every message once, in order, and sets none aside.
 *
 * <p>Method: four members in this JVM and one in a process of its own, which is stopped and goes on
 * as if nothing had been; a topic of twelve partitions under load. {@code messaging.restarts} says
 * how many restarts for each test; without it, names are tried with one protocol and their absence
 * with the other.
 */
class RollingRestartTest {

  private static final String RESTARTS_ASKED_FOR = "messaging.restarts";
  private static final int RESTARTS = Integer.getInteger(RESTARTS_ASKED_FOR, 2);
  private static final int MEMBERS = 4;
  private static final int MESSAGES_PER_SECOND = 300;
  private static final String CONSUMER = "roller";

  private static final int SESSION_MS = 5_000;
  private static final int HEARTBEAT_MS = 1_000;

  @Test
  void named_members_of_the_classic_protocol() throws Exception {
    restartUnderLoad("classic", true);
  }

  @Test
  @EnabledIfSystemProperty(named = RESTARTS_ASKED_FOR, matches = "\\d+")
  void unnamed_members_of_the_classic_protocol() throws Exception {
    restartUnderLoad("classic", false);
  }

  @Test
  @EnabledIfSystemProperty(named = RESTARTS_ASKED_FOR, matches = "\\d+")
  void named_members_of_the_newer_protocol() throws Exception {
    restartUnderLoad("consumer", true);
  }

  @Test
  void unnamed_members_of_the_newer_protocol() throws Exception {
    restartUnderLoad("consumer", false);
  }

  private static void restartUnderLoad(String protocol, boolean named) throws Exception {
    var aggregateType = protocol + (named ? "-named" : "-unnamed");
    var topic = aggregateType + ".events";
    try (var service = TestService.create("rolling");
        var group = new Group(CONSUMER, topic);
        var log = new LibraryLog()) {
      group.setSession(SESSION_MS, HEARTBEAT_MS);
      try (var members = new Members(MEMBERS, named, settings(service, protocol, topic));
          var frozen = Frozen.start(members.settings(MEMBERS));
          var database = service.connect()) {
        members.awaitReady();
        // Before the load, under which a program takes long to start.
        awaitMembers(group, MEMBERS + 1);
        var began = Instant.now();
        var sent = restartAll(members, frozen, group, aggregateType);
        var took = Duration.between(began, Instant.now());

        var outcome = new Outcome(database, CONSUMER);
        await()
            .atMost(300, SECONDS)
            .untilAsserted(() -> assertThat(outcome.effects()).isGreaterThanOrEqualTo(sent.size()));
        outcome.assertEachOnceAndInOrder(sent);
        outcome.assertNothingSetAside();
        await().atMost(60, SECONDS).untilAsserted(() -> assertThat(group.lag()).isZero());
        System.out.printf(
            "%s: %d restarts, %d messages, %d s%n",
            aggregateType, RESTARTS, sent.size(), took.toSeconds());
        if (Boolean.getBoolean("messaging.verbose")) {
          log.lines().forEach(System.out::println);
          System.out.println(frozen.log());
        }
      }
      assertThat(log.startsAnew()).isEmpty();
    }
  }

  /** Returns what was sent meanwhile. */
  private static Map<UUID, Load.Sent> restartAll(
      Members members, Frozen frozen, Group group, String aggregateType) throws Exception {
    try (var load = Load.start(aggregateType, MESSAGES_PER_SECOND)) {
      for (var restart = 0; restart < RESTARTS; restart++) {
        if (restart == RESTARTS / 2) {
          freezeUntilGivenUp(frozen, group);
        }
        members.restart(restart % MEMBERS);
      }
      awaitMembers(group, MEMBERS + 1);
      return load.stop();
    }
  }

  /** Until the others have its partitions; then it goes on, holding what it had in its hands. */
  private static void freezeUntilGivenUp(Frozen frozen, Group group) throws Exception {
    frozen.freeze();
    awaitMembers(group, MEMBERS);
    frozen.thaw();
    awaitMembers(group, MEMBERS + 1);
  }

  private static void awaitMembers(Group group, int count) {
    await()
        .atMost(300, SECONDS)
        .untilAsserted(() ->
            assertThat(group.assigned().values())
                .hasSize(count)
                .allMatch(partitions -> partitions > 0)
                .satisfies(all ->
                    assertThat(all.stream().mapToInt(it -> it).sum()).isEqualTo(Group.PARTITIONS)));
  }

  private static Map<String, Object> settings(TestService service, String protocol, String topic) {
    var settings = new HashMap<String, Object>(service.properties());
    settings.put(Effects.TOPIC, topic);
    settings.put(Effects.CONSUMER, CONSUMER);
    settings.put("messaging.group-protocol", protocol);
    settings.put("messaging.session-timeout", SESSION_MS + "ms");
    settings.put("datasources.default.maximum-pool-size", 6);
    return settings;
  }
}
