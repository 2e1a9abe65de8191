package onceward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a call's trace goes through the gateway to the service, once and well formed, whatever the
 * caller sent in its place.
 */
class TraceTest extends GatewayTest {
  private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN_ID = "b7ad6b7169203331";
  private static final String WELL_FORMED = "00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]";

  @BeforeEach
  void answerUsually() {
    gateway.auth.answers("/v1/accounts/42", 200, "{}");
  }

  @Test
  void the_trace_of_the_caller_goes_on_in_a_span_of_the_gateway() {
    assertThat(traceparentAfter("traceparent", "00-" + TRACE_ID + "-" + SPAN_ID + "-01"))
        .matches(WELL_FORMED)
        .startsWith("00-" + TRACE_ID)
        .doesNotContain(SPAN_ID);
  }

  @Test
  void a_call_without_a_trace_begins_one() {
    assertThat(traceparentAfter("X-Other", "1")).matches(WELL_FORMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-and-something-more"
      })
  void what_is_no_trace_never_reaches_a_service_and_a_new_one_begins(String malformed) {
    assertThat(traceparentAfter("traceparent", malformed))
        .matches(WELL_FORMED)
        .doesNotContain(TRACE_ID);
  }

  @Test
  void the_caller_cannot_say_that_a_call_is_to_be_left_out() {
    assertThat(traceparentAfter("traceparent", "00-" + TRACE_ID + "-" + SPAN_ID + "-00"))
        .endsWith("-01");
  }

  @Test
  void baggage_of_the_caller_ends_at_the_gateway() {
    assertThat(headersAfter("baggage", "user=42")).doesNotContainKey("Baggage");
  }

  @Test
  void both_calls_that_make_one_answer_belong_to_the_trace_of_the_caller() {
    gateway.auth.answers(
        "/v1/me", 200, "{\"accountId\":\"42\",\"loginId\":\"ada\",\"status\":\"ACTIVE\"}");
    gateway.user.answers("/v1/me/profile", 404, "{}");

    var traceparent = "00-" + TRACE_ID + "-" + SPAN_ID + "-01";
    var answer = gateway.send(gateway.asUser("/v1/me").header("traceparent", traceparent));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(traceparentAt(gateway.auth, "/v1/me")).startsWith("00-" + TRACE_ID);
    assertThat(traceparentAt(gateway.user, "/v1/me/profile")).startsWith("00-" + TRACE_ID);
  }

  private static String traceparentAt(StubService service, String path) {
    var asked = service.asked();
    while (!asked.uri().equals(path)) {
      asked = service.asked();
    }
    assertThat(asked.headers().get("Traceparent")).hasSize(1);
    return asked.headers().getFirst("Traceparent");
  }

  private static String traceparentAfter(String name, String value) {
    var traceparents = headersAfter(name, value).get("Traceparent");
    assertThat(traceparents).hasSize(1);
    return traceparents.getFirst();
  }

  private static Headers headersAfter(String name, String value) {
    HttpRequest.Builder request = gateway.to("/v1/accounts/42").header(name, value).GET();
    assertThat(gateway.send(request).statusCode()).isEqualTo(200);
    return gateway.auth.asked().headers();
  }
}
