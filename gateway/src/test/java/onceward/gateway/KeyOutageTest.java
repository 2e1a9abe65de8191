package onceward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class KeyOutageTest {
  @Test
  void tokens_stay_valid_while_auth_service_is_down() {
    try (RunningGateway gateway = new RunningGateway()) {
      gateway.user.answers("/v1/me/profile", 200, "{}");
      assertThat(gateway.send(gateway.asUser("/v1/me/profile")).statusCode()).isEqualTo(200);

      gateway.auth.close();

      assertThat(gateway.send(gateway.asUser("/v1/me/profile")).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void before_the_first_keys_a_token_is_a_503_not_a_401() {
    try (RunningGateway gateway = new RunningGateway()) {
      gateway.auth.close();

      HttpResponse<String> answer = gateway.send(gateway.asUser("/v1/me/profile"));

      ProblemAssert.assertProblem(answer, "/problems/upstream-unavailable", 503, "/v1/me/profile");
    }
  }

  @Test
  void a_stale_token_does_not_keep_anyone_from_logging_in() {
    try (RunningGateway gateway = new RunningGateway()) {
      gateway.auth.answers("/.well-known/jwks.json", 500, "{}");
      gateway.auth.answers("/v1/sessions", 201, "{}");

      HttpResponse<String> answer =
          gateway.send(
              gateway
                  .asUser("/v1/sessions")
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString("{}")));

      assertThat(answer.statusCode()).isEqualTo(201);
    }
  }
}
