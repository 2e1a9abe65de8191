package onceward.auth.problem;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.Error;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import onceward.auth.problem.Problem.FieldError;
import org.jspecify.annotations.Nullable;

/**
 * Turns every error the framework reports into a problem document; what is our own fault is not
 * explained to strangers.
 */
@Singleton
final class ProblemResponses implements ErrorResponseProcessor<Problem> {

  @Override
  public MutableHttpResponse<Problem> processResponse(
      ErrorContext context, MutableHttpResponse<?> response) {
    var status = HttpStatus.valueOf(response.code());
    var fieldErrors = fieldErrors(context);
    var problem =
        new Problem(
            "/problems/" + status.getReason().toLowerCase(Locale.ROOT).replace(' ', '-'),
            status.getReason(),
            status.getCode(),
            detail(status, context, fieldErrors),
            context.getRequest().getPath(),
            fieldErrors.isEmpty() ? null : fieldErrors);
    return response.body(problem).contentType(MediaType.APPLICATION_JSON_PROBLEM_TYPE);
  }

  private static @Nullable String detail(
      HttpStatus status, ErrorContext context, List<FieldError> fieldErrors) {
    if (!fieldErrors.isEmpty()) {
      return "The request is not valid: see errors.";
    }
    if (status.getCode() >= HttpStatus.INTERNAL_SERVER_ERROR.getCode()) {
      return null;
    }
    return context.getErrors().stream().findFirst().map(Error::getMessage).orElse(null);
  }

  private static List<FieldError> fieldErrors(ErrorContext context) {
    return context.getRootCause().orElse(null) instanceof ConstraintViolationException invalid
        ? invalid.getConstraintViolations().stream()
            .map(violation -> new FieldError(field(violation), violation.getMessage()))
            .sorted(Comparator.comparing(FieldError::field))
            .toList()
        : List.of();
  }

  /** The path leads through our method to the field; the client only sent the field. */
  private static String field(ConstraintViolation<?> violation) {
    var name = "";
    for (var node : violation.getPropertyPath()) {
      name = node.getName();
    }
    return name;
  }
}
