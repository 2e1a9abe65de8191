package onceward.cli.republish;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import onceward.ledger.verify.Shortage;
import org.junit.jupiter.api.Test;

/** What whoever follows a request is told while nothing happens. */
final class RepublishTextTest {

  @Test
  void a_stopped_pipeline_says_why_and_which_command_helps() throws Exception {
    assertThat(
            RepublishText.standstill(
                request(
                    "STARTED",
                    "STOPPED",
                    "the slot is ahead",
                    ",\"pipelineReason\":\"slot-ahead\",\"pipelineRemedy\":\"infra/onceward republish run --pipeline auth --detach && infra/onceward relay accept auth\"")))
        .contains(
            """
            Nothing is published: pipeline auth is STOPPED (slot-ahead): the slot is ahead
            The request goes on when the pipeline does. To mend it: infra/onceward relay accept auth
            Read: infra/docs/runbook/slot-ahead.md\
            """);
  }

  @Test
  void a_plan_says_what_it_left_out_for_a_transaction_that_has_not_ended() {
    var topic = new Shortage.OfTopic("t.events", 0, Optional.empty(), Optional.empty(), 0, 0, 0, 7);
    var plan = new Shortage(Instant.EPOCH, List.of(topic), List.of(), 0, List.of());

    assertThat(RepublishText.describe("auth", plan))
        .contains("7 more may be behind a transaction in the topic that has not ended");
    assertThat(RepublishText.json("auth", plan).path("topics").path(0).path("withheld").asInt())
        .isEqualTo(7);
  }

  /** A topic that there is by now is fine for `topic create`; a second request would not be. */
  @Test
  void only_the_request_is_left_out_of_the_command_wherever_it_stands() throws Exception {
    assertThat(
            RepublishText.standstill(
                request(
                    "STARTED",
                    "STOPPED",
                    "the topic was deleted",
                    ",\"pipelineReason\":\"topic-changed\",\"pipelineRemedy\":\"infra/onceward topic create t --partitions 6 && infra/onceward republish run --pipeline auth --wait 0 --detach && infra/onceward relay accept auth\"")))
        .hasValueSatisfying(text ->
            assertThat(text)
                .contains(
                    "To mend it: infra/onceward topic create t --partitions 6 && infra/onceward relay accept auth\n"));
  }

  @Test
  void a_paused_pipeline_is_to_be_resumed_and_not_accepted() throws Exception {
    assertThat(
            RepublishText.standstill(
                request(
                    "STARTED",
                    "STOPPED",
                    "an operator paused it",
                    ",\"pipelineReason\":\"paused\",\"pipelineRemedy\":\"infra/onceward relay resume auth\"")))
        .hasValueSatisfying(
            text -> assertThat(text).contains("relay resume auth").doesNotContain("accept"));
  }

  @Test
  void a_pipeline_that_backs_off_tries_again() throws Exception {
    assertThat(
            RepublishText.standstill(
                request("STARTED", "BACKING_OFF", "Kafka does not answer", "")))
        .contains(
            "Nothing is published: pipeline auth is BACKING_OFF: Kafka does not answer. The pipeline tries again.");
  }

  @Test
  void a_request_that_was_never_started_is_to_be_ended() throws Exception {
    assertThat(RepublishText.standstill(request("COLLECTING", "STREAMING", "streams", "")))
        .hasValueSatisfying(
            text -> assertThat(text).contains("infra/onceward republish cancel auth/3"));
  }

  @Test
  void nothing_is_said_while_the_pipeline_streams_or_the_request_is_over() throws Exception {
    assertThat(RepublishText.standstill(request("STARTED", "STREAMING", "streams", ""))).isEmpty();
    assertThat(RepublishText.standstill(request("DONE", "STOPPED", "stopped", ""))).isEmpty();
  }

  private static JsonNode request(String state, String pipeline, String sentence, String more)
      throws Exception {
    return new ObjectMapper()
        .readTree(
            "{\"request\":3,\"pipeline\":\"auth\",\"state\":\"%s\",\"pipelineState\":\"%s\",\"pipelineSentence\":\"%s\"%s}"
                .formatted(state, pipeline, sentence, more));
  }
}
