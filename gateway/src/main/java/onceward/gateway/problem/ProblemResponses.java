package onceward.gateway.problem;

import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Writes every error of the gateway and of the framework under it as a {@link Problem}. Messages
 * the framework proposes are dropped: they can quote input, class names or parser state.
 */
@Singleton
final class ProblemResponses implements ErrorResponseProcessor<Problem> {
  // What the server puts where it could not read the path.
  private static final String UNREADABLE_PATH = "/bad-request";

  // Micronaut hands over a response without a body yet; giving it one fixes its type.
  @SuppressWarnings("unchecked")
  @Override
  public MutableHttpResponse<Problem> processResponse(
      ErrorContext context, MutableHttpResponse<?> response) {
    if (context.getRequest().getMethod() == HttpMethod.HEAD) {
      return (MutableHttpResponse<Problem>) response;
    }
    return response
        .body(problem(context, response))
        .contentType(MediaType.APPLICATION_JSON_PROBLEM_TYPE);
  }

  private static Problem problem(ErrorContext context, MutableHttpResponse<?> response) {
    Throwable cause = context.getRootCause().orElse(null);
    ProblemType type =
        cause instanceof ProblemException ours ? ours.type() : ProblemType.of(response.getStatus());
    String detail = cause instanceof ProblemException ours ? ours.detail() : type.detail();
    int status = response.getStatus().getCode();
    return new Problem(type.uri(), type.title(), status, detail, path(context.getRequest()));
  }

  private static @Nullable String path(HttpRequest<?> request) {
    try {
      String path = request.getUri().getRawPath();
      return UNREADABLE_PATH.equals(path) ? null : path;
    } catch (IllegalArgumentException invalidUri) {
      return null;
    }
  }
}
