package onceward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeaderHygieneTest extends GatewayTest {
  @BeforeEach
  void answerUsually() {
    gateway.auth.answers("/v1/accounts/42", 200, "{}");
  }

  @Test
  void a_forged_identity_never_reaches_a_service_however_it_is_spelled() {
    Headers arrived =
        arrivedOf("X-User-Id: a", "x-user-id: b", "X-USER-ID: c", "X_User_Id: d", "x-User_id: e");

    assertThat(arrived.keySet()).noneMatch(name -> name.toLowerCase(Locale.ROOT).contains("user"));
  }

  @Test
  void a_forged_origin_never_reaches_a_service() {
    Headers arrived =
        arrivedOf(
            "X-Forwarded-For: 1.2.3.4",
            "x-forwarded-host: evil",
            "X-FORWARDED-Proto: https",
            "X_Forwarded_Port: 1",
            "Forwarded: for=1.2.3.4",
            "forwarded: for=5.6.7.8",
            "X-Real-IP: 1.2.3.4");

    assertThat(arrived.keySet())
        .noneMatch(name -> name.toLowerCase(Locale.ROOT).contains("forwarded-"))
        .noneMatch(name -> name.toLowerCase(Locale.ROOT).contains("forwarded_"))
        .noneMatch(name -> name.toLowerCase(Locale.ROOT).contains("real"));
    assertThat(arrived.get("Forwarded")).containsExactly("for=127.0.0.1");
  }

  @Test
  void headers_of_one_connection_and_those_it_names_end_at_the_gateway() {
    Headers arrived =
        arrivedOf(
            "Connection: X-Foo , x_bar",
            "connection: x-baz",
            "X-Foo: 1",
            "X-Bar: 1",
            "x-BAZ: 1",
            "X-Stays: 1",
            "Keep-Alive: timeout=5",
            "TE: trailers",
            "Trailer: X-T",
            "Upgrade: h2c",
            "Proxy-Authorization: Basic eDp5",
            "Proxy-Connection: keep-alive");

    assertThat(arrived.keySet())
        .contains("X-stays")
        .doesNotContain(
            "X-foo",
            "X-bar",
            "X-baz",
            "Keep-alive",
            "Te",
            "Trailer",
            "Upgrade",
            "Proxy-authorization",
            "Proxy-connection");
  }

  @Test
  void a_caller_cannot_have_the_length_of_a_body_removed() {
    gateway.auth.answers("/v1/sessions", 201, "{}");

    String answer =
        gateway.sendRaw(
            "POST /v1/sessions HTTP/1.1",
            "Host: x",
            "Connection: close, content-length, host",
            "Content-Type: application/json",
            "Content-Length: 2",
            "",
            "{}");

    assertThat(answer).startsWith("HTTP/1.1 201");
    Headers arrived = gateway.auth.asked().headers();
    assertThat(arrived.get("Content-length")).containsExactly("2");
    assertThat(arrived).doesNotContainKey("Transfer-encoding");
  }

  @Test
  void headers_of_the_connection_to_a_service_do_not_reach_the_caller() {
    gateway.auth.answers(
        "/v1/accounts/42",
        exchange -> {
          exchange.getResponseHeaders().set("Connection", "X-Inner");
          exchange.getResponseHeaders().set("X-Inner", "1");
          exchange.getResponseHeaders().set("Keep-Alive", "timeout=5");
          exchange.getResponseHeaders().set("X-Stays", "1");
          StubService.reply(exchange, 200, "{}");
        });

    String answer = gateway.sendRaw(getWith()).toLowerCase(Locale.ROOT);

    assertThat(answer)
        .contains("x-stays: 1")
        .doesNotContain("x-inner")
        .doesNotContain("keep-alive:");
  }

  private static Headers arrivedOf(String... headers) {
    assertThat(gateway.sendRaw(getWith(headers))).startsWith("HTTP/1.1 200");
    return gateway.auth.asked().headers();
  }

  private static String[] getWith(String... headers) {
    List<String> lines = new ArrayList<>();
    lines.add("GET /v1/accounts/42 HTTP/1.1");
    lines.add("Host: x");
    lines.addAll(List.of(headers));
    lines.add("Connection: close");
    lines.add("");
    lines.add("");
    return lines.toArray(String[]::new);
  }
}
