package onceward.gateway.problem;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import jakarta.inject.Singleton;
import onceward.problem.Problem;
import onceward.problem.ProblemResponses;

/**
 * Describes every problem by its {@link ProblemType}. Messages that the framework proposes are
 * dropped: they can quote input, class names or parser state.
 */
@Singleton
@Replaces(ProblemResponses.class)
final class GatewayProblems extends ProblemResponses {

  @Override
  protected Problem problem(ErrorContext context, HttpStatus status) {
    Throwable cause = context.getRootCause().orElse(null);
    ProblemType type =
        cause instanceof ProblemException ours ? ours.type() : ProblemType.of(status);
    String detail = cause instanceof ProblemException ours ? ours.detail() : type.detail();
    return new Problem(
        type.uri(), type.title(), status.getCode(), detail, path(context.getRequest()), null);
  }
}
