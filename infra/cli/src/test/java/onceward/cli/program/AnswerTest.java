package onceward.cli.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import onceward.localstack.process.StackException;
import org.junit.jupiter.api.Test;

/** Why a program refused is told in its own words, not by the name of an HTTP status. */
class AnswerTest {

  @Test
  void the_program_s_own_sentence_comes_before_the_name_of_the_status() {
    // As the relay answers to `relay pause shop`, word for word.
    assertThat(refusal(404, REFUSED)).isEqualTo("there is no pipeline 'shop'");
  }

  @Test
  void nor_does_it_matter_that_the_services_answer_with_problem_documents() {
    assertThat(
            refusal(
                409,
                """
                {"type":"/problems/conflict","title":"Conflict","status":409,"detail":"letter 7 failed again","instance":"/dead-letters/7/retry"}
                """))
        .isEqualTo("letter 7 failed again");
  }

  @Test
  void without_one_it_is_the_message() {
    assertThat(refusal(404, "{\"message\":\"Not Found\"}")).isEqualTo("Not Found");
  }

  @Test
  void with_nothing_to_say_it_is_the_status() {
    assertThat(refusal(401, "")).isEqualTo("outbox-relay answers 401");
  }

  @Test
  void what_is_no_json_is_told_as_that() {
    assertThatThrownBy(() -> refusal(502, "<html>"))
        .isInstanceOf(StackException.class)
        .hasMessage("outbox-relay does not answer with JSON");
  }

  private static final String REFUSED =
      """
      {"message":"Not Found","_links":{"self":{"href":"/relay/shop/pause","templated":false}},"_embedded":{"errors":[{"message":"there is no pipeline 'shop'"}]}}
      """;

  private static String refusal(int status, String body) {
    return new Answer("outbox-relay", status, body).refusal();
  }
}
