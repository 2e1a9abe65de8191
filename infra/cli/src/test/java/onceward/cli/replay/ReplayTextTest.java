package onceward.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Goal: an operator reads what a replay will do, does and has done. */
class ReplayTextTest {

  @Test
  void a_plan_is_told_by_its_ranges_and_counts_with_a_command_to_go_on() throws Exception {
    var plan =
        json(
            """
            {"replay":"0195","consumer":"user-service","topic":"account.events","mode":"repair",
             "state":"planned","selection":"since 2026-11-28T03:00:00Z","rate":1000.0,
             "ranges":[{"partition":0,"from":10,"until":12010,"next":10}],
             "planned":{"handledBefore":8500,"handled":3500},"counts":{},"note":"one note"}
            """);

    assertThat(ReplayText.describe(plan))
        .isEqualTo(
            """
            Replay 0195 (repair) of user-service on account.events: since 2026-11-28T03:00:00Z, planned
              partition 0: offsets 10 to 12,010
              planned:
                     3,500  handled
                     8,500  passed over: the consumer has handled them before
              one note
            """);
    assertThat(ReplayText.estimate(plan)).isEqualTo("at least 4 s at 1,000 messages a second");
    assertThat(ReplayText.isOver(plan)).isTrue();
  }

  @Test
  void progress_has_a_rate_and_what_is_left() throws Exception {
    var running =
        json(
            """
            {"state":"running","startedAt":"2026-11-28T03:00:00Z","offsets":10000,"offsetsLeft":4000,
             "counts":{"handled":1200,"failed":1}}
            """);

    assertThat(ReplayText.progress(running, 0, Duration.ofSeconds(60)))
        .isEqualTo(
            "running: 6,000 of 10,000 records (handled 1,200, failed 1), 100 a second, 40 s left");
    assertThat(ReplayText.isOver(running)).isFalse();
    assertThat(ReplayText.progress(json("{\"state\":\"planning\"}"), 0, Duration.ofSeconds(60)))
        .isEqualTo("planning");
  }

  @Test
  void a_replay_with_failures_is_not_complete_and_names_them() throws Exception {
    var done =
        json(
            """
            {"state":"done","counts":{"handled":2,"failed":1,"behindFailed":1},
             "failures":[{"partition":0,"offset":7,"messageId":"m","key":"k","type":"Told",
                          "failure":"IllegalStateException at A:1"}]}
            """);

    assertThat(ReplayText.isComplete(done)).isFalse();
    assertThat(ReplayText.failures(done))
        .isEqualTo("  m  Told of k at partition 0 offset 7: IllegalStateException at A:1\n");
    assertThat(ReplayText.isComplete(json("{\"state\":\"done\",\"counts\":{\"handled\":2}}")))
        .isTrue();
  }

  @Test
  void a_replay_that_made_dead_letters_is_not_complete_and_says_where_they_are() throws Exception {
    var done = json("{\"state\":\"done\",\"counts\":{\"handled\":2,\"deadLetter\":1}}");

    assertThat(ReplayText.isComplete(done)).isFalse();
    assertThat(ReplayText.describe(done)).contains("1  failed, and became dead letters", "dlq ls");
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return new ObjectMapper().readTree(text);
  }
}
