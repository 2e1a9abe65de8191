package onceward.cli.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import onceward.ledger.verify.CoveredHours;
import onceward.ledger.verify.Finding;
import onceward.ledger.verify.Kind;
import onceward.ledger.verify.Stall;
import onceward.ledger.verify.Verdict;
import org.junit.jupiter.api.Test;

final class VerdictReportTest {

  private static final UUID ID = UUID.fromString("01a22411-ea6b-75d0-81c2-4064aebda366");

  private final Verdict broken =
      new Verdict(
          Instant.parse("2026-11-28T03:00:00Z"),
          2,
          List.of(new Verdict.TopicVerdict("account.events", 2, 1)),
          List.of(new Verdict.ConsumerVerdict("user-service", "account.events", 1)),
          List.of(
              new Finding(
                  Kind.MISSING,
                  "account.events",
                  3,
                  Optional.of(Instant.parse("2026-11-28T02:59:30Z")),
                  List.of(
                      new Finding.Example(
                          Optional.of(ID),
                          Optional.of("AccountRegistered of account a version 1"),
                          "of database auth")))),
          List.of("Slot x is gone."),
          List.of(),
          Optional.of(
              new CoveredHours(
                  168,
                  12_000,
                  20,
                  3,
                  List.of(
                      new CoveredHours.Unproven(
                          Instant.parse("2026-11-28T02:00:00Z"),
                          "user-service has set messages aside")))));

  @Test
  void names_what_is_broken_for_people() {
    assertThat(new VerdictReport(broken, List.of(), Duration.ofMillis(1500)).text())
        .contains(
            "account.events",
            "user-service",
            "BROKEN missing in account.events: 3 messages",
            "the oldest is 30 seconds old",
            ID + "  AccountRegistered of account a version 1; of database auth",
            "and 2 more (--limit)",
            "Note: Slot x is gone.",
            "168 hours with 12,000 messages; Kafka no longer keeps 20 of these hours whole",
            "3 hours",
            "2026-11-28T02:00:00Z  user-service has set messages aside",
            "2 messages compared in 1.5 s. A promise is broken.");
  }

  @Test
  void names_it_for_scripts() throws Exception {
    var json =
        new ObjectMapper()
            .readTree(new VerdictReport(broken, List.of(), Duration.ofMillis(1500)).json());
    assertThat(json.path("outcome").asText()).isEqualTo("BROKEN");
    assertThat(json.path("holds").asBoolean(true)).isFalse();
    var finding = json.path("findings").path(0);
    assertThat(finding.path("kind").asText()).isEqualTo("missing");
    assertThat(finding.path("weight").asText()).isEqualTo("broken");
    assertThat(finding.path("count").asLong()).isEqualTo(3);
    assertThat(finding.path("messages").path(0).path("messageId").asText())
        .isEqualTo(ID.toString());
    assertThat(json.path("hours").path("proven").asLong()).isEqualTo(168);
    assertThat(json.path("hours").path("read").asLong()).isEqualTo(3);
    assertThat(json.path("hours").path("unproven").path(0).path("hour").asText())
        .isEqualTo("2026-11-28T02:00:00Z");
    assertThat(json.path("topics").path(0).path("appended").asLong()).isEqualTo(2);
  }

  @Test
  void a_pipeline_that_stands_still_is_named_and_is_no_clean_end() throws Exception {
    var waiting =
        new Verdict(
            Instant.parse("2026-11-28T03:00:00Z"),
            1,
            List.of(),
            List.of(),
            List.of(new Finding(Kind.NOT_PUBLISHED_YET, "auth", 1, Optional.empty(), List.of())),
            List.of(),
            List.of(),
            Optional.empty());
    var relay =
        new ObjectMapper()
            .readTree(
                """
                {"pipelines":[
                  {"pipeline":"auth","state":"STOPPED","reason":"slot-ahead","sentence":"the slot is ahead",
                   "remedy":"infra/onceward relay accept auth"},
                  {"pipeline":"user","state":"STREAMING","sentence":"captures and publishes"}]}
                """);
    var report =
        new VerdictReport(
            waiting,
            Stalls.ofPipelines(relay, text -> text + " --home /srv"),
            Duration.ofMillis(300));

    assertThat(report.exitCode()).isEqualTo(4);
    assertThat(report.text())
        .contains(
            """
            STANDS STILL pipeline auth is STOPPED (slot-ahead): the slot is ahead
              to mend it: infra/onceward relay accept auth --home /srv
              read: infra/docs/runbook/slot-ahead.md
            """)
        .endsWith(
            "1 messages compared in 0.3 s. Nothing is known to be missing, but something stands still: what is under way there does not arrive before that is mended.\n");
    var json = new ObjectMapper().readTree(report.json());
    assertThat(json.path("outcome").asText()).isEqualTo("STANDS_STILL");
    assertThat(json.path("holds").asBoolean()).isTrue();
    assertThat(json.path("standsStill")).hasSize(1);
    assertThat(json.path("standsStill").path(0).path("subject").asText())
        .isEqualTo("pipeline auth");
    var silent = Stalls.ofSilent("auth-service", "auth-service does not answer");
    assertThat(new VerdictReport(waiting, List.of(silent), Duration.ZERO).text())
        .contains("STANDS STILL auth-service does not answer\n");
    assertThat(new VerdictReport(waiting, List.of(), Duration.ZERO).exitCode()).isZero();
    assertThat(
            new VerdictReport(broken, Stalls.ofPipelines(relay, x -> x), Duration.ZERO).exitCode())
        .isEqualTo(1);
  }

  @Test
  void a_consumer_that_is_stopped_is_named_with_its_reason() throws Exception {
    var messaging =
        new ObjectMapper()
            .readTree(
                """
                {"subscriptions":[
                  {"consumer":"user-service","topic":"account.events","flows":false,"stopped":false,
                   "reason":"account.events-0 is stopped: 5 records are gone",
                   "partitions":{"account.events-0":{"stopped":"5 records are gone"}}},
                  {"consumer":"user-service","topic":"profile.events","flows":true,"partitions":{}}]}
                """);

    var stalls = Stalls.ofSubscriptions(messaging, "infra/onceward messaging status");

    assertThat(stalls)
        .containsExactly(
            new Stall(
                "consumer user-service of account.events:",
                "account.events-0 is stopped: 5 records are gone",
                true,
                Optional.of("infra/onceward messaging status"),
                Optional.of("infra/docs/runbook/records-gone.md")));
  }
}
