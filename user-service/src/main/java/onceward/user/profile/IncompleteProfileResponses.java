package onceward.user.profile;

import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import onceward.problem.TryAgainLater;

/** Answers 503, not 404, for a profile that is there and not restored yet. */
@Singleton
final class IncompleteProfileResponses extends TryAgainLater<IncompleteProfileException> {

  IncompleteProfileResponses(ErrorResponseProcessor<?> problems) {
    super(problems);
  }
}
