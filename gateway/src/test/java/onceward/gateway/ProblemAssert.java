package onceward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;

/** Checks that an answer is a problem as RFC 9457 has it, and gives nothing away. */
final class ProblemAssert {
  private ProblemAssert() {}

  static void assertProblem(HttpResponse<String> answer, String type, int status, String path) {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().allValues("Content-Type"))
        .containsExactly("application/problem+json");
    assertThat(answer.body())
        .contains("\"type\":\"" + type + "\"")
        .contains("\"title\":\"")
        .contains("\"status\":" + status)
        .contains("\"detail\":\"")
        .contains("\"instance\":\"" + path + "\"");
    assertKeepsSecrets(answer.body());
  }

  static void assertKeepsSecrets(String text) {
    assertThat(text)
        .doesNotContain("io.micronaut")
        .doesNotContain("io.netty")
        .doesNotContain("java.")
        .doesNotContain("Exception")
        .doesNotContain("127.0.0.1");
  }
}
