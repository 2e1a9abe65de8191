package onceward.endtoend;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What must be true of the whole system once it has come to rest, whatever was done to it. */
final class Invariants {

  private Invariants() {}

  static void hold() {
    everySagaEnded();
    nothingIsMissing();
    effectsAreThereOnce();
  }

  /**
   * Nothing lost, no ghosts, every version in its order, everything handled, and nothing dead or on
   * its way. Messages may be on theirs for a while.
   */
  private static void nothingIsMissing() {
    await()
        .atMost(60, SECONDS)
        .untilAsserted(() -> {
          var verified = CommandLine.run("verify");
          assertThat(verified.output())
              .contains("account.events", "profile.events")
              .endsWith(" Nothing is missing.\n")
              .doesNotContain("Note:");
          assertThat(verified.exitCode()).isZero();
        });
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
