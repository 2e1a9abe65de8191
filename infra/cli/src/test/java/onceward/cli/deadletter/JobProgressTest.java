package onceward.cli.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

/** Goal: an operator sees how far a job is, how fast it goes and when it will be over. */
class JobProgressTest {

  @Test
  void a_job_is_told_with_its_rate_and_the_time_that_is_left() {
    var progress = new JobProgress(job("running", 10_000, 4_000), 1_000, Duration.ofSeconds(50));

    assertThat(progress.line())
        .isEqualTo(
            "shop: running, 6000 of 10000 (verified 5990, failed 7, skipped 3), 100.0 a second, 40 s left");
    assertThat(progress.isOver()).isFalse();
    assertThat(progress.isVerified()).isFalse();
  }

  @Test
  void what_is_not_known_yet_is_left_out_and_a_job_that_is_over_has_no_time_left() {
    assertThat(new JobProgress(job("requested", 10, 10), 0, Duration.ZERO).line())
        .endsWith("0.0 a second");
    assertThat(new JobProgress(job("paused", 10, 5), 0, Duration.ofSeconds(5)))
        .returns(true, JobProgress::isOver)
        .satisfies(paused -> assertThat(paused.line()).endsWith("1.0 a second"));
    assertThat(new JobProgress(job("running", 40_000, 20_000), 10_000, Duration.ofHours(1)).line())
        .endsWith("2 h 0 min left");
  }

  @Test
  void what_a_job_would_take_is_told_by_group_and_service() {
    var plan = JsonNodeFactory.instance.objectNode().put("service", "shop").put("total", 12);
    plan.putObject("groups").put("1f2e", 10).put("77ab", 2);
    var none = JsonNodeFactory.instance.objectNode().put("service", "depot").put("total", 0);

    assertThat(Plan.describe(List.of(plan, none)))
        .isEqualTo("12 dead letters of 2 groups at shop (1f2e: 10, 77ab: 2)");
  }

  @Test
  void a_time_is_in_utc_or_so_long_ago() {
    var now = Instant.parse("2026-11-28T03:00:00Z");

    assertThat(SelectionOptions.Reader.read("90m", now)).isEqualTo("2026-11-28T01:30:00Z");
    assertThat(SelectionOptions.Reader.read("2d", now)).isEqualTo("2026-11-26T03:00:00Z");
    assertThat(SelectionOptions.Reader.read("2026-11-28T01:00:00Z", now))
        .isEqualTo("2026-11-28T01:00:00Z");
    assertThatThrownBy(() -> SelectionOptions.Reader.read("yesterday", now))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("\"yesterday\" is no time such as");
  }

  private static JsonNode job(String state, int total, int requested) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("service", "shop")
        .put("state", state)
        .put("total", total)
        .put("requested", requested)
        .put("verified", total - requested - 10)
        .put("failed", 7)
        .put("skipped", 3);
  }
}
