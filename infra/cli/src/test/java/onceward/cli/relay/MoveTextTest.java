package onceward.cli.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

/** Whoever moves a database reads which steps are done and which is next. */
class MoveTextTest {

  @Test
  void a_pipeline_that_drains_has_two_steps_done() throws Exception {
    var move =
        json(
            """
            {"pipeline":"shop","pipelineState":"STREAMING","pipelineSentence":"is to move, and publishes what was committed before 0/1A",
             "stage":"DRAINS","cluster":"17","fenced":true,"openRequests":0,"unpublishedBytes":12345,
             "parkedMessages":3,"operator":"ada","requestedAt":"2026-11-21T11:10:08.123Z"}
            """);
    assertThat(MoveText.describe(move))
        .isEqualTo(
            """
            pipeline shop, connected to cluster 17: DRAINS
              [x] requested by ada at 2026-11-21T11:10:08Z
              [x] fenced: no row can be appended to the outbox
              [ ] all is published
              [ ] connected to the new cluster
            3 messages are parked: they move with table relay_parked
            the pipeline is STREAMING: is to move, and publishes what was committed before 0/1A
            """);
    assertThat(MoveText.line(move))
        .isEqualTo(
            "DRAINS: 12,345 bytes of log are to be published; is to move, and publishes what was committed before 0/1A");
    assertThat(MoveText.isProven(move)).isFalse();
  }

  @Test
  void a_pipeline_that_has_left_says_what_it_left_and_what_differs() throws Exception {
    var left =
        """
        {"pipeline":"shop","pipelineState":"STOPPED","pipelineSentence":"the pipeline has left cluster 17",
         "stage":"LEFT","cluster":"17","leftCluster":"17","fenced":true,"openRequests":0,
         "operator":"ada","requestedAt":"2026-11-21T11:10:08Z","place":"0/1A","outboxRows":1234,"parkedRows":3%s}
        """;
    assertThat(MoveText.isProven(json(left.formatted("")))).isTrue();
    var differing = json(left.formatted(",\"difference\":\"1 rows are missing: 7\""));
    assertThat(MoveText.isProven(differing)).isFalse();
    assertThat(MoveText.describe(differing))
        .contains(
            "  [x] all is published that was committed before 0/1A: 1,234 rows in the outbox, 3 messages parked\n",
            "  [ ] connected to the new cluster\n",
            "the outbox differs: 1 rows are missing: 7\n");
  }

  @Test
  void a_stopped_pipeline_says_what_lets_it_go_on() throws Exception {
    assertThat(
            MoveText.describe(
                json(
                    """
                    {"pipeline":"shop","pipelineState":"STOPPED","pipelineSentence":"an operator paused it",
                     "pipelineReason":"paused","pipelineRemedy":"infra/onceward relay resume shop",
                     "stage":"DRAINS","cluster":"17","fenced":true,"openRequests":0}
                    """)))
        .endsWith(
            """
            the pipeline is STOPPED: an operator paused it
              to mend it: infra/onceward relay resume shop
              read: infra/docs/runbook/paused.md
            """);
  }

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text);
  }
}
