package onceward.auth.problem;

import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import onceward.auth.password.TooBusyException;
import onceward.problem.TryAgainLater;

/** Answers 503 while too many passwords wait to be hashed. */
@Singleton
final class TooBusyResponses extends TryAgainLater<TooBusyException> {

  TooBusyResponses(ErrorResponseProcessor<?> problems) {
    super(problems);
  }
}
