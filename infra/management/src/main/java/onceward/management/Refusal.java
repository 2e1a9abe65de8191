package onceward.management;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Why a call of the management port is refused, and what its caller is told. */
enum Refusal {
  HOST_NOT_ALLOWED(
      HttpStatus.MISDIRECTED_REQUEST,
      "Call the management port by an address of the machine, or by a name that its operator has allowed."),
  FROM_A_WEB_PAGE(
      HttpStatus.FORBIDDEN, "Web pages may not call the management port: send no Origin header."),
  NO_TOKEN(
      HttpStatus.UNAUTHORIZED,
      "Send the token of a reader or of an operator as 'Authorization: Bearer <token>'."),
  TOKEN_NOT_KNOWN(
      HttpStatus.UNAUTHORIZED,
      "This token is nobody's here: send the current token of a reader or of an operator as 'Authorization: Bearer <token>'."),
  RIGHT_MISSING(
      HttpStatus.FORBIDDEN, "This call changes something: send the token of an operator.");

  private static final Map<Refusal, String> CHALLENGES =
      Map.of(
          NO_TOKEN, "Bearer realm=\"management\"",
          TOKEN_NOT_KNOWN, "Bearer realm=\"management\", error=\"invalid_token\"",
          RIGHT_MISSING, "Bearer realm=\"management\", error=\"insufficient_scope\"");

  private final HttpStatus status;
  private final String detail;

  Refusal(HttpStatus status, String detail) {
    this.status = status;
    this.detail = detail;
  }

  /** The reason as metrics and the log name it. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The answer, as a problem document (RFC 9457). It tells nothing of the program. */
  MutableHttpResponse<?> answer() {
    var problem = new LinkedHashMap<String, Object>();
    problem.put("type", "/problems/" + text());
    problem.put("title", status.getReason());
    problem.put("status", status.getCode());
    problem.put("detail", detail);
    var answer =
        HttpResponse.status(status)
            .body(problem)
            .contentType(MediaType.APPLICATION_JSON_PROBLEM_TYPE)
            .header(HttpHeaders.CACHE_CONTROL, "no-store");
    var challenge = CHALLENGES.get(this);
    return challenge == null ? answer : answer.header(HttpHeaders.WWW_AUTHENTICATE, challenge);
  }
}
