package onceward.user.problem;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import onceward.accesstoken.KeysUnavailableException;

/**
 * A caller that cannot be told from a stranger yet gets 503, not 401: the token may well be good.
 */
@Singleton
final class KeysUnavailableResponses
    implements ExceptionHandler<KeysUnavailableException, HttpResponse<?>> {

  private static final String RETRY_AFTER_S = "5";

  private final ErrorResponseProcessor<?> problems;

  KeysUnavailableResponses(ErrorResponseProcessor<?> problems) {
    this.problems = problems;
  }

  @Override
  @SuppressWarnings("rawtypes") // the framework's interface declares it so
  public HttpResponse<?> handle(HttpRequest request, KeysUnavailableException keys) {
    var response =
        HttpResponse.status(HttpStatus.SERVICE_UNAVAILABLE)
            .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_S);
    return problems.processResponse(ErrorContext.builder(request).cause(keys).build(), response);
  }
}
