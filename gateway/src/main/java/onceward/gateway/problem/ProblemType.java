package onceward.gateway.problem;

import io.micronaut.http.HttpStatus;
import java.util.OptionalInt;

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
  REQUEST_TIMEOUT(
      HttpStatus.REQUEST_TIMEOUT,
      "request-timeout",
      "Request took too long",
      "The request did not arrive in time; send it again, faster."),
  CONTENT_TOO_LARGE(
      HttpStatus.REQUEST_ENTITY_TOO_LARGE,
      "content-too-large",
      "Content too large",
      "The body is larger than allowed."),
  URI_TOO_LONG(
      HttpStatus.REQUEST_URI_TOO_LONG,
      "uri-too-long",
      "URI too long",
      "The request line is longer than allowed."),
  HEADERS_TOO_LARGE(
      HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
      "headers-too-large",
      "Headers too large",
      "The headers are larger than allowed."),
  UNSUPPORTED_MEDIA_TYPE(
      HttpStatus.UNSUPPORTED_MEDIA_TYPE,
      "unsupported-media-type",
      "Unsupported media type",
      "Send the body as application/json."),
  CONTENT_CODING_NOT_SUPPORTED(
      HttpStatus.UNSUPPORTED_MEDIA_TYPE,
      "content-coding-not-supported",
      "Content coding not supported",
      "Send the body as it is, without Content-Encoding."),
  TOO_MANY_REQUESTS(
      HttpStatus.TOO_MANY_REQUESTS,
      "too-many-requests",
      "Too many requests",
      "More requests came than this caller may send; wait as long as Retry-After says."),
  INTERNAL_ERROR(
      HttpStatus.INTERNAL_SERVER_ERROR,
      "internal-error",
      "Internal error",
      "Something went wrong here; it has been logged."),
  CODING_NOT_IMPLEMENTED(
      HttpStatus.NOT_IMPLEMENTED,
      "coding-not-implemented",
      "Transfer coding not implemented",
      "Send the body with a Content-Length, or with Transfer-Encoding: chunked and no other coding."),
  VERSION_NOT_SUPPORTED(
      HttpStatus.HTTP_VERSION_NOT_SUPPORTED,
      "version-not-supported",
      "HTTP version not supported",
      "Use HTTP/1.1."),
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
  BUSY(
      HttpStatus.SERVICE_UNAVAILABLE,
      "busy",
      "Too busy",
      "More requests are in work than can be; nothing was done, try again as Retry-After says."),
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

  /** The HTTP status code. */
  public int statusCode() {
    return status.getCode();
  }

  /** After how many seconds the same request may succeed; empty where waiting does not help. */
  public OptionalInt retryAfterSeconds() {
    return switch (this) {
      case BUSY, TOO_MANY_REQUESTS -> OptionalInt.of(1);
      case UPSTREAM_UNAVAILABLE -> OptionalInt.of(5);
      default -> OptionalInt.empty();
    };
  }

  /** The problem as a JSON document, for answers that are written below the framework. */
  public String json() {
    return "{\"type\":\"%s\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}"
        .formatted(uri(), title, statusCode(), detail);
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
