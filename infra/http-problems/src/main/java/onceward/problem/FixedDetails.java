package onceward.problem;

import io.micronaut.http.HttpStatus;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One sentence for each status, which says what the caller can do. Messages of the framework are
 * never used: they quote input, class names and the state of parsers.
 */
final class FixedDetails {

  private static final Map<HttpStatus, String> SENTENCES =
      Map.ofEntries(
          Map.entry(
              HttpStatus.BAD_REQUEST,
              "The request is malformed: compare its parameters, and the fields of its JSON body, with the description of the API."),
          Map.entry(
              HttpStatus.UNAUTHORIZED,
              "Send a valid access token as 'Authorization: Bearer <token>'."),
          Map.entry(HttpStatus.FORBIDDEN, "The caller may not do this."),
          Map.entry(HttpStatus.NOT_FOUND, "There is nothing at this path."),
          Map.entry(
              HttpStatus.METHOD_NOT_ALLOWED,
              "This path does not answer this method; see the Allow header."),
          Map.entry(HttpStatus.NOT_ACCEPTABLE, "Answers are application/json; accept that."),
          Map.entry(HttpStatus.REQUEST_ENTITY_TOO_LARGE, "The body is larger than allowed."),
          Map.entry(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "Send the body as application/json."),
          Map.entry(
              HttpStatus.TOO_MANY_REQUESTS,
              "More requests came than are allowed; wait as long as Retry-After says."),
          Map.entry(
              HttpStatus.INTERNAL_SERVER_ERROR, "Something went wrong here; it has been logged."),
          Map.entry(
              HttpStatus.SERVICE_UNAVAILABLE,
              "This cannot be done at the moment; try again as Retry-After says."));

  private FixedDetails() {}

  static @Nullable String of(HttpStatus status) {
    return SENTENCES.get(status);
  }
}
