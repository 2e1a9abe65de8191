package onceward.user.problem;

import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import onceward.accesstoken.KeysUnavailableException;
import onceward.problem.TryAgainLater;

/** Answers 503, not 401, while no token can be verified: the caller's token may be valid. */
@Singleton
final class KeysUnavailableResponses extends TryAgainLater<KeysUnavailableException> {

  KeysUnavailableResponses(ErrorResponseProcessor<?> problems) {
    super(problems);
  }
}
