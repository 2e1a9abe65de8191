package onceward.problem;

import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import onceward.problem.Problem.FieldError;
import org.jspecify.annotations.Nullable;

/**
 * Writes every error of a program, and of the framework under it, as a {@link Problem}. The detail
 * is a fixed sentence, unless the program itself ended the request with an {@link
 * HttpStatusException}: the message of any other exception may quote personal data or inner
 * matters.
 *
 * <p>A program with more to say replaces this bean by a subclass. Thread-safe.
 */
@Singleton
public class ProblemResponses implements ErrorResponseProcessor<Problem> {

  // The framework puts this path in the place of one that it cannot read.
  private static final String UNREADABLE_PATH = "/bad-request";

  /** Answers with a problem; an answer to HEAD has no body. */
  // The framework passes a response without a body; the body fixes its type.
  @SuppressWarnings("unchecked")
  @Override
  public final MutableHttpResponse<Problem> processResponse(
      ErrorContext context, MutableHttpResponse<?> response) {
    if (context.getRequest().getMethod() == HttpMethod.HEAD) {
      return (MutableHttpResponse<Problem>) response;
    }
    return response
        .body(problem(context, HttpStatus.valueOf(response.code())))
        .contentType(MediaType.APPLICATION_JSON_PROBLEM_TYPE);
  }

  /** The problem for an error. By default, its type and title are those of the status. */
  protected Problem problem(ErrorContext context, HttpStatus status) {
    var errors = fieldErrors(context);
    return new Problem(
        "/problems/" + status.getReason().toLowerCase(Locale.ROOT).replace(' ', '-'),
        status.getReason(),
        status.getCode(),
        errors.isEmpty() ? detail(context, status) : "The request is not valid: see errors.",
        path(context.getRequest()),
        errors.isEmpty() ? null : errors);
  }

  /**
   * The fields that are not valid. By default that of an {@link InvalidFieldException}: a program
   * that validates in other ways overrides this.
   */
  protected List<FieldError> fieldErrors(ErrorContext context) {
    return context.getRootCause().orElse(null) instanceof InvalidFieldException invalid
        ? List.of(new FieldError(invalid.field(), String.valueOf(invalid.getMessage())))
        : List.of();
  }

  /** The path of a request without its query; null if the path is invalid. */
  protected static @Nullable String path(HttpRequest<?> request) {
    try {
      var path = request.getUri().getRawPath();
      return UNREADABLE_PATH.equals(path) ? null : path;
    } catch (IllegalArgumentException invalid) {
      return null;
    }
  }

  private static @Nullable String detail(ErrorContext context, HttpStatus status) {
    return context.getRootCause().orElse(null) instanceof HttpStatusException ours
            && status.getCode() < HttpStatus.INTERNAL_SERVER_ERROR.getCode()
        ? ours.getMessage()
        : FixedDetails.of(status);
  }
}
