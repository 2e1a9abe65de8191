package onceward.auth.problem;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import jakarta.inject.Singleton;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import java.util.Comparator;
import java.util.List;
import onceward.problem.Problem.FieldError;
import onceward.problem.ProblemResponses;

/** Adds to a problem the fields of the request that are not valid. */
@Singleton
@Replaces(ProblemResponses.class)
final class FieldErrors extends ProblemResponses {

  @Override
  protected List<FieldError> fieldErrors(ErrorContext context) {
    return context.getRootCause().orElse(null) instanceof ConstraintViolationException invalid
        ? invalid.getConstraintViolations().stream()
            .map(violation -> new FieldError(field(violation), violation.getMessage()))
            .sorted(Comparator.comparing(FieldError::field))
            .toList()
        : super.fieldErrors(context);
  }

  /** The last name of the path: the client only sent the field, not the method around it. */
  private static String field(ConstraintViolation<?> violation) {
    var name = "";
    for (var node : violation.getPropertyPath()) {
      name = node.getName();
    }
    return name;
  }
}
