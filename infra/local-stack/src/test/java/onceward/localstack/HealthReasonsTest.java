package onceward.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What an operator reads of the health of a program. */
final class HealthReasonsTest {

  @Test
  void each_indicator_that_is_down_says_why() {
    assertThat(
            HealthReasons.of(
                """
                {"name":"user-service","status":"DOWN","details":{
                  "subscriptions":{"name":"user-service","status":"DOWN",
                    "details":{"user-service:account on account.events":"account.events-0 is stopped: records are gone"}},
                  "jdbc":{"status":"DOWN","details":{
                    "jdbc:postgresql://db/user":{"status":"DOWN","details":{"error":"Connection refused"}},
                    "jdbc:postgresql://db/other":{"status":"UP"}}},
                  "restoring":{"status":"DOWN"},
                  "retention":{"status":"UP","details":{"inbox":"well"}}}}
                """))
        .containsExactly(
            "subscriptions: user-service:account on account.events: account.events-0 is stopped: records are gone",
            "jdbc:postgresql://db/user: error: Connection refused",
            "restoring is DOWN");
  }

  @Test
  void what_is_no_health_says_nothing() {
    assertThat(HealthReasons.of("")).isEmpty();
    assertThat(HealthReasons.of("<html>")).isEmpty();
    assertThat(HealthReasons.of("{\"status\":\"DOWN\"}")).isEmpty();
  }
}
