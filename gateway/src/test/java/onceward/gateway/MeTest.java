package onceward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MeTest extends GatewayTest {
  private static final String ACCOUNT =
      "{\"accountId\":\"42\",\"loginId\":\"ada\",\"status\":\"ACTIVE\",\"added\":\"later\"}";
  private static final String PROFILE =
      "{\"accountId\":\"42\",\"name\":\"Ada\",\"email\":\"a@b.test\",\"phone\":\"+821012345678\"}";
  private static final String DEGRADED =
      "{\"accountId\":\"42\",\"loginId\":\"ada\",\"status\":\"ACTIVE\",\"profile\":null,\"degraded\":[\"profile\"]}";

  @BeforeEach
  void answerUsually() {
    gateway.auth.answers("/v1/me", 200, ACCOUNT);
    gateway.user.answers("/v1/me/profile", 200, PROFILE);
  }

  @Test
  void account_and_profile_are_one_answer() {
    HttpResponse<String> answer = me();

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            "{\"accountId\":\"42\",\"loginId\":\"ada\",\"status\":\"ACTIVE\",\"profile\":"
                + "{\"name\":\"Ada\",\"email\":\"a@b.test\",\"phone\":\"+821012345678\"}}");
    assertThat(gateway.auth.asked().headers().getFirst("Authorization")).startsWith("Bearer ey");
    assertThat(gateway.user.asked().headers().getFirst("Authorization")).startsWith("Bearer ey");
  }

  @Test
  void both_services_are_asked_at_once() {
    CyclicBarrier both = new CyclicBarrier(2);
    gateway.auth.answers(
        "/v1/me",
        exchange -> {
          meet(both);
          StubService.reply(exchange, 200, ACCOUNT);
        });
    gateway.user.answers(
        "/v1/me/profile",
        exchange -> {
          meet(both);
          StubService.reply(exchange, 200, PROFILE);
        });

    assertThat(me().body()).contains("\"name\":\"Ada\"");
  }

  @Test
  void no_profile_yet_is_null_and_not_degraded() {
    gateway.user.answers("/v1/me/profile", 404, "{}");

    assertThat(me().body())
        .isEqualTo(
            "{\"accountId\":\"42\",\"loginId\":\"ada\",\"status\":\"ACTIVE\",\"profile\":null}");
  }

  @Test
  void a_failing_user_service_degrades_the_answer() {
    gateway.user.answers("/v1/me/profile", 500, "{}");

    assertThat(me().body()).isEqualTo(DEGRADED);
  }

  @Test
  void a_slow_user_service_degrades_the_answer_within_its_bound() {
    CountDownLatch release = new CountDownLatch(1);
    gateway.user.answers("/v1/me/profile", exchange -> await(release));
    Instant start = Instant.now();

    HttpResponse<String> answer = me();
    release.countDown();

    assertThat(answer.body()).isEqualTo(DEGRADED);
    assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(8));
  }

  @Test
  void a_user_service_that_is_down_degrades_the_answer() {
    try (RunningGateway alone = new RunningGateway()) {
      alone.auth.answers("/v1/me", 200, ACCOUNT);
      alone.user.close();

      HttpResponse<String> answer = alone.send(alone.asUser("/v1/me"));

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(DEGRADED);
    }
  }

  @Test
  void without_auth_service_there_is_no_answer() {
    try (RunningGateway alone = new RunningGateway()) {
      alone.user.answers("/v1/me/profile", 200, PROFILE);
      assertThat(alone.send(alone.asUser("/v1/me/profile")).statusCode()).isEqualTo(200);
      alone.auth.close();

      ProblemAssert.assertProblem(
          alone.send(alone.asUser("/v1/me")), "/problems/upstream-unavailable", 503, "/v1/me");
    }
  }

  @Test
  void a_caller_auth_service_refuses_is_refused() {
    gateway.auth.answers("/v1/me", 401, "{}");

    ProblemAssert.assertProblem(me(), "/problems/unauthenticated", 401, "/v1/me");
  }

  @Test
  void nobody_is_asked_about_a_caller_without_a_token() {
    assertThat(gateway.send(gateway.to("/v1/me")).statusCode()).isEqualTo(401);
    assertThat(gateway.auth.askedSoFar() + gateway.user.askedSoFar()).isZero();
  }

  private static HttpResponse<String> me() {
    return gateway.send(gateway.asUser("/v1/me"));
  }

  private static void meet(CyclicBarrier barrier) throws IOException {
    try {
      barrier.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException alone) {
      throw new IOException(alone);
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      boolean _ = latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      throw new IOException(interrupted);
    }
  }
}
