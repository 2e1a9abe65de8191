package onceward.gateway.problem;

import io.micronaut.http.HttpStatus;

/**
 * The kinds of problem with which the gateway answers. A published slug keeps its meaning.
 *
 * <p>Titles and default details are fixed sentences, so that no text of an exception reaches a
 * caller.
 */
public enum ProblemType {
  BAD_REQUEST(HttpStatus.BAD_REQUEST, "bad-request", "Bad request", "The request is malformed."),
  UNAUTHENTICATED(
      HttpStatus.UNAUTHORIZED,
      "unauthenticated",
      "Authentication needed",
      "Send a valid access token as 'Authorization: Bearer <token>'."),
  FORBIDDEN(HttpStatus.FORBIDDEN, "forbidden", "Forbidden", "The caller may not do this."),
  NOT_FOUND(HttpStatus.NOT_FOUND, "not-found", "Not found", "There is nothing at this path."),
  METHOD_NOT_ALLOWED(
      HttpStatus.METHOD_NOT_ALLOWED,
      "method-not-allowed",
      "Method not allowed",
      "This path does not answer this method; see the Allow header."),
  NOT_ACCEPTABLE(
      HttpStatus.NOT_ACCEPTABLE,
      "not-acceptable",
      "Not acceptable",
      "Answers are application/json; accept that."),
  CONTENT_TOO_LARGE(
      HttpStatus.REQUEST_ENTITY_TOO_LARGE,
      "content-too-large",
      "Content too large",
      "The body, the request line or the headers are larger than allowed."),
  UNSUPPORTED_MEDIA_TYPE(
      HttpStatus.UNSUPPORTED_MEDIA_TYPE,
      "unsupported-media-type",
      "Unsupported media type",
      "Send the body as application/json."),
  INTERNAL_ERROR(
      HttpStatus.INTERNAL_SERVER_ERROR,
      "internal-error",
      "Internal error",
      "Something went wrong here; it has been logged."),
  BAD_UPSTREAM_ANSWER(
      HttpStatus.BAD_GATEWAY,
      "bad-upstream-answer",
      "Bad answer from a service",
      "A service behind the gateway broke off its answer."),
  UPSTREAM_UNAVAILABLE(
      HttpStatus.SERVICE_UNAVAILABLE,
      "upstream-unavailable",
      "Service unavailable",
      "A service behind the gateway cannot be reached; try again later."),
  UPSTREAM_TIMEOUT(
      HttpStatus.GATEWAY_TIMEOUT,
      "upstream-timeout",
      "Service did not answer in time",
      "A service behind the gateway did not answer in time; the request may have been done.");

  private final HttpStatus status;
  private final String slug;
  private final String title;
  private final String detail;

  ProblemType(HttpStatus status, String slug, String title, String detail) {
    this.status = status;
    this.slug = slug;
    this.title = title;
    this.detail = detail;
  }

  HttpStatus status() {
    return status;
  }

  String uri() {
    return "/problems/" + slug;
  }

  String title() {
    return title;
  }

  String detail() {
    return detail;
  }

  /** The type for a status; a status without a type of its own falls back to 400 or 500. */
  static ProblemType of(HttpStatus status) {
    for (ProblemType type : values()) {
      if (type.status == status) {
        return type;
      }
    }
    return status.getCode() < 500 ? BAD_REQUEST : INTERNAL_ERROR;
  }
}
