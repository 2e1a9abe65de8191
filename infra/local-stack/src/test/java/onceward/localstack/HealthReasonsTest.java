package onceward.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
  void what_only_an_operator_can_mend_has_a_page() {
    assertThat(
            HealthReasons.page(
                List.of(
                    "pipelines: user: BACKING_OFF: Kafka does not answer",
                    "pipelines: auth: STOPPED: slot-ahead: slot auth_outbox stands at 0/2; to mend it: x")))
        .contains("infra/docs/runbook/slot-ahead.md");
    assertThat(
            HealthReasons.page(
                List.of(
                    "subscriptions: a on b: b-0 is stopped (infra/docs/runbook/records-gone.md)")))
        .contains("infra/docs/runbook/records-gone.md");
    assertThat(HealthReasons.page(List.of("pipelines: user: BACKING_OFF: not now", "jdbc is DOWN")))
        .isEmpty();
  }

  @Test
  void a_database_that_is_gone_has_a_page() {
    assertThat(
            HealthReasons.of(
                """
                {"details":{"jdbc":{"status":"DOWN","details":{"jdbc:postgresql://db/user":
                  {"status":"DOWN","details":{"error":"FATAL: database \\"user\\" does not exist"}}}}}}
                """))
        .containsExactly(
            "jdbc:postgresql://db/user: error: FATAL: database \"user\" does not exist; if the database is lost, read infra/docs/runbook/consumer-database-lost.md");
  }

  @Test
  void what_a_program_warns_of_is_no_reason_and_is_told_apart() {
    var body =
        """
        {"name":"outbox-relay","status":"UP","details":{
          "pipelines":{"status":"UP","details":{"auth":"STREAMING: captures and publishes"}},
          "warnings":{"status":"UP","details":{"auth":"a:5432 is a primary too"}}}}
        """;
    assertThat(HealthReasons.of(body)).isEmpty();
    assertThat(HealthReasons.warnings(body)).containsExactly("auth: a:5432 is a primary too");
    assertThat(HealthReasons.warnings("<html>")).isEmpty();
  }

  @Test
  void what_is_no_health_says_nothing() {
    assertThat(HealthReasons.of("")).isEmpty();
    assertThat(HealthReasons.of("<html>")).isEmpty();
    assertThat(HealthReasons.of("{\"status\":\"DOWN\"}")).isEmpty();
  }
}
