package onceward.ledgerapi;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import jakarta.inject.Singleton;
import onceward.ledger.source.LedgerException;
import onceward.problem.Problem;
import onceward.problem.ProblemResponses;

/**
 * Says which server does not answer: only operators read it, and it is what the commands print for
 * them.
 */
@Singleton
@Replaces(ProblemResponses.class)
final class LedgerProblems extends ProblemResponses {

  @Override
  protected Problem problem(ErrorContext context, HttpStatus status) {
    var problem = super.problem(context, status);
    return switch (context.getRootCause().orElse(null)) {
      case LedgerException unreadable ->
          withDetail(problem, String.valueOf(unreadable.getMessage()));
      case BusyException busy -> withDetail(problem, String.valueOf(busy.getMessage()));
      case null, default -> problem;
    };
  }

  private static Problem withDetail(Problem problem, String detail) {
    return new Problem(
        problem.type(),
        problem.title(),
        problem.status(),
        detail,
        problem.instance(),
        problem.errors());
  }
}
