package onceward.endtoend;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What must be true of the whole system once it has come to rest, whatever was done to it. */
final class Invariants {

  private static final Map<String, String> TOPICS =
      Map.of("auth", "account.events", "user", "profile.events");

  private Invariants() {}

  static void hold() {
    TOPICS.forEach(Invariants::outboxAndTopicAgree);
    TOPICS.values().forEach(Invariants::versionsAreGapless);
    everySagaEnded();
    effectsAreThereOnce();
  }

  /** Nothing lost, and no ghosts. */
  private static void outboxAndTopicAgree(String database, String topic) {
    await()
        .atMost(30, SECONDS)
        .untilAsserted(() ->
            assertThat(ids(topic))
                .containsExactlyInAnyOrderElementsOf(
                    RunningSystem.databases().texts(database, "select id::text from outbox")));
  }

  private static Set<String> ids(String topic) {
    var ids = new HashSet<String>();
    RunningSystem.topics()
        .records(topic)
        .forEach(record -> ids.add(Topics.header(record, "ce_id")));
    return ids;
  }

  /** Of every key, versions 1, 2, 3 … in that order, not counting what was published again. */
  private static void versionsAreGapless(String topic) {
    var seen = new HashSet<String>();
    var versions = new HashMap<String, Long>();
    for (var record : RunningSystem.topics().records(topic)) {
      if (seen.add(Topics.header(record, "ce_id"))) {
        var version = versions.merge(Topics.header(record, "ce_subject"), 1L, Long::sum);
        assertThat(Topics.header(record, "ce_sequence"))
            .as("version of %s %s", topic, Topics.header(record, "ce_subject"))
            .isEqualTo(version.toString());
      }
    }
  }

  private static void everySagaEnded() {
    await()
        .atMost(60, SECONDS)
        .untilAsserted(() ->
            assertThat(
                    RunningSystem.databases()
                        .count("auth", "select count(*) from account where status = 'PENDING'"))
                .isZero());
  }

  /** An active account has exactly one profile, and every other account has none. */
  private static void effectsAreThereOnce() {
    await()
        .atMost(30, SECONDS)
        .untilAsserted(() ->
            assertThat(
                    RunningSystem.databases()
                        .texts(
                            "user",
                            "select account_id::text from profile where status = 'CREATED'"))
                .containsExactlyInAnyOrderElementsOf(
                    RunningSystem.databases()
                        .texts("auth", "select id::text from account where status = 'ACTIVE'")));
  }
}
